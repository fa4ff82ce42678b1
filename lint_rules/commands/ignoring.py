"""Suppressions for what is found now: `--add-ignores`, `--reason`."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lint_rules.commands.usage import CLEAN, FOUND, UsageError

if TYPE_CHECKING:
    import argparse

    from lint_rules.finding import Finding
    from lint_rules.report import Report


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that write suppressions."""
    group = parser.add_argument_group("suppressions")
    group.add_argument(
        "--add-ignores",
        action="store_true",
        help="write a comment at each finding that suppresses it; needs --reason",
    )
    group.add_argument("--reason", metavar="TEXT", help="why the code is fine as it is")


def require_reason(options: argparse.Namespace) -> None:
    """Refuse to suppress anything without a reason that a comment can hold."""
    if options.reason is not None and not options.add_ignores:
        raise UsageError("--reason needs --add-ignores")
    if not options.add_ignores:
        return
    from lint_rules.mending.ignoring import reads_back

    if not (options.reason or "").strip():
        raise UsageError("--add-ignores needs --reason TEXT, which says why")
    if not reads_back(options.reason.strip()):
        raise UsageError("--reason must be one line without #, : or - at its ends")


def ignore(findings: list[Finding], report: Report, reason: str) -> int:
    """Write the comments, and tell how many and what was left alone."""
    from lint_rules.mending.ignoring import Ignored, add_ignores

    done = Ignored(0, 0, [])
    if findings and report.texts is not None:
        done = add_ignores(findings, reason.strip(), report.texts)
    for message in done.messages:
        print(f"durable-lint: {message}", file=sys.stderr)
    findings_, files = _plural(done.findings, "finding"), _plural(done.files, "file")
    print(f"Suppressed {findings_} in {files}.")
    return FOUND if done.messages else CLEAN


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
