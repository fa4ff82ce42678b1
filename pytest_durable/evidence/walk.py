"""The walk from the user's modules to everything that can carry state.

Breadth first, so that an object is known by its shortest path, and each object
once. What is found becomes a ``Record``: the holder, its content, and where it
hangs. Values are only looked at through their type, see ``shapes``.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cached_property, partial
from gc import get_referents
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any
import _thread

from pytest_durable.evidence.contents import (
    CELL,
    CLASS,
    DEFAULTS,
    DEQUE,
    DICT,
    EMPTY,
    FUNCTION,
    LIST,
    MODULE,
    ORDERED,
    SET,
    Content,
    InstanceContent,
    Saved,
    ignored,
    is_scalar,
)
from pytest_durable.evidence.probes import (
    CONTEXT_VARIABLE,
    LRU_CACHE,
    LRU_CACHE_TYPE,
    THREAD,
    THREAD_LOCAL,
    probes,
)
from pytest_durable.evidence.shapes import Shape, Shapes, inherits, mro_of
from pytest_durable.evidence.user_files import UserFiles, module_dict
from pytest_durable.evidence.values import Kind

__all__ = ["Record", "THREAD_NAME", "Walk"]

THREAD_NAME = "threading.current_thread()"
_MANY = 2_000
_MOST = 100_000
_ATOMS = frozenset(
    map(
        id,
        (
            *(int, str, float, bool, bytes, complex, type(None), type(...), range),
            *(slice, object, ModuleType, re.Pattern, CodeType, type(NotImplemented)),
        ),
    )
)
_WRAPPED = ("__wrapped__", "function", "func", "fn")


class Record:
    """One holder, what it held when it was found, and where it hangs.

    ``kind`` is None for containers: a change inside them is a change of the
    variable that leads to them.
    """

    __slots__ = ("content", "holder", "kind", "label", "parent", "saved")

    def __init__(
        self,
        holder: Any,
        content: Content,
        parent: int,
        label: Any,
        kind: Kind | None,
    ) -> None:
        self.holder = holder
        self.content = content
        self.saved: Saved = content.take(holder)
        self.parent = parent
        self.label = label
        self.kind = kind


class Walk:
    """Finds records, starting from modules; ``at`` knows them by the holder's id."""

    def __init__(self, user_files: UserFiles) -> None:
        self.records: list[Record] = []
        self.at: dict[int, int] = {}
        self.aliases: dict[int, list[tuple[int, Any]]] = {}
        self.attributes: dict[int, int] = {}
        self.truncated = False
        self.shapes = Shapes(user_files.owns_module)
        self._owns = user_files.owns
        self._queue: list[tuple[Any, int, Any]] = []
        self._contents: dict[int, Content] = {}
        self._probes = probes()

    def add_module(self, name: str, module: ModuleType) -> None:
        """Record a module's globals and queue their values."""
        namespace = module_dict(module)
        if id(namespace) in self.at:
            return
        self._record_names(namespace, MODULE, -1, name, Kind.GLOBAL)

    def add_thread(self, thread: threading.Thread) -> None:
        """Record what user code has attached to the running thread."""
        kind = Kind.THREAD_LOCAL
        self._record_names(thread, THREAD, -1, THREAD_NAME, kind)

    def run(self) -> None:
        """Visit everything that is queued."""
        at, visitors, known_probes = self.at, _VISITORS, self._probes
        for value, parent, label in self._queue:
            known = at.get(id(value))
            if known is not None:
                if parent >= 0 and self.records[parent].kind is Kind.GLOBAL:
                    self.aliases.setdefault(id(value), []).append((parent, label))
                continue
            kind = id(type(value))
            visit = visitors.get(kind)
            if visit is not None:
                visit(self, value, parent, label)
            elif kind in known_probes:
                self._record(value, known_probes[kind], parent, label, None)
            else:
                self._visit_object(value, parent, label)
        self._queue = []

    def hooks(self, record: Record) -> list[tuple[int, Any]]:
        """Return where a holder hangs: the shortest path, then other modules."""
        return [(record.parent, record.label), *self.aliases.get(id(record.holder), ())]

    def _record(
        self, holder: Any, content: Content, parent: int, label: Any, kind: Kind | None
    ) -> Saved:
        self.at[id(holder)] = len(self.records)
        record = Record(holder, content, parent, label, kind)
        self.records.append(record)
        return record.saved

    def _record_names(
        self, holder: Any, content: Content, parent: int, label: Any, kind: Kind | None
    ) -> None:
        saved = self._record(holder, content, parent, label, kind)
        index, queue = len(self.records) - 1, self._queue
        for name, value in zip(saved.labels, saved.values, strict=True):
            if id(type(value)) in _ATOMS:
                continue
            if not ignored(name) or type(value) is FunctionType:
                queue.append((value, index, name))

    def _record_items(
        self, holder: Any, content: Content, parent: int, label: Any
    ) -> None:
        saved = self._record(holder, content, parent, label, None)
        self._enqueue(zip(saved.labels, saved.values, strict=True), saved.values)

    def _enqueue(
        self, pairs: Iterable[tuple[Any, Any]], values: tuple[Any, ...]
    ) -> None:
        # Most containers hold plain values only, and may hold many.
        if _ATOMS.issuperset(map(id, map(type, values))):
            return
        index = len(self.records) - 1
        if len(values) > _MANY or len(self._queue) > _MOST:
            self.truncated = True
            return
        self._queue.extend(
            (value, index, label)
            for label, value in pairs
            if id(type(value)) not in _ATOMS
        )

    # One visitor per kind of object -------------------------------------------

    def visit_function(self, function: FunctionType, parent: int, label: Any) -> None:
        """Record a user function; look through anybody else's for a user's."""
        if not self._owns(function.__code__.co_filename):
            self._look_through(function, parent, label)
            return
        index = len(self.records)
        self._record_names(
            function, FUNCTION, parent, label, Kind.FUNCTION_ATTRIBUTE
        )
        wrapped = function.__dict__.get("__wrapped__")
        if wrapped is not None:
            self._queue.append((wrapped, index, "__wrapped__"))
        if function.__defaults__ or function.__kwdefaults__:
            self._visit_defaults(function, index)
        cells = function.__closure__
        if cells:
            for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
                self._visit_cell(cell, index, name)

    def _visit_defaults(self, function: FunctionType, parent: int) -> None:
        # The key is not the function's id, which its own record has.
        defaults = function.__defaults__ or function.__kwdefaults__
        if id(defaults) in self.at:
            return
        kind = Kind.DEFAULT_ARGUMENT
        record = Record(function, DEFAULTS, parent, "", kind)
        self.at[id(defaults)] = index = len(self.records)
        self.records.append(record)
        for name, value in zip(record.saved.labels, record.saved.values, strict=True):
            if id(type(value)) not in _ATOMS:
                self._queue.append((value, index, name))

    def _visit_cell(self, cell: CellType, parent: int, name: str) -> None:
        if id(cell) in self.at or name == "__class__":
            return
        self._record_names(cell, CELL, parent, name, Kind.CLOSURE)

    def _look_through(self, function: FunctionType, parent: int, label: Any) -> None:
        self.at[id(function)] = -1
        wrapped = function.__dict__.get("__wrapped__")
        if wrapped is not None:
            self._queue.append((wrapped, parent, label))
        for cell in function.__closure__ or ():
            for value in CELL.take(cell).values:
                kind = type(value)
                if kind is FunctionType or kind is LRU_CACHE_TYPE:
                    self._queue.append((value, parent, label))

    def visit_dict(self, value: Any, parent: int, label: Any) -> None:
        """Record a dict without a class of its own."""
        self._record_items(value, DICT, parent, label)

    def visit_ordered(self, value: Any, parent: int, label: Any) -> None:
        """Record an OrderedDict."""
        self._record_items(value, ORDERED, parent, label)

    def visit_list(self, value: Any, parent: int, label: Any) -> None:
        """Record a list."""
        self._record_items(value, LIST, parent, label)

    def visit_deque(self, value: Any, parent: int, label: Any) -> None:
        """Record a deque."""
        self._record_items(value, DEQUE, parent, label)

    def visit_set(self, value: Any, parent: int, label: Any) -> None:
        """Record a set."""
        self._record_items(value, SET, parent, label)

    def visit_tuple(self, value: Any, parent: int, label: Any) -> None:
        """Queue the items of a tuple or a frozenset, which cannot change itself."""
        self.at[id(value)] = -1
        if _ATOMS.issuperset(map(id, map(type, value))) or len(value) > _MANY:
            return
        self._queue.extend(
            (item, parent, label) for item in value if id(type(item)) not in _ATOMS
        )

    def visit_cache(self, value: Any, parent: int, label: Any) -> None:
        """Record an ``lru_cache`` and queue the function behind it."""
        self._record(value, LRU_CACHE, parent, label, Kind.CACHE)
        wrapped = value.__dict__.get("__wrapped__")
        if wrapped is not None:
            self._queue.append((wrapped, len(self.records) - 1, "__wrapped__"))

    def visit_context(self, value: Any, parent: int, label: Any) -> None:
        """Record a context variable's value now."""
        self._record_names(value, CONTEXT_VARIABLE, parent, label, Kind.CONTEXT)

    def visit_local(self, value: Any, parent: int, label: Any) -> None:
        """Record what a ``threading.local`` holds for this thread."""
        self._record_names(value, THREAD_LOCAL, parent, label, Kind.THREAD_LOCAL)

    def visit_behind(self, value: Any, parent: int, label: Any) -> None:
        """Queue what a descriptor, a bound method, a partial or a proxy stands for."""
        self.at[id(value)] = -1
        for name in _BEHIND[id(type(value))]:
            inner = type(value).__getattribute__(value, name)
            if id(type(inner)) not in _ATOMS:
                self._queue.append((inner, parent, label))

    def visit_mapping_proxy(self, value: Any, parent: int, label: Any) -> None:
        """Queue the mapping behind a read-only view."""
        self.at[id(value)] = -1
        self._queue.extend((inner, parent, label) for inner in get_referents(value))

    def _visit_object(self, value: Any, parent: int, label: Any) -> None:
        cls = type(value)
        if inherits(value, type):
            self._visit_class(value, parent, label)
            return
        shape = self.shapes.of(cls)
        if shape is None:
            self.at[id(value)] = -1
        elif shape.closed and shape.builtin is None:
            self._look_for_step(value, shape, parent, label)
        else:
            self._visit_instance(value, shape, parent, label)

    def _visit_class(self, cls: Any, parent: int, label: Any) -> None:
        if self.shapes.is_user_class(cls):
            self._record_names(cls, CLASS, parent, label, Kind.CLASS_ATTRIBUTE)
            self._queue.extend(
                (base, parent, label)
                for base in (*mro_of(cls)[1:-1], *mro_of(type(cls))[:-2])
                if id(base) not in self.at
            )
        else:
            self.at[id(cls)] = -1

    def _look_for_step(
        self, value: Any, shape: Shape, parent: int, label: Any
    ) -> None:
        # A library's decorator may have put an object in the function's place.
        self.at[id(value)] = -1
        found = self._content(shape, value).take(value)
        for name, inner in zip(found.labels, found.values, strict=True):
            if type(inner) is FunctionType and name in _WRAPPED:
                self._queue.append((inner, parent, label))

    def _visit_instance(
        self, value: Any, shape: Shape, parent: int, label: Any
    ) -> None:
        if shape.builtin is not None:
            self._visit_builtin(value, shape.builtin, parent, label)
            if shape.closed or (shape.dictionary is None and not shape.slots):
                return
            content = self._content(shape, value)
            # ``at`` leads to its items: it is a container and an object in one.
            index = len(self.records)
            record = Record(value, content, parent, label, self._kind(shape))
            self.records.append(record)
            self.attributes[id(value)] = index
            saved = record.saved
        else:
            content = self._content(shape, value)
            saved = self._record(
                value, content, parent, label, self._kind(shape)
            )
            index = len(self.records) - 1
        for name, inner in zip(saved.labels, saved.values, strict=True):
            if id(type(inner)) in _ATOMS or inner is EMPTY or ignored(name):
                continue
            if name not in shape.cached:
                self._queue.append((inner, index, name))

    def _kind(self, shape: Shape) -> Kind | None:
        return Kind.INSTANCE if shape.user else None

    def _content(self, shape: Shape, value: Any) -> Content:
        content = self._contents.get(id(shape))
        if content is None:
            content = self._contents[id(shape)] = InstanceContent(shape)
        return content

    def _visit_builtin(
        self, value: Any, base: type, parent: int, label: Any
    ) -> None:
        if base is tuple or base is frozenset:
            self.at[id(value)] = -1
            items = tuple(base.__iter__(value))  # type: ignore[attr-defined]
            self._queue.extend(
                (item, parent, label) for item in items if not is_scalar(item)
            )
            return
        content = {dict: DICT, list: LIST, set: SET}[base]
        if inherits(value, OrderedDict):
            content = ORDERED
        self._record_items(value, content, parent, label)


