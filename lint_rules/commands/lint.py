"""The command that lints, once or again and again."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.commands.accepting import accept, write
from lint_rules.commands.caching import kept_report
from lint_rules.commands.conflicts import refuse_conflicts
from lint_rules.commands.fixing import Fixed, wanted
from lint_rules.commands.ignoring import ignore, require_reason
from lint_rules.commands.output import tell
from lint_rules.commands.selection import configure, settings_for
from lint_rules.commands.targets import named, targets_for
from lint_rules.commands.usage import CLEAN, FAILED, UsageError
from lint_rules.commands.views import answer, draw, show_steps
from lint_rules.commands.watching import changes, watch

if TYPE_CHECKING:
    import argparse

    from lint_rules.commands.targets import Targets
    from lint_rules.config import Config
    from lint_rules.report import Report


def lint(options: argparse.Namespace) -> int:
    """Lint the program below the paths and tell what was found."""
    refuse_conflicts(options)
    require_reason(options)
    targets, config = _asked_for(options)
    if not options.watch:
        return _lint(targets, config, options)
    watched = [*targets.paths, *map(Path, filter(None, [config.file, config.baseline]))]
    try:
        return watch(changes(watched), lambda: _again(options))
    except KeyboardInterrupt:
        return CLEAN


def _asked_for(options: argparse.Namespace) -> tuple[Targets, Config]:
    settings = settings_for(options, named(options))
    targets = targets_for(options, settings)
    return targets, configure(options, settings)


def _again(options: argparse.Namespace) -> int:
    """Lint with the configuration as it is now; one that is wrong is only told."""
    try:
        return _lint(*_asked_for(options), options)
    except UsageError as error:
        print(f"durable-lint: error: {error}", file=sys.stderr)
        return FAILED


def _lint(targets: Targets, config: Config, options: argparse.Namespace) -> int:
    if options.graph:
        return draw(targets, config)
    paths = targets.paths
    fixed = Fixed(paths, config, options) if wanted(options) else None
    report = fixed.report if fixed else _report(targets, config, options)
    for failure in report.failures:
        print(f"durable-lint: internal error: {failure}", file=sys.stderr)
    if options.show_steps:
        return show_steps(report)
    if not report.searched:
        message = _nothing_below(paths, report)
        if options.output_format == "text" and not options.output_file:
            print(message)
            return CLEAN
        # What reads the report wants one, though nothing is in it.
        print(f"durable-lint: {message}", file=sys.stderr)
    if options.write_baseline:
        return write(list(filter(config.shows, report.findings)), paths, config)
    accept(report, paths, config)
    report.findings = list(filter(targets.tells, report.findings))
    report.suppressed = list(filter(targets.tells, report.suppressed))
    findings = list(filter(config.shows, report.findings))
    if options.add_ignores:
        return ignore(findings, report, options.reason)
    if options.checklist:
        return answer(report, findings, config, options)
    code = fixed.tell(findings) if fixed else tell(report, findings, config, options)
    return FAILED if report.failures else code


def _nothing_below(paths: list[Path], report: Report) -> str:
    message = f"No Python files below {', '.join(map(str, paths))}"
    if report.left_out:
        message += f", except {report.left_out} that are tests or excluded"
    return f"{message}."


def _report(targets: Targets, config: Config, options: argparse.Namespace) -> Report:
    # What stdin stands in for is nowhere on the disk: nothing of it is kept.
    kept = None if targets.edited else kept_report(targets.paths, config, options)
    found = kept.find() if kept else None
    if found is not None:
        return found
    from lint_rules.runner import run

    return run(targets.paths, config, targets.edited, kept)
