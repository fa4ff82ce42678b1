"""The command that lints."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.commands.fixing import Fixed, wanted
from lint_rules.commands.output import tell
from lint_rules.commands.selection import configure
from lint_rules.commands.usage import CLEAN, UsageError

if TYPE_CHECKING:
    import argparse


def lint(options: argparse.Namespace) -> int:
    """Lint the program below the paths and tell what was found."""
    if not options.paths:
        message = "no paths given; try `durable-lint src`"
        raise UsageError(message)
    from lint_rules.runner import run

    config = configure(options)
    paths = [Path(path) for path in options.paths]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        message = f"no such file or folder: {', '.join(missing)}"
        raise UsageError(message)
    fixed = Fixed(paths, config, options) if wanted(options) else None
    report = fixed.report if fixed else run(paths, config)
    if options.show_steps:
        _show_steps(report.steps)
        return CLEAN
    findings = [f for f in report.findings if config.strict or f.severity != "info"]
    if fixed:
        return fixed.tell(findings)
    return tell(report, findings, options)


def _show_steps(steps: list[tuple[str, str, int, str]]) -> None:
    for name, path, line, found_by in steps:
        print(f"{path}:{line}: {name} ({found_by})")
    if not steps:
        print("No steps found.")
