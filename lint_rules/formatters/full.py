"""Findings with their source, as compilers tell them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from lint_rules.formatters.excerpt import Excerpt
from lint_rules.formatters.printable import visible
from lint_rules.formatters.text import summary
from lint_rules.ranges import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.finding import Finding, Spot
    from lint_rules.formatters.outcome import Outcome

_OPTIONS = {"safe": "--fix", "unsafe": "--fix --unsafe-fixes"}


def render(outcome: Outcome) -> str:
    """Return each finding with its lines of source, and a summary."""
    sources = _Sources(outcome)
    told = ["\n".join(_told(f, outcome, sources)) for f in outcome.findings]
    return "\n\n".join([*told, summary(outcome.findings)])


class _Sources:
    """The lines of files; findings of one file stand together."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._lines: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str | None:
        """Return a line, or None where there is none."""
        if path not in self._lines:
            text = self._outcome.source(path).removeprefix("\ufeff")
            self._lines[path] = text.split("\n")
        lines = self._lines[path]
        return lines[number - 1] if 0 < number <= len(lines) else None


def _told(finding: Finding, outcome: Outcome, sources: _Sources) -> Iterator[str]:
    style = outcome.style
    spots = [*finding.calls, *finding.related]
    widest = len(str(max(finding.line, *(spot.line for spot in spots), 0)))
    title = f"{finding.severity}[{finding.code}] {finding.name}"
    yield f"{style.paint(title, finding.severity)}: {visible(finding.what)}"
    excerpt = Excerpt(widest, style, finding.severity)
    span = Span(finding.line, finding.column, finding.end_line, finding.end_column)
    place = f"{finding.path}:{finding.line}:{finding.column}"
    yield from excerpt.of(place, span, sources.line(finding.path, finding.line))
    for spot in spots:
        yield from _beside(spot, excerpt, sources)
    if finding.step:
        yield from _note("step", finding.step, outcome, widest)
    fix = (
        f"{finding.fix.title} ({_OPTIONS[finding.fix.applicability]})"
        if finding.fix
        else ""
    )
    for label, text in (("why", finding.why), ("do", finding.advice), ("fix", fix)):
        if text:
            yield from _note(label, text, outcome, widest)


def _beside(spot: Spot, excerpt: Excerpt, sources: _Sources) -> Iterator[str]:
    line = sources.line(spot.path, spot.line)
    span = Span(spot.line, 0, spot.line, 0)
    yield from excerpt.of(f"{spot.path}:{spot.line}", span, line, spot.text)


def _note(label: str, text: str, outcome: Outcome, widest: int) -> Iterator[str]:
    style = outcome.style
    margin = " " * (widest + 1)
    lead = f"{margin}= {label}:".ljust(widest + 9)
    rows = textwrap.wrap(
        visible(text),
        max(style.width - len(lead), 20),
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield lead.replace(f"{label}:", style.paint(f"{label}:", "bold")) + rows[0]
    yield from (" " * len(lead) + row for row in rows[1:])
