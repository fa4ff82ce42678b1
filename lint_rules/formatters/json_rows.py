"""One array of objects, for programs.

Keys are added, never renamed or taken away; docs/linter.md lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lint_rules.formatters.json_text import json_text

if TYPE_CHECKING:
    from lint_rules.finding import Finding, Spot
    from lint_rules.fix import Fix
    from lint_rules.formatters.outcome import Outcome


def render(outcome: Outcome) -> str:
    """Return findings as a JSON array."""
    rows = [_row(finding) for finding in outcome.findings]
    return json_text(rows)


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "step": finding.step,
        "call_path": list(finding.call_path),
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "fingerprint": finding.fingerprint.digest,
        "calls": [_spot(spot) for spot in finding.calls],
        "related": [_spot(spot) for spot in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _spot(spot: Spot) -> dict[str, Any]:
    return {"path": spot.path, "line": spot.line, "message": spot.text}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "applicability": fix.applicability,
        "edits": [
            {
                "path": edit.path,
                "line": edit.start.line,
                "column": edit.start.column,
                "end_line": edit.end.line,
                "end_column": edit.end.column,
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }
