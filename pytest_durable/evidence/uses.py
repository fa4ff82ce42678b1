"""Which variables a step's code uses, and on which lines.

Starts at the step's function and follows user functions, classes and objects that
its names lead to in the live modules. Static: a line that is listed may not run,
and what no name leads to (a callback in a library) is not listed. Nothing is called
and no attribute of a user object is asked for.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from types import (
    BuiltinFunctionType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any

from pytest_durable.evidence.accesses import Access, FunctionAccesses, Scope, accesses_of
from pytest_durable.evidence.contents import CELL, EMPTY, ignored, is_scalar
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.probes import LRU_CACHE_TYPE
from pytest_durable.evidence.process_state import CWD_NAME, environment_name
from pytest_durable.evidence.shapes import class_dict, inherits, is_one_of, mro_of
from pytest_durable.evidence.user_files import module_dict
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.walk import THREAD_NAME, Record, Walk

__all__ = ["Use", "uses_of"]

_FUNCTIONS_MOST = 400
_INSTANCES_MOST = 30
Slot = tuple[Kind, str]


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
    reads: bool
    writes: bool
    stores: bool = False
    mutates: bool = False
    always: bool = False
    home: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """A function, and the class whose ``self`` or ``cls`` it takes, if any."""

    function: FunctionType
    owner: type | None


def uses_of(function: object, state: ModuleState) -> tuple[Use, ...]:
    """Return the uses of everything a step's function leads to, nearest first."""
    search = _Search(state)
    search.reach(function, None)
    return search.run()


