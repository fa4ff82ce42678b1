"""The state of all user modules: captured, compared, put back in place.

A module that is imported after the capture is recorded as its import left it (see
``import_watch``), so that it too can be put back. It stays imported: importing it a
second time would register its models, tasks and handlers twice with libraries that
are not put back.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import MethodWrapperType, ModuleType

from pytest_durable.evidence.changes import Change, changes_of
from pytest_durable.evidence.contents import Saved
from pytest_durable.evidence.fresh import Fresh
from pytest_durable.evidence.import_watch import IMPORTS
from pytest_durable.evidence.naming import Naming
from pytest_durable.evidence.probes import Probe
from pytest_durable.evidence.process_state import ProcessState
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.walk import Walk

__all__ = ["ModuleState"]


class ModuleState:
    """What user modules, the environment and the process held at one moment."""

    def __init__(self, user_files: UserFiles) -> None:
        self.user_files = user_files
        self.walk = Walk(user_files)
        self.naming = Naming(self.walk)
        self.fresh = Fresh(self.walk, self.naming)
        # Tells two states apart in which other objects were found.
        self.stamp = 0
        self._process = ProcessState.capture()

    @classmethod
    def capture(cls, user_files: UserFiles, function: object = None) -> ModuleState:
        """Record every loaded module of the user, and what its globals lead to.

        ``function`` is a further start, for a step that no global leads to.
        """
        state = cls(user_files)
        for name, module in user_files.modules():
            state.walk.add_module(name, module)
        state.walk.run()
        state.walk.add_function(function)
        state.walk.run()
        state.stamp = hash((*state.walk.at, *state.walk.plain))
        state.walk.add_thread(threading.current_thread())
        state.walk.run()
        IMPORTS.add(state)
        return state

    def include(self, name: str, module: ModuleType) -> None:
        """Record a module that was imported since, as its import left it."""
        self.walk.add_module(name, module)
        self.walk.run()
        self.stamp = hash((self.stamp, name))

    def release(self) -> None:
        """Record no more imports."""
        IMPORTS.remove(self)

    def changes(self) -> tuple[Change, ...]:
        """Return every variable that is different now, one change per variable."""
        return self._as_changes(self._changed())

    def changes_within(self) -> tuple[Change, ...]:
        """Return the changes, and what the objects hold that were made since.

        Those objects are part of the state from now on.
        """
        changed = self._changed()
        for index in changed:
            self.fresh.meet(index)
        if self.fresh:
            self.stamp = hash((self.stamp, *self.walk.at))
        return self._as_changes(changed, self.fresh.changes())

    def _as_changes(
        self, changed: list[int], within: Iterable[Change] = ()
    ) -> tuple[Change, ...]:
        found: dict[tuple[Kind, str], Change] = {}
        for index in changed:
            for change in changes_of(self.walk.records[index], self.naming):
                found.setdefault((change.kind, change.name), change)
        for change in (*within, *self._process.changes()):
            found.setdefault((change.kind, change.name), change)
        return tuple(found.values())

    def restore(self) -> None:
        """Put everything back in place, under the identities it had."""
        for index in self._changed():
            try:
                self._put(self.walk.records[index])
            except Exception:  # noqa: BLE001, S112
                # A closed connection, a key that no longer hashes: one object that
                # cannot be put back must not keep the others from it.
                continue
        self._process.restore()

    def _put(self, record: Record) -> None:
        content = record.content
        if type(content) is Probe and content.remake is not None:
            again = content.remake(record.saved.values[0])
            for parent, _ in self.walk.hooks(record):
                _exchange(self.walk.records[parent], record.holder, again)
            record.holder = again
            return
        content.put(record.holder, record.saved)
        record.saved = content.take(record.holder)

    def _changed(self) -> list[int]:
        self.walk.promote_changed()
        return [
            index
            for index, record in enumerate(self.walk.records)
            if not record.content.same(record.holder, record.saved)
        ]


def _exchange(record: Record, old: object, new: object) -> None:
    """Put another object in the place of one that cannot be rewound."""
    values = tuple(_stand_in(value, old, new) for value in record.saved.values)
    record.saved = Saved(record.saved.labels, values)
    record.content.put(record.holder, record.saved)


def _stand_in(value: object, old: object, new: object) -> object:
    if value is old:
        return new
    if type(value) is MethodWrapperType and value.__self__ is old:
        return getattr(new, value.__name__)
    return value
