"""What the command line offers: one file per group of options and its commands."""
