"""Which variables a step's code uses, and on which lines.

Starts at the step's function and follows user functions, classes and objects that
its names lead to in the live modules. Static: a line that is listed may not run,
and what no name leads to (a callback in a library) is not listed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

from pytest_durable.evidence.access import Access, Scope, reading
from pytest_durable.evidence.accesses import accesses_of
from pytest_durable.evidence.contents import EMPTY
from pytest_durable.evidence.lookup import (
    NOTHING,
    Found,
    Lookup,
    Slot,
    imported_module,
)
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.process_state import SEARCH_PATH
from pytest_durable.evidence.process_uses import BOUND, bound_to, process_slots
from pytest_durable.evidence.reach import Reach, Reached
from pytest_durable.evidence.shapes import inherits, is_one_of
from pytest_durable.evidence.values import Kind

__all__ = ["Use", "uses_of"]

# Their attributes are methods, not state.
_CLOSED = (None, Kind.CONTEXT, Kind.CACHE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One line that reads, rebinds or changes one variable.

    ``always`` says that the line runs whenever its function, which starts at line
    ``home``, runs.
    """

    kind: Kind
    name: str
    file: str
    line: int
    home: int
    reads: bool
    stores: bool
    mutates: bool
    always: bool

    @property
    def writes(self) -> bool:
        """Whether the variable is another or has another value afterwards."""
        return self.stores or self.mutates


def uses_of(function: object, state: ModuleState) -> tuple[Use, ...]:
    """Return the uses of everything a step's function leads to, nearest first."""
    return _Search(state).run(function)


class _Search:
    """Reads function after function until nothing new is reached."""

    def __init__(self, state: ModuleState) -> None:
        self._walk = state.walk
        self._lookup = Lookup(state)
        self._found: dict[Use, None] = {}
        self._loose: list[tuple[Access, Reached]] = []
        self._results: list[tuple[Access, Reached]] = []
        self._reach = Reach(state)

    def run(self, function: object) -> tuple[Use, ...]:
        """Return every use."""
        self._reach.follow(function, None)
        for reached in self._reach.functions():
            self._read(reached)
        for access, reached in self._loose:
            self._use_loose(access, reached)
        for access, reached in self._results:
            self._use_result(access, reached, self._reach.classes())
        return tuple(self._found)

    def _read(self, reached: Reached) -> None:
        code = reached.function.__code__
        found = accesses_of(code.co_filename, code.co_name, code.co_firstlineno)
        if found is None:
            return
        for line in found.imports:
            self._add((Kind.PROCESS, SEARCH_PATH), reading(line), reached)
        for access in found.found:
            self._reach.mention(*access.chain)
            values = self._bases(access, found.parameters, reached)
            if access.after is not None:
                self._reach.mention(access.after)
                called = values[0].value if values and not access.chain else None
                if inherits(called, type):
                    self._use_result(access, reached, [called])
                else:
                    self._results.append((access, reached))
            if not values and access.chain:
                self._loose.append((access, reached))
            for base in values:
                self._follow(base, access, reached)

    def _bases(
        self, access: Access, parameters: tuple[str, ...], reached: Reached
    ) -> list[Found]:
        function, name = reached.function, access.base
        found = NOTHING
        if access.scope is Scope.MODULE:
            found = Found(None, imported_module(name, function))
        elif access.scope is Scope.GLOBAL:
            found = self._lookup.in_module(function.__globals__, name)
        elif access.scope is Scope.OUTER:
            found = self._lookup.in_closure(function, name)
        elif access.scope is Scope.LOCAL:
            owner = reached.owner
            if owner is not None and parameters[:1] == (name,):
                holders = (record.holder for record in self._reach.instances_of(owner))
                return [Found(None, item) for item in (owner, *holders)]
            found = self._lookup.default(function, name)
        known = found.slot is not None or found.value is not EMPTY
        return [found] if known else []

    def _follow(self, found: Found, access: Access, reached: Reached) -> None:
        """Use every variable along a dotted name."""
        for name in access.chain:
            slot, value, _ = found
            self._use_process(value, access, reached)
            record = self._walk.find(value)
            if id(value) in self._walk.attributes:
                self._use_kept(value, access, reached)
            elif record is not None and record.kind in _CLOSED:
                # What follows is a method: the line does to the variable what it says.
                break
            self._add(slot, reading(access.line), reached)
            found = self._lookup.attribute(value, name)
            if found.owner is not None:
                self._reach.follow(found.value, found.owner)
                if type(found.value) is not FunctionType:
                    return
            if found.value is EMPTY and found.slot is None:
                return
        slot, value, _ = found
        self._add(slot, access, reached)
        self._use_kept(value, access, reached)
        self._reach.follow(value, None)
        self._use_process(value, access, reached)

    def _use_kept(self, value: Any, access: Access, reached: Reached) -> None:
        """Use what a value keeps, besides the name that led to it."""
        if is_one_of(type(value), BOUND):
            record = self._walk.find(bound_to(value))
            if record is not None and record.kind is None:
                self._add(self._lookup.variable(record), access, reached, both=True)
            return
        index = self._walk.at.get(id(value), -1)
        if index < 0:
            return
        record = self._walk.records[index]
        if record.kind is Kind.CACHE or record.kind is Kind.CONTEXT:
            slot = (record.kind, self._lookup.name(record))
            self._add(slot, access, reached, both=True)
        elif record.kind is None and not access.stores:
            self._add(self._lookup.variable(record), access, reached)

    def _use_process(self, value: Any, access: Access, reached: Reached) -> None:
        for slot in process_slots(value, access, reached.function):
            both = is_one_of(type(value), BOUND) and slot[0] is Kind.PROCESS
            self._add(slot, access, reached, both=both)

    def _use_loose(self, access: Access, reached: Reached) -> None:
        """Use an attribute of a local: of any object whose class is reached."""
        for cls in self._reach.classes():
            for record in self._reach.instances_of(cls):
                if access.chain[0] in self._lookup.labels(record):
                    self._follow(Found(None, record.holder), access, reached)

    def _use_result(self, access: Access, reached: Reached, classes: list[Any]) -> None:
        """Use an attribute of what a call returned: an object of one of the classes."""
        name = access.after or ""
        if access.sets_after:
            access = replace(access, stores=True, mutates=False)
        for cls in classes:
            for record in self._reach.instances_of(cls):
                if name in self._lookup.labels(record):
                    slot = self._lookup.attribute(record.holder, name).slot
                    self._add(slot, access, reached)

    def _add(
        self,
        slot: Slot | None,
        access: Access,
        reached: Reached,
        *,
        both: bool = False,
    ) -> None:
        if slot is None:
            return
        code = reached.function.__code__
        use = Use(
            kind=slot[0],
            name=slot[1],
            file=code.co_filename,
            line=access.line,
            home=code.co_firstlineno,
            reads=access.reads or both,
            stores=access.stores,
            mutates=access.mutates or both,
            always=access.stores and access.always,
        )
        self._found[use] = None
