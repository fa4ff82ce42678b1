"""The lines of ancestors of the program's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lint_rules.link.values import External, Klass, Made, Method, Unknown

if TYPE_CHECKING:
    from lint_rules.link.cells import Cells, Reader


# A base class that is made or handed out by something that nobody knows.
NOBODYS = "unknown.Base"


class Line(NamedTuple):
    """A class, its ancestors in the program, and those that are not part of it."""

    ours: tuple[str, ...]
    outside: tuple[str, ...]
    metaclasses: tuple[str, ...]


class Hierarchy:
    """Looks ancestors up.

    They are asked for at every attribute of every instance, so an answer is kept until
    the bases of some class grow, and each reader is noted only once for a class.
    """

    def __init__(self, cells: Cells) -> None:
        """Look bases up in `cells`."""
        self.cells = cells
        self._lines: dict[str, Line] = {}
        self._age = 0
        self._asked: set[tuple[Reader, str]] = set()

    def line(self, klass: str) -> Line:
        """Return the ancestors of a class, the nearest ones first."""
        if self._age != self.cells.hierarchy_age:
            self._lines.clear()
            self._asked.clear()
            self._age = self.cells.hierarchy_age
        asked = (self.cells.reader, klass)
        if asked not in self._asked:
            self._asked.add(asked)
            self._lines[klass] = self._read(klass)
        return self._lines[klass]

    def _read(self, klass: str) -> Line:
        ours, outside, metaclasses = [klass], [], []
        for current in ours:
            for value in sorted(self.cells.read(("bases", current)), key=str):
                thing = value.thing
                if isinstance(thing, Klass) and thing.id not in ours:
                    ours.append(thing.id)
                elif isinstance(thing, External):
                    outside.append(thing.dotted)
                elif isinstance(thing, Made | Method | Unknown):
                    outside.append(NOBODYS)
            for value in self.cells.read(("keyword", current, "metaclass")):
                if isinstance(value.thing, Klass) and value.thing.id != klass:
                    metaclasses.append(value.thing.id)
        return Line(tuple(ours), tuple(outside), tuple(metaclasses))
