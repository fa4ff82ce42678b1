"""Lints small programs that a test writes."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import TYPE_CHECKING

from lint_rules.config import Config
from lint_rules.listing import codes
from lint_rules.runner import run

if TYPE_CHECKING:
    from pathlib import Path

    from lint_rules.finding import Finding
    from lint_rules.rule import Rule


def write(folder: Path, files: dict[str, str]) -> None:
    """Write a program's files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")


def lint(folder: Path, program: str | dict[str, str], *ignored: str) -> list[Finding]:
    """Return every finding in a program, those of severity info too."""
    files = program if isinstance(program, dict) else {"flow.py": program}
    write(folder, files)
    known = codes()
    selected = frozenset(known.values()) - frozenset(ignored)
    return run([folder], Config(selected=selected, strict=True, names=known)).findings


def everything() -> Config:
    """Return a configuration in which every rule runs."""
    known = codes()
    return Config(selected=frozenset(known.values()), strict=True, names=known)


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """Return severity and name of findings that are not info."""
    return [(f.severity, f.name) for f in findings if f.severity != "info"]


def names(findings: list[Finding]) -> list[str]:
    """Return the names of findings that are not info."""
    return [f.name for f in findings if f.severity != "info"]


def examples(rule: Rule) -> dict[str, str]:
    """Return the programs of a rule's docstring: Bad, Good, and Fixed if it has one."""
    page = inspect.getdoc(type(rule)) or ""
    parts = re.split(r"(?m)^(Bad|Good|Fixed):$", page)
    return {
        title: textwrap.dedent(body)
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


HEADER = "from durable_core import step, StepContext, workflow, Workflow\n"


def marked(program: str) -> list[tuple[int, str]]:
    """Return line and rule of every `#! rule` mark in a program."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(program.splitlines(), 1):
        for name in line.partition("#! ")[2].split():
            found.append((number, name))
    return found


def judged(folder: Path, program: str) -> tuple[list[object], list[object]]:
    """Return what is reported at warn or above, and what is marked, per line."""
    text = HEADER + textwrap.dedent(program).lstrip("\n")
    findings = lint(folder, {"flow.py": text})
    found = sorted((f.line, f.name) for f in findings if f.severity != "info")
    return list(found), sorted(marked(text))
