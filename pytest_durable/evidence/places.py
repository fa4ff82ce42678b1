"""Joins what changed and what the code uses to source lines.

Three sources, from exact to likely: the line that the tracer or an audit event saw,
a line of the code that ran, a line of the code that the step can reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.uses import Use, uses_of
from pytest_durable.evidence.values import Kind, Place, Read

__all__ = ["Places", "prepare"]

Line = tuple[str, int]
Slot = tuple[Kind, str]

_known: dict[int, tuple[CodeType, int, tuple[Use, ...]]] = {}


def _uses(function: object, state: ModuleState) -> tuple[Use, ...]:
    # The same code in front of the same objects leads to the same uses; a function
    # is analysed again when a step has made an object that it could lead to.
    code = getattr(function, "__code__", None)
    if type(code) is not CodeType:
        return uses_of(function, state)
    stamp = state.stamp
    known = _known.get(id(code))
    if known is None or known[1] != stamp:
        known = _known[id(code)] = (code, stamp, uses_of(function, state))
    return known[2]


def prepare(function: object, user_files: UserFiles) -> None:
    """Analyse a step's code now, so that processes forked later need not."""
    state = ModuleState.capture(user_files, function)
    state.release()
    _uses(function, state)


class Places:
    """Where one step wrote and read."""

    def __init__(
        self,
        function: object,
        state: ModuleState,
        *,
        watch: tuple[str, ...],
        lines: Mapping[Line, int] | None,
        seen: Mapping[Slot, Line],
    ) -> None:
        self._lines = lines
        self._seen = seen
        self._by_slot: dict[Slot, list[Use]] = {}
        names = frozenset(watch)
        for use in _uses(function, state):
            for name in _expand(use.name, names):
                self._by_slot.setdefault((use.kind, name), []).append(use)

    def written(self, kind: Kind, name: str, *, rebinds: bool) -> Place | None:
        """Return the line that set a variable, or that changed its value."""
        seen = self._seen.get((kind, name))
        if seen is not None:
            return Place.at(*seen)
        wishes = ("stores", "writes") if rebinds else ("mutates", "writes", "reads")
        return self._best(self._candidates(kind, name), *wishes)

    def used(self, kind: Kind, name: str) -> Place | None:
        """Return the first line that uses a variable."""
        return self._best(self._candidates(kind, name), "reads")

    def reads(self) -> list[Read]:
        """Return the variables that are read before the step sets them itself."""
        found = []
        for (kind, name), uses in self._by_slot.items():
            reading = self._ran([use for use in uses if use.reads])
            if kind is Kind.CACHE or not reading or self._sets_first(uses, reading):
                continue
            if name.endswith("*']"):
                continue
            place = Place.at(reading[0].file, reading[0].line)
            found.append(Read(kind=kind, name=name, place=place))
        return found

    def _candidates(self, kind: Kind, name: str) -> list[Use]:
        found = self._by_slot.get((kind, name), [])
        if found:
            return found
        wild = f"{name.rpartition('.')[0]}.*"
        if kind is Kind.ENVIRONMENT:
            wild = "os.environ['*']"
        return self._by_slot.get((kind, wild), [])

    def _best(self, uses: list[Use], *wishes: str) -> Place | None:
        ran = self._ran(uses) or uses
        for wish in wishes:
            for use in ran:
                if getattr(use, wish):
                    return Place.at(use.file, use.line)
        return Place.at(ran[0].file, ran[0].line) if ran else None

    def _ran(self, uses: list[Use]) -> list[Use]:
        lines = self._lines
        if lines is None:
            return uses
        ran = [use for use in uses if (use.file, use.line) in lines]
        return sorted(ran, key=lambda use: lines[use.file, use.line])

    def _sets_first(self, uses: list[Use], reading: list[Use]) -> bool:
        """Return whether the step rebinds the variable before it reads it."""
        first = reading[0]
        if self._lines is not None:
            order = self._lines
            when = order[first.file, first.line]
            stores = self._ran([use for use in uses if use.stores])
            return any(order[use.file, use.line] < when for use in stores)
        return any(
            use.always and use.line < first.line and _same_function(use, first)
            for use in uses
        ) and all(_same_function(use, first) for use in reading)


def _same_function(left: Use, right: Use) -> bool:
    return (left.file, left.home) == (right.file, right.home)


def _expand(name: str, watch: frozenset[str]) -> list[str]:
    """Return a name, or for an unknown key every watched name it may stand for."""
    if name != "os.environ['*']":
        return [name]
    return [name, *(known for known in watch if known.startswith("os.environ["))]
