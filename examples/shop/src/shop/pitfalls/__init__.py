"""Workflows that pass their tests in one process."""
