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
    parts = (finding.message, finding.reached)
    return "\n".join(visible(part) for part in parts if part)


def _data(text: str) -> str:
    text = encodable(text).replace("%", "%25")
    return text.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
