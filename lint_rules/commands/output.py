"""How findings are told: `--output-format`, `--statistics`."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from lint_rules.finding import Finding


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options about the report."""
    group = parser.add_argument_group("output")
    group.add_argument("--output-format", choices=("text", "json"), default="text")
    group.add_argument("--statistics", action="store_true", help="count per rule")
    group.add_argument("--show-steps", action="store_true", help="list the steps")
    group.add_argument("--exit-zero", action="store_true", help="exit 0 on findings")


def tell(findings: list[Finding], options: argparse.Namespace) -> None:
    """Print the findings."""
    from lint_rules import formatters

    if options.output_format == "json":
        print(formatters.as_json(findings))
    elif options.statistics:
        print(formatters.statistics(findings))
    else:
        print(formatters.as_text(findings))
