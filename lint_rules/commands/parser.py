"""The parser: every group of options is added by the file that carries it out."""

from __future__ import annotations

import argparse
from typing import NoReturn

from lint_rules.commands import (
    about,
    accepting,
    caching,
    fixing,
    ignoring,
    output,
    selection,
    targets,
    views,
    watching,
)
from lint_rules.commands.usage import UsageError

_EPILOG = (
    "exit codes: 0 clean, 1 findings at --fail-on or above, 2 usage or internal error"
)
# In the order of `--help`.
_GROUPS = (
    targets,
    selection,
    accepting,
    ignoring,
    fixing,
    output,
    views,
    watching,
    caching,
    about,
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parser() -> argparse.ArgumentParser:
    """Build the parser of the command line."""
    made = _Parser(
        prog="durable-lint",
        description="Find step code that does not survive another process.",
        epilog=_EPILOG,
    )
    for group in _GROUPS:
        group.add_options(made)
    return made
