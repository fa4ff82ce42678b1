"""One array of objects, for programs.

Keys are added, never renamed or taken away; docs/linter.md lists them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lint_rules.formatters.printable import encodable

if TYPE_CHECKING:
    from lint_rules.finding import Finding, Spot
    from lint_rules.formatters.outcome import Outcome


def render(outcome: Outcome) -> str:
    """Return findings as a JSON array."""
    rows = [_row(finding) for finding in outcome.findings]
    return encodable(json.dumps(rows, indent=2))


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "path": encodable(finding.path),
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": encodable(finding.message),
        "step": finding.step,
        "call_path": list(finding.call_path),
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "fingerprint": finding.fingerprint.digest,
        "calls": [_spot(spot) for spot in finding.calls],
        "related": [_spot(spot) for spot in finding.related],
    }


def _spot(spot: Spot) -> dict[str, Any]:
    return {"path": encodable(spot.path), "line": spot.line, "message": spot.text}
