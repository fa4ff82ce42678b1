"""Fixes: `--fix`, `--unsafe-fixes`, `--diff`."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lint_rules.commands.output import tell
from lint_rules.commands.usage import CLEAN, FOUND, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from lint_rules.config import Config
    from lint_rules.finding import Finding
    from lint_rules.report import Report


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that change files, or show how they would be changed."""
    group = parser.add_argument_group("fixes")
    group.add_argument(
        "--fix", action="store_true", help="apply fixes that keep the meaning"
    )
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: those that may change the meaning as well",
    )
    group.add_argument(
        "--diff", action="store_true", help="print what --fix would change, only"
    )


def wanted(options: argparse.Namespace) -> bool:
    """Tell whether fixes are asked for."""
    if options.unsafe_fixes and not (options.fix or options.diff):
        message = "--unsafe-fixes needs --fix or --diff"
        raise UsageError(message)
    return bool(options.fix or options.diff)


class Fixed:
    """The program after its fixes: the report that is left, and what to say."""

    def __init__(
        self, paths: list[Path], config: Config, options: argparse.Namespace
    ) -> None:
        """Apply the fixes, to the files or only for show."""
        from lint_rules.mending.rounds import mend

        self._config, self._options = config, options
        self._mending = mend(paths, config, unsafe=options.unsafe_fixes)
        self.report: Report = self._mending.report
        self._unwritten: list[str] = []
        if not options.diff:
            self._write(paths)

    def _write(self, paths: list[Path]) -> None:
        from lint_rules.mending.writing import write_all
        from lint_rules.runner import run

        self._unwritten, lost = write_all(self._mending)
        if self._unwritten:
            self._mending.fixed = [
                finding
                for finding in self._mending.fixed
                if finding.fix is None or not finding.fix.paths & lost
            ]
            self.report = run(paths, self._config)

    def tell(self, findings: list[Finding]) -> int:
        """Print the diff, or what is left; return the exit code.

        What was not fixed, and why, goes to stderr, as does the summary where stdout
        is for another program.
        """
        from lint_rules.mending.diff import unified

        for message in self._messages():
            print(f"durable-lint: {message}", file=sys.stderr)
        if self._options.diff:
            sys.stdout.write(unified(self._mending.before, self._mending.after))
            print(self._summary(), file=sys.stderr)
            code = FOUND if any(map(self._config.fails, findings)) else CLEAN
            code = FOUND if self._mending.after else code
        else:
            code = tell(self.report, findings, self._config, self._options)
            plain = self._options.output_format == "text"
            plain = plain and not self._options.output_file
            print(self._summary(), file=sys.stdout if plain else sys.stderr)
            code = FOUND if self._unwritten else code
        return CLEAN if self._options.exit_zero else code

    def _messages(self) -> Iterator[str]:
        yield from self._unwritten
        for failure in self._mending.failed:
            found = failure.finding
            place = f"{found.path}:{found.line}:{found.column}"
            yield f"{place}: {found.code} was not fixed: {failure.reason}"

    def _summary(self) -> str:
        from lint_rules.mending.rounds import applicable

        number = len(self._mending.fixed)
        noun = "finding" if number == 1 else "findings"
        verb = "Would fix" if self._options.diff else "Fixed"
        more = 0
        if not self._options.unsafe_fixes:
            more = sum(
                applicable(finding, self._config, unsafe=True)
                for finding in self.report.findings
            )
        rest = f" ({more} more with --unsafe-fixes)" if more else ""
        return f"{verb} {number} {noun}{rest}."
