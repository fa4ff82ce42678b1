"""Tells findings: text for people, JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_rules.finding import Finding


def as_json(findings: list[Finding]) -> str:
    """Return findings as one JSON array."""
    rows = [
        {
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "code": finding.code,
            "name": finding.name,
            "severity": finding.severity,
            "message": finding.message,
            "step": finding.step,
            "call_path": list(finding.call_path),
        }
        for finding in findings
    ]
    return json.dumps(rows, indent=2)


def as_text(findings: list[Finding]) -> str:
    """Return findings as paragraphs."""
    parts = [_paragraph(finding) for finding in findings]
    return "\n".join([*parts, _summary(findings)])


def _paragraph(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}:{finding.column}"
    lines = [f"{place}: {finding.severity} {finding.code} {finding.name}"]
    lines.append(f"    {finding.what}")
    if finding.step:
        lines.append(f"    step: {finding.step}")
    if len(finding.call_path) > 1:
        lines.append(f"    path: {' -> '.join(finding.call_path)}")
    if finding.why:
        lines.append(f"    why:  {finding.why}")
    if finding.advice:
        lines.append(f"    do:   {finding.advice}")
    return "\n".join(lines)


def _summary(findings: list[Finding]) -> str:
    if not findings:
        return "No findings."
    counts = Counter(finding.severity for finding in findings)
    parts = [f"{counts[s]} {s}" for s in ("error", "warn", "info") if counts[s]]
    noun = "finding" if len(findings) == 1 else "findings"
    return f"{len(findings)} {noun} ({', '.join(parts)})."


def statistics(findings: list[Finding]) -> str:
    """Return how often each rule was found."""
    counts = Counter((f.code, f.name, f.severity) for f in findings)
    lines = [
        f"{number:5}  {code}  {name} ({severity})"
        for (code, name, severity), number in sorted(counts.items())
    ]
    return "\n".join(lines) or "No findings."
