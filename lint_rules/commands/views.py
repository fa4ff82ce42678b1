"""Other views of a program: `--show-steps`, `--graph`, `--checklist`."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.commands.usage import CLEAN, FOUND

if TYPE_CHECKING:
    import argparse

    from lint_rules.commands.targets import Targets
    from lint_rules.config import Config
    from lint_rules.finding import Finding
    from lint_rules.report import Report


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that show something else than findings."""
    group = parser.add_argument_group("views")
    group.add_argument("--show-steps", action="store_true", help="list the steps")
    group.add_argument(
        "--graph", action="store_true", help="draw what the steps call, as Mermaid text"
    )
    group.add_argument(
        "--checklist", action="store_true", help="answer nine questions about each step"
    )


def draw(targets: Targets, config: Config) -> int:
    """Print the call graph; it needs no findings."""
    from lint_rules.graph import mermaid
    from lint_rules.link.linked import Linked
    from lint_rules.link.program import Program
    from lint_rules.project import load

    project = load(targets.paths, config, targets.edited)
    program = Program.of(project.modules.values(), project.declared)
    linked = Linked(program, config)
    print(mermaid(linked) if linked.steps else "No steps found.")
    return CLEAN


def show_steps(report: Report) -> int:
    """Print where each step is, and how it was found."""
    for name, path, line, found_by in report.steps:
        print(f"{path}:{line}: {name} ({found_by})")
    if not report.steps:
        print("No steps found.")
    return CLEAN


def answer(
    report: Report,
    findings: list[Finding],
    config: Config,
    options: argparse.Namespace,
) -> int:
    """Print the checklist; a no that counts is a finding that counts."""
    from lint_rules.checklist import checklist

    print(checklist(report.steps, findings))
    failed = any(map(config.fails, findings)) and not options.exit_zero
    return FOUND if failed else CLEAN
