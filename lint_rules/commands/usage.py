"""Exit codes, and the error that a wrong command line is."""

from __future__ import annotations

CLEAN, FOUND, FAILED = 0, 1, 2


class UsageError(Exception):
    """The command line cannot be carried out; the message says why."""
