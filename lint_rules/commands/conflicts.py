"""Options that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.commands.targets import STDIN
from lint_rules.commands.usage import UsageError

if TYPE_CHECKING:
    import argparse

_VIEWS = ("--show-steps", "--graph", "--checklist")
_CHANGES = ("--fix", "--diff", "--write-baseline", "--add-ignores")
_REPORTS = ("--statistics", "--output-file", "--output-format")
# What does not go together: an option, and those that it would leave without effect,
# or that it would make do harm.
_REFUSED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("--show-steps", ("--graph", "--checklist")),
    ("--graph", ("--checklist",)),
    *((view, (*_CHANGES, *_REPORTS)) for view in _VIEWS),
    ("stdin", ("--changed-files", "--watch", *_CHANGES)),
    ("--watch", _CHANGES),
    ("--changed-files", ("--fix", "--diff")),
    ("--write-baseline", ("--changed-files", "--fix", "--diff", "--add-ignores")),
    ("--add-ignores", ("--fix", "--diff")),
    ("--statistics", ("--output-format",)),
)


def refuse_conflicts(options: argparse.Namespace) -> None:
    """Refuse a command line that asks for two things that exclude each other."""
    given = set(_given(options))
    for one, others in _REFUSED:
        both = [other for other in others if one in given and other in given]
        if both:
            raise UsageError(f"{one} does not go together with {', '.join(both)}")
    if options.stdin_filename is not None and "stdin" not in given:
        raise UsageError("--stdin-filename needs - among the paths")


def _given(options: argparse.Namespace) -> list[str]:
    found = [
        f"--{name.replace('_', '-')}"
        for name, value in vars(options).items()
        if value not in (None, False, [])
    ]
    if options.changed_files is not None:
        found.append("--changed-files")
    if options.output_format == "text":
        found.remove("--output-format")
    return [*found, "stdin"] if STDIN in options.paths else found