class _Search:
    def __init__(self, state: ModuleState) -> None:
        self._state = state
        self._walk = state.walk
        self._found: dict[Use, None] = {}
        self._queue: list[_Reached] = []
        self._seen: set[int] = set()
        self._home = 0
        self._classes: dict[int, type] = {}
        self._mentioned: dict[str, None] = {}
        self._loose: list[tuple[Access, str, int]] = []
        self._instances: dict[int, list[tuple[Record, Any]]] | None = None

    def run(self) -> tuple[Use, ...]:
        """Follow until nothing new is reached."""
        done = 0
        while done < len(self._queue) < _FUNCTIONS_MOST:
            while done < len(self._queue):
                self._read(self._queue[done])
                done += 1
            self._reach_methods()
        for access, file, self._home in self._loose:
            self._use_loose(access, file)
        return tuple(self._found)

    # What is reached ------------------------------------------------------------

    def reach(self, value: Any, owner: type | None) -> None:
        """Follow a function, a class or an object, wherever it was named."""
        kind = type(value)
        if kind is FunctionType:
            self._reach_function(value, owner)
        elif is_one_of(kind, _BOUND):
            self.reach(_attribute(value, "__self__"), None)
            if kind is MethodType:
                self.reach(value.__func__, type(value.__self__))
        elif kind is LRU_CACHE_TYPE:
            self.reach(value.__dict__.get("__wrapped__"), owner)
        elif kind is staticmethod or kind is classmethod:
            self.reach(value.__func__, owner)
        elif kind is property:
            self.reach(value.fget, owner)
            self.reach(value.fset, owner)
        elif _is_class(value):
            self._reach_class(value)
        else:
            self._reach_object(value)

    def _reach_function(self, function: FunctionType, owner: type | None) -> None:
        if id(function) in self._seen:
            return
        self._seen.add(id(function))
        if self._state.user_files.owns(function.__code__.co_filename):
            self._queue.append(_Reached(function=function, owner=owner))
        else:
            for cell in function.__closure__ or ():
                inner = CELL.take(cell).values[0]
                if type(inner) is FunctionType:
                    self.reach(inner, None)
        wrapped = function.__dict__.get("__wrapped__")
        if wrapped is not None:
            self.reach(wrapped, owner)

    def _reach_class(self, cls: type) -> None:
        if id(cls) not in self._classes and self._walk.shapes.is_user_class(cls):
            self._classes[id(cls)] = cls
            meta = type(cls)
            if meta is not type:
                self._reach_class(meta)

    def _reach_object(self, value: Any) -> None:
        index = self._walk.at.get(id(value), -1)
        if index < 0 or id(value) in self._seen:
            return
        self._seen.add(id(value))
        record = self._walk.records[index]
        if record.kind is Kind.INSTANCE:
            self._reach_class(type(value))
        if record.kind is None:
            self._reach_class(type(value))
            # A table of handlers, a list of subscribers.
            for inner in record.content.take(value).values[:_INSTANCES_MOST]:
                if not is_scalar(inner):
                    self.reach(inner, None)

    def _reach_methods(self) -> None:
        for cls in list(self._classes.values()):
            for base in mro_of(cls)[:-1]:
                if not self._walk.shapes.is_user_class(base):
                    continue
                for name, value in class_dict(base).items():
                    if name in self._mentioned or name[:2] == "__":
                        if is_one_of(type(value), _METHODS):
                            self.reach(value, cls)

    def _instances_of(self, cls: type) -> list[Any]:
        if self._instances is None:
            self._instances = {}
            for record in self._walk.records:
                if record.kind is Kind.INSTANCE:
                    for base in mro_of(type(record.holder)):
                        known = self._instances.setdefault(id(base), [])
                        known.append((record, record.holder))
        found = self._instances.get(id(cls), [])[:_INSTANCES_MOST]
        return [holder for _, holder in found]

    # What one function uses -----------------------------------------------------

    def _read(self, reached: _Reached) -> None:
        function = reached.function
        code = function.__code__
        file = code.co_filename
        self._home = code.co_firstlineno
        accesses = accesses_of(file, code.co_name, code.co_firstlineno)
        if accesses is None:
            return
        for line in accesses.imports:
            self._add((Kind.PROCESS, "sys.path"), file, _reading(line))
        for access in accesses.found:
            for name in access.chain:
                self._mentioned[name] = None
            if access.after is not None:
                self._mentioned[access.after] = None
            values = self._bases(access, accesses, reached)
            if not values and access.chain:
                self._loose.append((access, file, self._home))
            for slot, value in values:
                self._follow(slot, value, access, file, function)

    def _bases(
        self, access: Access, accesses: FunctionAccesses, reached: _Reached
    ) -> list[tuple[Slot | None, Any]]:
        function, name = reached.function, access.base
        if access.scope is Scope.MODULE:
            module = _imported(name, function)
            return [] if module is None else [(None, module)]
        if access.scope is Scope.GLOBAL:
            return [self._global(function.__globals__, name)]
        if access.scope is Scope.OUTER:
            return self._cell(function, name)
        if access.scope is Scope.LOCAL:
            return self._parameter(accesses, reached, name)
        return []

    def _global(self, names: dict[str, Any], name: str) -> tuple[Slot | None, Any]:
        if name not in names and name in builtins.__dict__:
            return None, EMPTY
        value = names.get(name, EMPTY)
        module = names.get("__name__")
        if name == "*":
            return (Kind.GLOBAL, f"{module}.*"), EMPTY
        if id(names) not in self._walk.at or ignored(name) or _defines(value):
            return None, value
        return (Kind.GLOBAL, f"{module}.{name}"), value

    def _cell(self, function: FunctionType, name: str) -> list[tuple[Slot | None, Any]]:
        free = function.__code__.co_freevars
        if name not in free or function.__closure__ is None:
            return []
        cell = function.__closure__[free.index(name)]
        value = CELL.take(cell).values[0]
        index = self._walk.at.get(id(cell), -1)
        if index < 0:
            return [(None, value)]
        return [((Kind.CLOSURE, self._base(index)), value)]

    def _parameter(
        self, accesses: FunctionAccesses, reached: _Reached, name: str
    ) -> list[tuple[Slot | None, Any]]:
        first = accesses.parameters[:1] == (name,)
        if first and reached.owner is not None:
            owner = reached.owner
            return [(None, item) for item in (owner, *self._instances_of(owner))]
        default = _default(reached.function, name)
        if default is EMPTY or id(default) not in self._walk.at:
            return []
        return [(self._variable(default), default)]

    # Along a dotted name --------------------------------------------------------

    def _follow(  # noqa: PLR0913  one access from one function
        self,
        slot: Slot | None,
        value: Any,
        access: Access,
        file: str,
        function: FunctionType,
    ) -> None:
        for name in access.chain:
            self._special(value, name, access, file, function)
            if id(value) in self._walk.attributes:
                self._change(value, access, file)
            elif _is_closed(value, self._walk):
                # What follows is a method: the line does to the variable what it says.
                break
            self._add(slot, file, _reading(access.line))
            slot, value = self._attribute(value, name)
            if value is EMPTY and slot is None:
                return
        self._add(slot, file, access)
        self._arrive(value, access, file, function)

    def _arrive(
        self, value: Any, access: Access, file: str, function: FunctionType
    ) -> None:
        self._change(value, access, file)
        self.reach(value, None)
        self._special(value, None, access, file, function)

    def _change(self, value: Any, access: Access, file: str) -> None:
        """Note the use of what a value keeps, besides the name that led to it."""
        if is_one_of(type(value), _BOUND):
            value = _attribute(value, "__self__")
            index = self._walk.at.get(id(value), -1)
            if index >= 0 and self._walk.records[index].kind is None:
                self._add(self._variable(value), file, access, both=True)
            return
        index = self._walk.at.get(id(value), -1)
        if index < 0:
            return
        record = self._walk.records[index]
        if record.kind in (Kind.CACHE, Kind.CONTEXT):
            self._add((record.kind, self._base(index)), file, access, both=True)
        elif record.kind is None and not access.stores:
            self._add(self._variable(value), file, access)

    def _attribute(self, value: Any, name: str) -> tuple[Slot | None, Any]:
        kind = type(value)
        if inherits(value, ModuleType):
            return self._module_attribute(value, name)
        if kind is FunctionType:
            index = self._walk.at.get(id(value), -1)
            found = value.__dict__.get(name, EMPTY)
            if index < 0 or name == "__wrapped__":
                return None, found
            return (Kind.FUNCTION_ATTRIBUTE, f"{self._base(index)}.{name}"), found
        if _is_class(value):
            return self._class_attribute(value, value, name)
        index = self._walk.at.get(id(value), -1)
        index = self._walk.attributes.get(id(value), index)
        if index < 0:
            return None, EMPTY
        record = self._walk.records[index]
        if record.kind is Kind.THREAD_LOCAL:
            return (Kind.THREAD_LOCAL, f"{self._base(index)}.{name}"), EMPTY
        if record.kind is Kind.INSTANCE:
            return self._instance_attribute(record, value, name)
        return None, EMPTY

    def _module_attribute(
        self, module: ModuleType, name: str
    ) -> tuple[Slot | None, Any]:
        names = module_dict(module)
        if id(names) in self._walk.at:
            return self._global(names, name)
        return None, names.get(name, EMPTY)

    def _class_attribute(
        self, cls: type, value: Any, name: str
    ) -> tuple[Slot | None, Any]:
        for base in (*mro_of(cls), *mro_of(type(cls))):
            found = class_dict(base).get(name, EMPTY)
            if found is EMPTY:
                continue
            if is_one_of(type(found), _METHODS):
                self.reach(found, cls)
                return None, EMPTY
            if type(found) is MemberDescriptorType:  # a slot: not the class's own
                return None, EMPTY
            index = self._walk.at.get(id(base), -1)
            if index < 0:
                return None, found
            return (Kind.CLASS_ATTRIBUTE, f"{self._base(index)}.{name}"), found
        index = self._walk.at.get(id(cls), -1)
        if index < 0 or not _is_class(value):
            return None, EMPTY
        return (Kind.CLASS_ATTRIBUTE, f"{self._base(index)}.{name}"), EMPTY

    def _instance_attribute(
        self, record: Record, value: Any, name: str
    ) -> tuple[Slot | None, Any]:
        now = record.content.take(value)
        slot = (Kind.INSTANCE, self._state.naming.slot(record, name))
        for label, item in zip(now.labels, now.values, strict=True):
            if label == name:
                return slot, item
        found, item = self._class_attribute(type(value), value, name)
        if found is None and item is EMPTY and not _has(type(value), name):
            return slot, EMPTY  # not set yet
        return found, item

    # Names that stand for the process -------------------------------------------

    def _special(
        self,
        value: Any,
        name: str | None,
        access: Access,
        file: str,
        function: FunctionType,
    ) -> None:
        if value is os.environ or value is os.getenv:
            key = access.key
            if key is None and access.key_name is not None:
                known = function.__globals__.get(access.key_name)
                key = known if type(known) is str else None
            name = environment_name("*" if key is None else key)
            self._add((Kind.ENVIRONMENT, name), file, access)
        elif value is threading.current_thread and access.after is not None:
            name = f"{THREAD_NAME}.{access.after}"
            self._add((Kind.THREAD_LOCAL, name), file, access)
        elif value is sys.path or value is importlib.import_module:
            self._add((Kind.PROCESS, "sys.path"), file, access)
        elif name is None and value in _CALLS:
            self._add((Kind.CWD, CWD_NAME), file, access)
        elif is_one_of(type(value), _BOUND) and _draws(value):
            slot = (Kind.PROCESS, "the state of random")
            self._add(slot, file, access, both=True)

    # Loose ends -----------------------------------------------------------------

    def _use_loose(self, access: Access, file: str) -> None:
        """Use an attribute of a local: of any instance whose class is reached."""
        for cls in list(self._classes.values()):
            for holder in self._instances_of(cls):
                at = self._walk.at[id(holder)]
                record = self._walk.records[self._walk.attributes.get(id(holder), at)]
                if access.chain[0] in record.content.take(holder).labels:
                    self._follow(None, holder, access, file, _loose)

    def _add(
        self, slot: Slot | None, file: str, access: Access, *, both: bool = False
    ) -> None:
        if slot is None:
            return
        use = Use(
            kind=slot[0],
            name=slot[1],
            file=file,
            line=access.line,
            reads=access.reads or both,
            writes=access.stores or access.mutates or both,
            stores=access.stores,
            mutates=access.mutates,
            always=access.stores and access.always,
            home=self._home,
        )
        self._found[use] = None

    def _base(self, index: int) -> str:
        return self._state.naming.base(self._walk.records[index])

    def _variable(self, value: Any) -> Slot:
        record = self._walk.records[self._walk.at[id(value)]]
        return self._state.naming.variable(record)


