"""Workflows that are right everywhere."""
