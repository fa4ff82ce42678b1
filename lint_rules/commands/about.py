"""`--version`, `--list-rules`, `--explain`: what needs no program."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules import __version__
from lint_rules.commands.usage import CLEAN, UsageError

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that only tell about durable-lint."""
    group = parser.add_argument_group("about")
    group.add_argument("--list-rules", action="store_true")
    group.add_argument("--explain", metavar="CODE", help="show a rule's page")
    group.add_argument("--version", action="store_true")


def tell_about(options: argparse.Namespace) -> int | None:
    """Carry out an option that needs no program; None when there is none."""
    if options.version:
        print(f"durable-lint {__version__}")
        return CLEAN
    if options.list_rules:
        return _list_rules()
    if options.explain:
        return _explain(options.explain)
    return None


def _list_rules() -> int:
    from lint_rules.listing import entries

    for entry in entries():
        first = entry.page.splitlines()[0]
        print(f"{entry.code}  {entry.name:<26} {entry.severity:<5}  {first}")
    return CLEAN


def _explain(wanted: str) -> int:
    from lint_rules.listing import codes, entries, spelled

    known = codes()
    code = known.get(spelled(wanted, known))
    if code is None:
        message = f"no rule {wanted!r}; see `durable-lint --list-rules`"
        raise UsageError(message)
    for entry in entries():
        if entry.code == code:
            print(f"{entry.code} {entry.name} ({entry.severity})\n\n{entry.page}")
    return CLEAN
