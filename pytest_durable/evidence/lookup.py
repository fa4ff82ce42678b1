"""What a dotted name stands for in the live modules, and what its parts are called.

Only dicts are looked into, in the order in which Python would; a property, a
``__getattr__`` or a proxy gives nothing.
"""

from __future__ import annotations

import importlib.util
import sys
from types import FunctionType, MemberDescriptorType, ModuleType
from typing import Any, NamedTuple

from pytest_durable.evidence.attributes import CELL
from pytest_durable.evidence.contents import EMPTY, ignored
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.probes import LRU_CACHE_TYPE
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.shapes import class_dict, inherits, is_one_of, mro_of
from pytest_durable.evidence.user_files import module_dict
from pytest_durable.evidence.values import Kind

__all__ = ["METHODS", "NOTHING", "Found", "Lookup", "Slot", "imported_module"]

Slot = tuple[Kind, str]
METHODS: tuple[type, ...] = (FunctionType, staticmethod, classmethod, property)


class Found(NamedTuple):
    """A variable, what it holds, and for a method the class it was found on."""

    slot: Slot | None
    value: Any
    owner: type | None = None


NOTHING = Found(None, EMPTY)


class Lookup:
    """Looks names up in one state of the modules."""

    def __init__(self, state: ModuleState) -> None:
        self._walk = state.walk
        self._naming = state.naming

    def in_module(self, names: dict[str, Any], name: str) -> Found:
        """Look a global up; ``*`` stands for any of the module's."""
        module = names.get("__name__")
        if name == "*":
            return Found((Kind.GLOBAL, f"{module}.*"), EMPTY)
        value = names.get(name, EMPTY)
        if id(names) not in self._walk.at or ignored(name) or self._defines(value):
            return Found(None, value)
        return Found((Kind.GLOBAL, f"{module}.{name}"), value)

    def in_closure(self, function: FunctionType, name: str) -> Found:
        """Look a variable of an enclosing function up."""
        free = function.__code__.co_freevars
        if name not in free or function.__closure__ is None:
            return NOTHING
        cell = function.__closure__[free.index(name)]
        value = CELL.take(cell).values[0]
        record = self._walk.find(cell)
        slot = (Kind.CLOSURE, self._naming.base(record)) if record is not None else None
        return Found(slot, value)

    def default(self, function: FunctionType, name: str) -> Found:
        """Look the default of a parameter up, if calls can share it."""
        value = _default(function, name)
        record = self._walk.find(value)
        if value is EMPTY or record is None:
            return NOTHING
        return Found(self._naming.variable(record), value)

    def attribute(self, value: Any, name: str) -> Found:
        """Look an attribute up."""
        if name == "__class__" and value is not EMPTY:
            # The class stands for its instances where there are none yet.
            return Found(None, value if inherits(value, type) else type(value))
        if inherits(value, ModuleType):
            return self._of_module(value, name)
        if inherits(value, type):
            return self._of_class(value, name)
        record = self._walk.find(value)
        return NOTHING if record is None else self._of_record(record, name)

    def name(self, record: Record) -> str:
        """Return what a holder is called."""
        return self._naming.base(record)

    def variable(self, record: Record) -> Slot:
        """Return the variable that leads to a container."""
        return self._naming.variable(record)

    def labels(self, record: Record) -> tuple[Any, ...]:
        """Return the names of the attributes that an object has now."""
        return record.content.take(record.holder).labels

    def _of_module(self, module: ModuleType, name: str) -> Found:
        names = module_dict(module)
        if id(names) in self._walk.at:
            return self.in_module(names, name)
        return Found(None, names.get(name, EMPTY))

    def _of_record(self, record: Record, name: str) -> Found:
        if record.kind is Kind.THREAD_LOCAL:
            return Found((Kind.THREAD_LOCAL, f"{self.name(record)}.{name}"), EMPTY)
        if record.kind is Kind.FUNCTION_ATTRIBUTE:
            return self._of_function(record, name)
        if record.kind is Kind.INSTANCE:
            return self._of_instance(record, name)
        return NOTHING

    def _of_function(self, record: Record, name: str) -> Found:
        found = record.content.take(record.holder)
        value = dict(zip(*found, strict=True)).get(name, EMPTY)
        if ignored(name):
            return Found(None, value)
        return Found((Kind.FUNCTION_ATTRIBUTE, f"{self.name(record)}.{name}"), value)

    def _of_class(self, cls: type, name: str) -> Found:
        found = self._in_bases((*mro_of(cls), *mro_of(type(cls))), cls, name)
        if found is not None:
            return found
        record = self._walk.find(cls)
        if record is None:
            return NOTHING
        return Found((Kind.CLASS_ATTRIBUTE, f"{self.name(record)}.{name}"), EMPTY)

    def _in_bases(self, bases: tuple[type, ...], cls: type, name: str) -> Found | None:
        for base in bases:
            value = class_dict(base).get(name, EMPTY)
            if value is EMPTY:
                continue
            if is_one_of(type(value), METHODS):
                return Found(None, value, cls)
            record = self._walk.find(base)
            # A slot is the instance's own.
            if record is None or type(value) is MemberDescriptorType:
                return Found(None, value)
            slot = (Kind.CLASS_ATTRIBUTE, f"{self.name(record)}.{name}")
            return Found(slot, value)
        return None

    def _of_instance(self, record: Record, name: str) -> Found:
        slot = (Kind.INSTANCE, self._naming.slot(record, name))
        now = record.content.take(record.holder)
        for label, item in zip(now.labels, now.values, strict=True):
            if label == name:
                return Found(slot, item)
        cls = type(record.holder)
        return self._in_bases(mro_of(cls), cls, name) or Found(slot, EMPTY)

    def _defines(self, value: Any) -> bool:
        """Return whether a name stands for code or a module, which is not state."""
        kind = type(value)
        if kind is FunctionType or kind is LRU_CACHE_TYPE or value is EMPTY:
            return True
        if inherits(value, type) or inherits(value, ModuleType):
            return True
        shape = self._walk.shapes.of(kind)
        return shape is not None and shape.step


def imported_module(name: str, function: FunctionType) -> ModuleType | None:
    """Return the module that a statement in a function imports from."""
    if name.startswith("."):
        package = function.__globals__.get("__package__")
        if type(package) is not str:
            return None
        name = importlib.util.resolve_name(name, package)
    return sys.modules.get(name)


def _default(function: FunctionType, name: str) -> Any:
    if function.__kwdefaults__ and name in function.__kwdefaults__:
        return function.__kwdefaults__[name]
    defaults = function.__defaults__ or ()
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    if not defaults or name not in names[-len(defaults) :]:
        return EMPTY
    return defaults[names.index(name) - len(names)]
