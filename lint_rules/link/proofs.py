"""Proves that a step reads what only other steps put there, and finds the read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import is_group
from lint_rules.link.linked import CHANGES
from lint_rules.link.values import STEP, Made, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked

_TAKING = frozenset({"clear", "pop", "popleft", "popitem", "remove", "discard"})


@dataclass(frozen=True, slots=True)
class Proof:
    """The step that reads a place, and where: line 0 when only the step is known."""

    step: str
    module: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Proofs:
    """Answers for every place, and for every attribute of an object held there."""

    linked: Linked

    def of_place(self, place: Place) -> Proof | None:
        """Return a step that reads a place which only other steps change."""
        readers = self.linked.readers(place)
        found = self._steps(readers) - self._steps(e.function for e in self._all(place))
        return self._told(found, readers, place, place.name)

    def of_part(
        self, effect: Effect, fillers: set[tuple[str, ir.Where]]
    ) -> Proof | None:
        """Return a step that reads an attribute which only other steps set.

        An object that every process makes alike when it is first asked for is made by
        the reading step as well: what the statements in `fillers` do there is not what
        the other step has left.
        """
        place = effect.place
        part = _part(place)
        if place is None or not part or not _puts(effect):
            return None
        readers: set[str] = set()
        for thing in self._objects(place):
            key = ("field", thing, part)
            readers |= self.linked.machine.cells.readers(key, STEP)
        writers = {
            other.function
            for other in self._all(place.base)
            if (other.function, other.where) not in fillers
            and _part(other.place) in {"", "*", part}
        }
        # The same class may also be used locally: the reader must know the place.
        reading = self._steps(readers) & self._steps(self.linked.readers(place.base))
        return self._told(reading - self._steps(writers), readers, place.base, part)

    def _objects(self, place: Place) -> set[Made]:
        """Return the objects that a place, or a container held there, keeps."""
        found = {v.thing for v in self.linked.held(place.base)}
        made = {thing for thing in found if isinstance(thing, Made)}
        if place.path[0] != "[]":
            return made
        return {t for t in self.linked.contents(made, 1) if isinstance(t, Made)}

    def _all(self, place: Place) -> Iterator[Effect]:
        for effect in self.linked.effects:
            changes = effect.kind in CHANGES and effect.place is not None
            if changes and effect.place is not None and effect.place.base == place:
                yield effect

    def _steps(self, functions: Iterable[str]) -> set[str]:
        steps_to = self.linked.steps_to
        return {step for function in functions for step in steps_to(function)}

    def _told(
        self, steps: set[str], readers: set[str], place: Place, name: str
    ) -> Proof | None:
        if not steps:
            return None
        step = min(steps)
        reach = self.linked.reach
        near = [f for f in readers if step in reach.steps_to(f)]
        near.sort(key=lambda function: (len(reach.path(step, function)), function))
        for function in near:
            line = self._line(function, place, name)
            if line:
                return Proof(step, function.partition(":")[0], line)
        return Proof(step)

    def _line(self, function: str, place: Place, name: str) -> int:
        """Return the first line of a function that mentions a place."""
        facts = self.linked.facts(function)
        module = function.partition(":")[0]
        if place.root == "memo":
            memos = self.linked.of_kind("memo")
            mine = [e for e in memos if e.function == function and e.place is not None]
            lines = [
                e.where.line for e in mine if e.place and e.place.owner == place.owner
            ]
            return min(lines, default=0)
        names = {name} if name == place.name and place.root == "global" else set()
        if names:
            known = self.linked.names_of(place)
            names = {str(key[2]) for key in known if key[1] == module}
        for line, node in _mentions(facts.body if facts else (), 0):
            if isinstance(node, ir.Attr) and node.name == name:
                return line
            if isinstance(node, ir.Name) and node.kind == "global" and node.id in names:
                return line
        return 0


def _puts(effect: Effect) -> bool:
    """Tell whether a change leaves something behind that a reader could miss."""
    if effect.detail == "delete" or effect.detail in _TAKING:
        return False
    values = [thing for thing in effect.things if thing != effect.receiver]
    return any(getattr(thing, "type", "") != "NoneType" for thing in values)


def _part(place: Place | None) -> str:
    """Return the first attribute on the way from a place to what is meant."""
    path = place.path if place else ()
    return next((part for part in path if part != "[]"), "")


def _mentions(node: object, line: int) -> Iterator[tuple[int, ir.Name | ir.Attr]]:
    """Yield names and attributes that are read, with their lines, in order."""
    if is_group(node):
        for part in node:
            yield from _mentions(part, line)
        return
    line = getattr(getattr(node, "where", None), "line", line)
    if isinstance(node, ir.Name | ir.Attr):
        yield line, node
    if isinstance(node, ir.Assign):
        for target in node.targets:
            yield from _mentions(getattr(target, "base", ()), line)
        yield from _mentions(node.value, line)
        return
    for name in getattr(node, "__slots__", ()):
        if name != "where":
            yield from _mentions(getattr(node, name), line)