_Visit = Callable[[Walk, Any, int, Any], None]
_VISITORS: dict[int, _Visit] = {
    id(FunctionType): Walk.visit_function,
    id(dict): Walk.visit_dict,
    id(defaultdict): Walk.visit_dict,
    id(Counter): Walk.visit_dict,
    id(OrderedDict): Walk.visit_ordered,
    id(list): Walk.visit_list,
    id(deque): Walk.visit_deque,
    id(set): Walk.visit_set,
    id(tuple): Walk.visit_tuple,
    id(frozenset): Walk.visit_tuple,
    id(LRU_CACHE_TYPE): Walk.visit_cache,
    id(ContextVar): Walk.visit_context,
    id(_thread._local): Walk.visit_local,
    id(MappingProxyType): Walk.visit_mapping_proxy,
    id(type): Walk._visit_class,
}
_BEHIND: dict[int, tuple[str, ...]] = {
    id(staticmethod): ("__func__",),
    id(classmethod): ("__func__",),
    id(property): ("fget", "fset", "fdel"),
    id(cached_property): ("func",),
    id(MethodType): ("__self__", "__func__"),
    id(MethodWrapperType): ("__self__",),
    id(BuiltinFunctionType): ("__self__",),
    id(partial): ("func", "args", "keywords"),
}
_VISITORS.update(dict.fromkeys(_BEHIND, Walk.visit_behind))
