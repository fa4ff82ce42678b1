"""Where an attempt of a step runs: each executor one small file, one Protocol."""
