"""How findings are told: `--output-format`, `--output-file`, `--statistics`."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.commands.usage import CLEAN, FOUND, UsageError
from lint_rules.formatters import FORMATS, render

if TYPE_CHECKING:
    import argparse

    from lint_rules.config import Config
    from lint_rules.finding import Finding
    from lint_rules.report import Report


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options about the report."""
    group = parser.add_argument_group("output")
    group.add_argument("--output-format", choices=FORMATS, default="text")
    group.add_argument("--output-file", metavar="FILE", help="write the report there")
    group.add_argument("--statistics", action="store_true", help="count per rule")
    group.add_argument("--exit-zero", action="store_true", help="exit 0 on findings")


def tell(
    report: Report,
    findings: list[Finding],
    config: Config,
    options: argparse.Namespace,
) -> int:
    """Print the findings, or write them to a file; return the exit code."""
    counted = any(config.fails(finding) for finding in findings)
    code = FOUND if counted and not options.exit_zero else CLEAN
    text = _rendered(report, findings, code, config, options)
    if options.output_file:
        _write(Path(options.output_file), text)
    elif text:
        _print(text)
    return code


def _rendered(
    report: Report,
    findings: list[Finding],
    code: int,
    config: Config,
    options: argparse.Namespace,
) -> str:
    from lint_rules.formatters.outcome import Outcome
    from lint_rules.formatters.style import Style, style_of

    if options.statistics and options.output_format == "text":
        from lint_rules.formatters.text import statistics

        return statistics(findings)
    outcome = Outcome(
        findings=findings,
        suppressed=list(filter(config.shows, report.suppressed)),
        notices=report.notices,
        exit_code=code,
        style=Style() if options.output_file else style_of(sys.stdout),
        source=report.texts or str,
        fails=config.fails,
    )
    return render(options.output_format, outcome)


def _print(text: str) -> None:
    """Print a text, with a replacement for what the terminal's encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(f"{text}\n" if text else "", encoding="utf-8")
    except OSError as error:
        message = f"cannot write {path}: {error.strerror or error}"
        raise UsageError(message) from error
