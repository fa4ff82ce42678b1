"""Which functions a step can get to, by the names and objects it mentions.

More is reached than will run: every method whose name is mentioned anywhere, of
every class that is. Nothing is called to find out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Any

from pytest_durable.evidence.attributes import CELL
from pytest_durable.evidence.contents import is_scalar
from pytest_durable.evidence.lookup import METHODS
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.probes import LRU_CACHE_TYPE
from pytest_durable.evidence.process_uses import BOUND, bound_to
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.shapes import class_dict, inherits, is_one_of, mro_of
from pytest_durable.evidence.values import Kind

__all__ = ["Reach", "Reached"]

_FUNCTIONS_MOST = 400
_OBJECTS_MOST = 30


@dataclass(frozen=True, slots=True)
class Reached:
    """A function, and the class whose ``self`` or ``cls`` it takes, if any."""

    function: FunctionType
    owner: type | None


class Reach:
    """Follows functions, classes and objects; each is reached once."""

    def __init__(self, state: ModuleState) -> None:
        self._walk = state.walk
        self._owns = state.user_files.owns
        self._queue: list[Reached] = []
        self._seen: set[int] = set()
        self._classes: dict[int, type] = {}
        self._mentioned: set[str] = set()
        self._by_class: dict[int, list[Record]] | None = None

    def functions(self) -> Iterator[Reached]:
        """Yield the functions, also those that reading them leads to."""
        done = 0
        while done < len(self._queue) < _FUNCTIONS_MOST:
            while done < len(self._queue):
                yield self._queue[done]
                done += 1
            self._reach_methods()

    def mention(self, *names: str) -> None:
        """Note attribute names: methods of these names can be meant."""
        self._mentioned.update(names)

    def classes(self) -> list[type]:
        """Return the user's classes that were reached."""
        return list(self._classes.values())

    def follow(self, value: Any, owner: type | None) -> None:
        """Follow a function, a class or an object, wherever it was named."""
        kind = type(value)
        if kind is FunctionType:
            self._reach_function(value, owner)
        elif is_one_of(kind, BOUND):
            self.follow(bound_to(value), None)
            if kind is MethodType:
                self.follow(value.__func__, type(value.__self__))
        elif kind is LRU_CACHE_TYPE:
            self.follow(value.__dict__.get("__wrapped__"), owner)
        elif kind is staticmethod or kind is classmethod:
            self.follow(value.__func__, owner)
        elif kind is property:
            self.follow(value.fget, owner)
            self.follow(value.fset, owner)
        elif inherits(value, type):
            self._reach_class(value)
        else:
            self._reach_object(value)

    def _reach_function(self, function: FunctionType, owner: type | None) -> None:
        if id(function) in self._seen:
            return
        self._seen.add(id(function))
        if self._owns(function.__code__.co_filename):
            self._queue.append(Reached(function, owner))
        else:
            for cell in function.__closure__ or ():
                inner = CELL.take(cell).values[0]
                if type(inner) is FunctionType:
                    self.follow(inner, None)
        self.follow(function.__dict__.get("__wrapped__"), owner)

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
            self.follow(shape.wrapped(value), None)
        record = self._walk.find(value)
        if record is None:
            return
        self._reach_class(type(value))
        if record.kind is None:
            # A table of handlers, a list of subscribers.
            for inner in record.content.take(value).values[:_OBJECTS_MOST]:
                self.follow(inner, None)

    def _reach_methods(self) -> None:
        for cls in list(self._classes.values()):
            for base in mro_of(cls)[:-1]:
                if self._walk.shapes.is_user_class(base):
                    for name, value in class_dict(base).items():
                        named = name in self._mentioned or name[:2] == "__"
                        if named and is_one_of(type(value), METHODS):
                            self.follow(value, cls)

    def instances_of(self, cls: type) -> list[Record]:
        """Return some objects of a class that a module leads to."""
        if self._by_class is None:
            self._by_class = {}
            for record in self._walk.records:
                if record.kind is Kind.INSTANCE:
                    for base in mro_of(type(record.holder)):
                        self._by_class.setdefault(id(base), []).append(record)
        return self._by_class.get(id(cls), [])[:_OBJECTS_MOST]
