"""Rerun workflow tests under every executor, and learn why a workflow diverged."""
