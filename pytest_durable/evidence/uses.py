"""Which variables a step's code uses, and on which lines.

Starts at the step's function and follows user functions, classes and objects that
its names lead to in the live modules. Static: a line that is listed may not run,
and what no name leads to (a callback in a library) is not listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Any

from pytest_durable.evidence.accesses import Access, Scope, accesses_of
from pytest_durable.evidence.attributes import CELL
from pytest_durable.evidence.contents import EMPTY, is_scalar
from pytest_durable.evidence.lookup import (
    METHODS,
    NOTHING,
    Found,
    Lookup,
    Slot,
    imported_module,
)
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.probes import LRU_CACHE_TYPE
from pytest_durable.evidence.process_state import SEARCH_PATH
from pytest_durable.evidence.process_uses import BOUND, bound_to, process_slots
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.shapes import class_dict, inherits, is_one_of, mro_of
from pytest_durable.evidence.values import Kind

__all__ = ["Use", "uses_of"]

_FUNCTIONS_MOST = 400
_OBJECTS_MOST = 30


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
    search = _Search(state)
    search.reach(function, None)
    return search.run()


@dataclass(frozen=True, slots=True)
class _Reached:
    """A function, and the class whose ``self`` or ``cls`` it takes, if any."""

    function: FunctionType
    owner: type | None


class _Search:
    """Follows names from function to function until nothing new is found."""

    def __init__(self, state: ModuleState) -> None:
        self._walk = state.walk
        self._owns = state.user_files.owns
        self._lookup = Lookup(state)
        self._found: dict[Use, None] = {}
        self._queue: list[_Reached] = []
        self._seen: set[int] = set()
        self._classes: dict[int, type] = {}
        self._mentioned: set[str] = set()
        self._loose: list[tuple[Access, _Reached]] = []
        self._instances: dict[int, list[Record]] | None = None

    def run(self) -> tuple[Use, ...]:
        """Return every use."""
        done = 0
        while done < len(self._queue) < _FUNCTIONS_MOST:
            while done < len(self._queue):
                self._read(self._queue[done])
                done += 1
            self._reach_methods()
        for access, reached in self._loose:
            self._use_loose(access, reached)
        return tuple(self._found)

    # What is reached ------------------------------------------------------------

    def reach(self, value: Any, owner: type | None) -> None:
        """Follow a function, a class or an object, wherever it was named."""
        kind = type(value)
        if kind is FunctionType:
            self._reach_function(value, owner)
        elif is_one_of(kind, BOUND):
            self.reach(bound_to(value), None)
            if kind is MethodType:
                self.reach(value.__func__, type(value.__self__))
        elif kind is LRU_CACHE_TYPE:
            self.reach(value.__dict__.get("__wrapped__"), owner)
        elif kind is staticmethod or kind is classmethod:
            self.reach(value.__func__, owner)
        elif kind is property:
            self.reach(value.fget, owner)
            self.reach(value.fset, owner)
        elif inherits(value, type):
            self._reach_class(value)
        else:
            self._reach_object(value)

    def _reach_function(self, function: FunctionType, owner: type | None) -> None:
        if id(function) in self._seen:
            return
        self._seen.add(id(function))
        if self._owns(function.__code__.co_filename):
            self._queue.append(_Reached(function, owner))
        else:
            for cell in function.__closure__ or ():
                inner = CELL.take(cell).values[0]
                if type(inner) is FunctionType:
                    self.reach(inner, None)
        self.reach(function.__dict__.get("__wrapped__"), owner)

    def _reach_class(self, cls: type) -> None:
        if id(cls) not in self._classes and self._walk.shapes.is_user_class(cls):
            self._classes[id(cls)] = cls
            self._reach_class(type(cls))

    def _reach_object(self, value: Any) -> None:
        if is_scalar(value) or id(value) in self._seen:
            return
        self._seen.add(id(value))
        shape = self._walk.shapes.of(type(value))
        if shape is not None:
            self.reach(shape.wrapped(value), None)
        record = self._walk.find(value)
        if record is None:
            return
        self._reach_class(type(value))
        if record.kind is None:
            # A table of handlers, a list of subscribers.
            for inner in record.content.take(value).values[:_OBJECTS_MOST]:
                self.reach(inner, None)

    def _reach_methods(self) -> None:
        for cls in list(self._classes.values()):
            for base in mro_of(cls)[:-1]:
                if self._walk.shapes.is_user_class(base):
                    for name, value in class_dict(base).items():
                        named = name in self._mentioned or name[:2] == "__"
                        if named and is_one_of(type(value), METHODS):
                            self.reach(value, cls)

    def _instances_of(self, cls: type) -> list[Record]:
        if self._instances is None:
            self._instances = {}
            for record in self._walk.records:
                if record.kind is Kind.INSTANCE:
                    for base in mro_of(type(record.holder)):
                        self._instances.setdefault(id(base), []).append(record)
        return self._instances.get(id(cls), [])[:_OBJECTS_MOST]

    # What one function uses -----------------------------------------------------

    def _read(self, reached: _Reached) -> None:
        code = reached.function.__code__
        found = accesses_of(code.co_filename, code.co_name, code.co_firstlineno)
        if found is None:
            return
        for line in found.imports:
            self._add((Kind.PROCESS, SEARCH_PATH), _reading(line), reached)
        for access in found.found:
            self._mentioned.update(access.chain)
            if access.after is not None:
                self._mentioned.add(access.after)
            values = self._bases(access, found.parameters, reached)
            if not values and access.chain:
                self._loose.append((access, reached))
            for base in values:
                self._follow(base, access, reached)

    def _bases(
        self, access: Access, parameters: tuple[str, ...], reached: _Reached
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
                holders = (record.holder for record in self._instances_of(owner))
                return [Found(None, item) for item in (owner, *holders)]
            found = self._lookup.default(function, name)
        known = found.slot is not None or found.value is not EMPTY
        return [found] if known else []

    def _follow(self, found: Found, access: Access, reached: _Reached) -> None:
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
            self._add(slot, _reading(access.line), reached)
            found = self._lookup.attribute(value, name)
            if found.owner is not None:
                self.reach(found.value, found.owner)
                return
            if found.value is EMPTY and found.slot is None:
                return
        slot, value, _ = found
        self._add(slot, access, reached)
        self._use_kept(value, access, reached)
        self.reach(value, None)
        self._use_process(value, access, reached)

    def _use_kept(self, value: Any, access: Access, reached: _Reached) -> None:
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

    def _use_process(self, value: Any, access: Access, reached: _Reached) -> None:
        for slot in process_slots(value, access, reached.function):
            both = is_one_of(type(value), BOUND) and slot[0] is Kind.PROCESS
            self._add(slot, access, reached, both=both)

    def _use_loose(self, access: Access, reached: _Reached) -> None:
        """Use an attribute of a local: of any object whose class is reached."""
        for cls in list(self._classes.values()):
            for record in self._instances_of(cls):
                if access.chain[0] in self._lookup.labels(record):
                    self._follow(Found(None, record.holder), access, reached)

    def _add(
        self,
        slot: Slot | None,
        access: Access,
        reached: _Reached,
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


# Their attributes are methods, not state.
_CLOSED = (None, Kind.CONTEXT, Kind.CACHE)


def _reading(line: int) -> Access:
    return Access(base="", scope=Scope.UNKNOWN, chain=(), line=line, reads=True)
