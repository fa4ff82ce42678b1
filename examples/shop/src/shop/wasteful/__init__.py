"""Workflows that are right everywhere and do some work twice."""
