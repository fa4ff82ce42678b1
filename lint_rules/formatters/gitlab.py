"""A Code Quality report, which GitLab compares between two branches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lint_rules.formatters.json_text import json_text

if TYPE_CHECKING:
    from lint_rules.finding import Finding
    from lint_rules.formatters.outcome import Outcome

_SEVERITIES = {"error": "major", "warn": "minor", "info": "info"}


def render(outcome: Outcome) -> str:
    """Return findings as a Code Quality report."""
    return json_text([_issue(finding) for finding in outcome.findings])


def _issue(finding: Finding) -> dict[str, Any]:
    begin = {"line": finding.line, "column": finding.column}
    end = {"line": finding.end_line, "column": finding.end_column}
    return {
        "type": "issue",
        "check_name": f"{finding.code} {finding.name}",
        "description": finding.message,
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint.digest,
        "location": {
            "path": finding.path.replace(os.sep, "/"),
            "lines": {"begin": finding.line, "end": finding.end_line},
            "positions": {"begin": begin, "end": end},
        },
    }
