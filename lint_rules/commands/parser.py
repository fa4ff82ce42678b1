"""The parser: every group of options is added by the file that carries it out."""

from __future__ import annotations

import argparse
from typing import NoReturn

from lint_rules.commands import about, caching, fixing, output, selection
from lint_rules.commands.usage import UsageError

_EPILOG = "exit codes: 0 clean, 1 findings at warn or above, 2 usage or internal error"
# In the order of `--help`.
_GROUPS = (selection, fixing, output, caching, about)


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
    made.add_argument("paths", nargs="*", metavar="PATH", help="files or folders")
    for group in _GROUPS:
        group.add_options(made)
    return made
