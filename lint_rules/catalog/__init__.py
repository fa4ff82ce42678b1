"""Names of the outside world, as data."""