def _loose() -> None:
    """Stand in for the function of a loose access, whose globals do not matter."""


_BOUND: tuple[type, ...] = (BuiltinFunctionType, MethodWrapperType, MethodType)
_METHODS: tuple[type, ...] = (FunctionType, staticmethod, classmethod, property)


def _imported(name: str, function: FunctionType) -> ModuleType | None:
    if name.startswith("."):
        package = function.__globals__.get("__package__")
        if type(package) is not str:
            return None
        name = importlib.util.resolve_name(name, package)
    return sys.modules.get(name)


def _attribute(value: Any, name: str) -> Any:
    return type(value).__getattribute__(value, name)


def _reading(line: int) -> Access:
    return Access(base="", scope=Scope.UNKNOWN, chain=(), line=line, reads=True)


def _has(cls: type, name: str) -> bool:
    return any(name in class_dict(base) for base in mro_of(cls))


def _is_class(value: Any) -> bool:
    return inherits(value, type)


def _is_closed(value: Any, walk: Walk) -> bool:
    """Return whether a value's attributes are methods of a container, not state."""
    index = walk.at.get(id(value), -1)
    if index < 0:
        return False
    kind = walk.records[index].kind
    return kind is None or kind in (Kind.CONTEXT, Kind.CACHE)


def _defines(value: Any) -> bool:
    """Return whether a name is bound to the function or class that it defines."""
    kind = type(value)
    if kind is FunctionType or _is_class(value) or kind is LRU_CACHE_TYPE:
        return True
    return inherits(value, ModuleType) or value is EMPTY


def _default(function: FunctionType, name: str) -> Any:
    if function.__kwdefaults__ and name in function.__kwdefaults__:
        return function.__kwdefaults__[name]
    defaults = function.__defaults__ or ()
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    if not defaults or name not in names[-len(defaults) :]:
        return EMPTY
    return defaults[names.index(name) - len(names)]


class _Identities:
    """Membership by identity: ``==`` would ask the value."""

    def __init__(self, values: Iterable[object]) -> None:
        self._ids = frozenset(map(id, values))

    def __contains__(self, value: object) -> bool:
        return id(value) in self._ids


_CALLS = _Identities((os.getcwd, os.chdir, os.path.abspath))


def _draws(value: Any) -> bool:
    random = sys.modules.get("random")
    if random is None:
        return False
    return _attribute(value, "__self__") is vars(random).get("_inst")
