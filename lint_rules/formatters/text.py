"""Paragraphs, for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lint_rules.formatters.printable import visible

if TYPE_CHECKING:
    from lint_rules.finding import Finding
    from lint_rules.formatters.outcome import Outcome


def render(outcome: Outcome) -> str:
    """Return one paragraph per finding, and a summary."""
    findings = outcome.findings
    return "\n".join([*map(_paragraph, findings), summary(findings)])


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
    return "\n".join(map(visible, lines))


def summary(findings: list[Finding]) -> str:
    """Return the closing line."""
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
