"""A Code Quality report, which GitLab compares between two branches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lint_rules.formatters.printable import encodable

if TYPE_CHECKING:
    from lint_rules.finding import Finding
    from lint_rules.formatters.outcome import Outcome

_SEVERITIES = {"error": "major", "warn": "minor", "info": "info"}


def render(outcome: Outcome) -> str:
    """Return findings as a Code Quality report."""
    return json.dumps([_issue(finding) for finding in outcome.findings], indent=2)


def _issue(finding: Finding) -> dict[str, Any]:
    begin = {"line": finding.line, "column": finding.column}
    end = {"line": finding.end_line, "column": finding.end_column}
    return {
        "type": "issue",
        "check_name": f"{finding.code} {finding.name}",
        "description": encodable(finding.message),
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint.digest,
        "location": {
            "path": encodable(finding.path.replace("\\", "/")),
            "lines": {"begin": finding.line, "end": finding.end_line},
            "positions": {"begin": begin, "end": end},
        },
    }
