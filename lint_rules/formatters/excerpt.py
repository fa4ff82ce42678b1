"""A line of source with its number, and a mark below the range that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.formatters.printable import cells, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.formatters.style import Style
    from lint_rules.ranges import Span

_TAB = 4
_LEAST = 20
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Draws lines beside a margin for `digits`, and marks in the colour of a role."""

    digits: int
    style: Style
    role: str = "error"

    def of(
        self, place: str, span: Span, line: str | None, note: str = ""
    ) -> Iterator[str]:
        """Return where it is and the line; with a mark if the span has a column."""
        margin = " " * self.digits
        arrow = self.style.paint("-->", "place")
        yield f"{margin}{arrow} {visible(place)}{note and f': {visible(note)}'}"
        if line is None:
            return
        bar = self.style.paint("|", "place")
        end = span.end_column if span.end_line == span.line else len(line) + 1
        shown, begin, width = self._window(line, span.column - 1, end - 1)
        number = self.style.paint(str(span.line).rjust(self.digits), "place")
        yield f"{margin} {bar}"
        yield f"{number} {bar} {shown}".rstrip()
        if span.column > 0:
            more = " ..." if span.end_line > span.line else ""
            mark = self.style.paint("^" * max(width, 1), self.role)
            yield f"{margin} {bar} {' ' * begin}{mark}{more}"
        else:
            yield f"{margin} {bar}"

    def _window(self, line: str, first: int, last: int) -> tuple[str, int, int]:
        """Return what fits of a line, and begin and width of the range in it."""
        drawn = _drawn(line)
        room = max(self.style.width - self.digits - 3, _LEAST)
        skipped = 0
        if _width(drawn) > room and _width(drawn[: max(last, 0)]) > room:
            # The range is what matters: show it with a little before it.
            skipped = _fitting(drawn, max(first, 0), room // 3)
        text = _joined(drawn[skipped:])
        lead = _CUT if skipped else ""
        text = _clipped(lead + text, room)
        begin = len(lead) + _width(drawn[skipped : max(first, 0)])
        width = _width(drawn[max(first, 0) : max(last, 0)])
        return text, begin, min(width, room - begin)


def _drawn(line: str) -> list[str]:
    """Return what each character is drawn as."""
    found: list[str] = []
    column = 0
    for char in line:
        drawn = " " * (_TAB - column % _TAB) if char == "\t" else visible(char)
        found.append(drawn)
        column += sum(map(cells, drawn))
    return found


def _width(drawn: list[str]) -> int:
    return sum(cells(char) for part in drawn for char in part)


def _joined(drawn: list[str]) -> str:
    return "".join(drawn).rstrip()


def _fitting(drawn: list[str], first: int, room: int) -> int:
    """Return the first of the characters before `first` that fit into a room."""
    begin = first
    while begin > 0 and _width(drawn[begin - 1 : first]) <= room:
        begin -= 1
    return begin


def _clipped(text: str, room: int) -> str:
    width = 0
    for number, char in enumerate(text):
        width += cells(char)
        if width > room:
            kept = text[: number - 1] if number else ""
            return kept + _CUT
    return text
