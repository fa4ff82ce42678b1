"""What a run found, and the texts it was found in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lint_rules.finding import Finding, numbered, shown
from lint_rules.ranges import Ranges
from lint_rules.source import Unreadable, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.source import Source


class Notice(NamedTuple):
    """A file that could not be looked at, and why."""

    path: str
    line: int
    text: str


def notices_of(findings: Iterable[Finding]) -> list[Notice]:
    """Return what to say about files that could not be looked at."""
    return [Notice(finding.path, finding.line, finding.what) for finding in findings]


@dataclass(slots=True)
class Report:
    """What a run found."""

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Finding] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    steps: list[tuple[str, str, int, str]] = field(default_factory=list)
    texts: Texts | None = None
    searched: int = 0
    left_out: int = 0


class Texts:
    """The text of a file by the path that findings show."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Know the files of a program; any other is read when it is asked for."""
        self._sources = {shown(str(source.path)): source for source in sources}

    def content(self, path: str) -> bytes:
        """Return the bytes of a file, as it was read if it is one of the program."""
        source = self._sources.get(path)
        return source.content if source else read_source(Path(path)).content

    def __call__(self, path: str) -> str:
        """Return the text of a file, or nothing if it cannot be read."""
        if path in self._sources:
            return self._sources[path].text
        try:
            return read_source(Path(path)).text
        except Unreadable:
            return ""


def complete(report: Report, texts: Texts) -> None:
    """Give every finding its range and its number among those that are alike.

    Suppressed ones count: a suppression does not make another finding a new one.
    """
    report.texts = texts
    found = numbered(list(_located([*report.findings, *report.suppressed], texts)))
    report.findings = [finding for finding in found if finding.excuse is None]
    report.suppressed = [finding for finding in found if finding.excuse is not None]


def _located(findings: list[Finding], texts: Texts) -> Iterator[Finding]:
    """Give findings their range; what comes from facts begins at a byte until here."""
    by_path = sorted(findings, key=lambda finding: finding.path)
    for path, together in groupby(by_path, key=lambda finding: finding.path):
        group = list(together)
        read = [(f.line, f.column) for f in group if f.at >= 0]
        ranges = Ranges(texts(path), read)
        for finding in group:
            place = finding.line, finding.column
            from_facts = finding.at >= 0
            line, column, end_line, end_column = (
                ranges.at(*place) if from_facts else ranges.rest(*place, finding.symbol)
            )
            yield replace(
                finding,
                line=line,
                column=column,
                end_line=end_line,
                end_column=end_column,
            )
