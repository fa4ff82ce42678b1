"""The walk from the user's modules to everything that can carry state.

Breadth first, so that an object is known by its shortest path, and each object
once. Values are only looked at through their type, see ``shapes``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from types import CodeType, FunctionType, ModuleType
from typing import Any

from pytest_durable.evidence.attributes import FUNCTION, MODULE, InstanceContent
from pytest_durable.evidence.contents import Content, Saved, ignored
from pytest_durable.evidence.probes import THREAD, probes
from pytest_durable.evidence.records import THREAD_NAME, Record
from pytest_durable.evidence.shapes import Shape, Shapes, type_name
from pytest_durable.evidence.user_files import UserFiles, module_dict
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.visit_containers import CONTAINERS
from pytest_durable.evidence.visit_functions import FUNCTIONS
from pytest_durable.evidence.visit_objects import visit_object

__all__ = ["Walk", "is_atom"]

_MANY = 2_000
_MOST = 20_000
_ATOMS = frozenset(
    map(
        id,
        (
            *(int, str, float, bool, bytes, complex, type(None), type(...), range),
            *(slice, object, ModuleType, re.Pattern, CodeType, type(NotImplemented)),
        ),
    )
)
_VISITORS = {**CONTAINERS, **FUNCTIONS}


def is_atom(value: object) -> bool:
    """Return whether a value can neither change nor lead to one that can."""
    return id(type(value)) in _ATOMS


class Walk:
    """Finds records. ``at`` knows them by their holder's id; -1 is a closed object.

    ``attributes`` leads to the attributes of objects that are containers as well.
    ``aliases`` are further globals that hold the same object. Most of a project's
    objects are functions that keep nothing: they stay in ``plain``, without a record,
    until they do.
    """

    def __init__(self, user_files: UserFiles) -> None:
        self.records: list[Record] = []
        self.at: dict[int, int] = {}
        self.attributes: dict[int, int] = {}
        self.aliases: dict[int, list[tuple[int, Any]]] = {}
        self.plain: dict[int, tuple[FunctionType, int, Any]] = {}
        self.truncated = False
        self.shapes = Shapes(user_files.owns_module)
        self.owns = user_files.owns
        self._queue: list[tuple[Any, int, Any]] = []
        self._contents: dict[int, InstanceContent] = {}
        self._probes = probes()

    def add_module(self, name: str, module: ModuleType) -> None:
        """Record a module's globals and queue their values."""
        namespace = module_dict(module)
        if id(namespace) not in self.at:
            self.record_names(namespace, MODULE, -1, name, Kind.GLOBAL)

    def add_thread(self, thread: threading.Thread) -> None:
        """Record what user code has attached to the running thread."""
        self.record_names(thread, THREAD, -1, THREAD_NAME, Kind.THREAD_LOCAL)

    def add_function(self, function: Any) -> None:
        """Queue a step's function, which may be local to a test."""
        if id(function) in self.plain:
            return
        if type(function) is FunctionType:
            name = function.__qualname__.replace("<locals>.", "")
            self._queue.append((function, -1, f"{function.__module__}.{name}"))
        elif not is_atom(function):
            self._queue.append((function, -1, type_name(type(function))))

    def run(self) -> None:
        """Visit everything that is queued."""
        at, records, known_probes = self.at, self.records, self._probes
        for value, parent, label in self._queue:
            if id(value) in at:
                if parent >= 0 and records[parent].kind is Kind.GLOBAL:
                    self.aliases.setdefault(id(value), []).append((parent, label))
                continue
            kind = id(type(value))
            visit = _VISITORS.get(kind)
            if visit is not None:
                visit(self, value, parent, label)
            elif kind in known_probes:
                self.record(value, known_probes[kind], parent, label, None)
            else:
                visit_object(self, value, parent, label)
        self._queue = []

    def find(self, value: object) -> Record | None:
        """Return the record of an object, the attributes before the items."""
        if id(value) in self.plain:
            return self.promote(id(value))
        index = self.attributes.get(id(value), self.at.get(id(value), -1))
        return self.records[index] if index >= 0 else None

    def promote(self, key: int) -> Record:
        """Record a function that kept nothing when it was found."""
        function, parent, label = self.plain.pop(key)
        kind = Kind.FUNCTION_ATTRIBUTE
        self.record(function, FUNCTION, parent, label, kind)
        found = self.records[-1]
        found.saved = Saved((), ())
        return found

    def promote_changed(self) -> None:
        """Record the functions that keep something by now."""
        for key in [key for key, found in self.plain.items() if found[0].__dict__]:
            self.promote(key)

    def _keeps_nothing(self, function: FunctionType) -> bool:
        return (
            function.__closure__ is None
            and (
                function.__defaults__ is None
                or _ATOMS.issuperset(map(id, map(type, function.__defaults__)))
            )
            and function.__kwdefaults__ is None
            and not function.__dict__
            and self.owns(function.__code__.co_filename)
        )

    def hooks(self, record: Record) -> list[tuple[int, Any]]:
        """Return where a holder hangs: the shortest path, then other modules."""
        return [(record.parent, record.label), *self.aliases.get(id(record.holder), ())]

    # For the visitors -----------------------------------------------------------

    def close(self, value: object) -> None:
        """Remember an object that holds nothing itself."""
        self.at[id(value)] = -1

    def queue(self, value: Any, parent: int, label: Any) -> None:
        """Visit a value later."""
        if id(type(value)) not in _ATOMS:
            self._queue.append((value, parent, label))

    def record(
        self, holder: Any, content: Content, parent: int, label: Any, kind: Kind | None
    ) -> Saved:
        """Record a holder, and return what it holds."""
        self.at[id(holder)] = len(self.records)
        found = Record(holder, content, parent, label, kind)
        self.records.append(found)
        return found.saved

    def record_names(
        self, holder: Any, content: Content, parent: int, label: Any, kind: Kind | None
    ) -> int:
        """Record a holder, queue its attributes, and return the record's index."""
        index, queue = len(self.records), self._queue
        saved = self.record(holder, content, parent, label, kind)
        hidden = content.hidden
        for name, value in zip(saved.labels, saved.values, strict=True):
            if id(type(value)) in _ATOMS or (hidden and name in hidden):
                continue
            # The class's __init__ has defaults, whatever its name.
            if type(value) is FunctionType:
                if self._keeps_nothing(value):
                    self.plain.setdefault(id(value), (value, index, name))
                else:
                    queue.append((value, index, name))
            elif not ignored(name):
                queue.append((value, index, name))
        return index

    def record_items(
        self, holder: Any, content: Content, parent: int, label: Any
    ) -> None:
        """Record a container and queue its items."""
        index = len(self.records)
        saved = self.record(holder, content, parent, label, None)
        if saved.values:
            self.queue_items(zip(saved.labels, saved.values, strict=True), saved, index)

    def queue_items(
        self, pairs: Iterable[tuple[Any, Any]], saved: Saved, index: int
    ) -> None:
        """Queue the items of a container that can lead anywhere."""
        values = saved.values
        # Most containers hold plain values only, and may hold many.
        if _ATOMS.issuperset(map(id, map(type, values))):
            return
        if len(values) > _MANY or len(self._queue) > _MOST:
            self.truncated = True
            return
        self._queue.extend(
            (value, index, label)
            for label, value in pairs
            if id(type(value)) not in _ATOMS
        )

    def content_of(self, shape: Shape) -> InstanceContent:
        """Return the content of the instances of one shape."""
        content = self._contents.get(id(shape))
        if content is None:
            content = self._contents[id(shape)] = InstanceContent(shape)
        return content
