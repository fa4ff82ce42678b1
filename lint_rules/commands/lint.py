"""The command that lints."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.commands.caching import kept_report
from lint_rules.commands.fixing import Fixed, wanted
from lint_rules.commands.output import tell
from lint_rules.commands.selection import configure, settings_for
from lint_rules.commands.usage import CLEAN, UsageError

if TYPE_CHECKING:
    import argparse

    from lint_rules.config import Config
    from lint_rules.report import Report
    from lint_rules.settings import Settings


def lint(options: argparse.Namespace) -> int:
    """Lint the program below the paths and tell what was found."""
    given = [Path(path) for path in options.paths]
    settings = settings_for(options, given or [Path()])
    paths = given or _configured(settings)
    _require(paths)
    config = configure(options, settings)
    fixed = Fixed(paths, config, options) if wanted(options) else None
    report = fixed.report if fixed else _report(paths, config, options)
    if options.show_steps:
        _show_steps(report.steps)
        return CLEAN
    if not report.searched:
        message = _nothing_below(paths, report)
        if options.output_format == "text" and not options.output_file:
            print(message)
            return CLEAN
        # What reads the report wants one, though nothing is in it.
        print(f"durable-lint: {message}", file=sys.stderr)
    findings = [finding for finding in report.findings if config.shows(finding)]
    if fixed:
        return fixed.tell(findings)
    return tell(report, findings, config, options)


def _configured(settings: Settings) -> list[Path]:
    """Return the roots of the configuration: a program that needs no naming."""
    return [settings.path(root) for root in settings.strings("roots")]


def _require(paths: list[Path]) -> None:
    if not paths:
        message = (
            "no paths given, and no `roots` in the configuration; try"
            " `durable-lint src`"
        )
        raise UsageError(message)
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        message = f"no such file or folder: {', '.join(missing)}"
        raise UsageError(message)


def _nothing_below(paths: list[Path], report: Report) -> str:
    message = f"No Python files below {', '.join(map(str, paths))}"
    if report.left_out:
        message += f", except {report.left_out} that are tests or excluded"
    return f"{message}."


def _report(paths: list[Path], config: Config, options: argparse.Namespace) -> Report:
    kept = kept_report(paths, config, options)
    found = kept.find() if kept else None
    if found is not None:
        return found
    from lint_rules.runner import run

    return run(paths, config, kept=kept)


def _show_steps(steps: list[tuple[str, str, int, str]]) -> None:
    for name, path, line, found_by in steps:
        print(f"{path}:{line}: {name} ({found_by})")
    if not steps:
        print("No steps found.")
