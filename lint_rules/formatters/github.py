"""Workflow commands, which GitHub shows as annotations of a change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lint_rules.formatters.printable import encodable, visible

if TYPE_CHECKING:
    from lint_rules.finding import Finding
    from lint_rules.formatters.outcome import Outcome

_COMMANDS = {"error": "error", "warn": "warning", "info": "notice"}


def render(outcome: Outcome) -> str:
    """Return one command per finding."""
    return "\n".join(map(_command, outcome.findings))


def _command(finding: Finding) -> str:
    properties = {
        "title": f"{finding.code} {finding.name}",
        "file": finding.path.replace(os.sep, "/"),
        "line": str(finding.line),
        "endLine": str(finding.end_line),
    }
    if finding.end_line == finding.line:  # columns of two lines are refused
        properties["col"] = str(finding.column)
        properties["endColumn"] = str(finding.end_column)
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {given}::{_data(_message(finding))}"


def _message(finding: Finding) -> str:
    step = f"Step: {finding.step}" if finding.step else ""
    path = " -> ".join(finding.call_path) if len(finding.call_path) > 1 else ""
    reached = f"Path: {path}" if path else step
    return "\n".join(visible(part) for part in (finding.message, reached) if part)


def _data(text: str) -> str:
    text = encodable(text).replace("%", "%25")
    return text.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
