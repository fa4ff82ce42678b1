"""The exact lines: which ran, and after which one a watched variable was different.

Costs a comparison of the watched variables after every user line, so it is only
used for names that an earlier run found written, and never beside another tracer.
"""

from __future__ import annotations

import os
import pathlib
import sys
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType
from typing import Any

from pytest_durable.evidence.changes import changes_of, different
from pytest_durable.evidence.fresh import has_slots
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.values import Kind

__all__ = ["LineWatch"]

Line = tuple[str, int]
Trace = Callable[[FrameType, str, Any], Any]


class LineWatch:
    """Traces user lines on this thread; ``places`` and ``lines`` are what it saw."""

    def __init__(
        self,
        state: ModuleState,
        watch: tuple[str, ...],
        asked: Callable[[object, Line], None],
    ) -> None:
        self.places: dict[tuple[Kind, str], Line] = {}
        self.lines: dict[Line, int] = {}
        self._state = state
        self._asked = asked
        self._names = frozenset(watch)
        self._records = _watched(state, self._names)
        self._last: Line | None = None
        self._user: dict[int, tuple[CodeType, bool]] = {}
        self._tracer: Trace = self._call
        self._active = False

    def start(self) -> bool:
        """Start tracing, and return whether that was possible."""
        if sys.gettrace() is not None:
            return False
        self._active = True
        sys.settrace(self._tracer)
        return True

    def stop(self) -> None:
        """Stop tracing."""
        if self._active:
            self._active = False
            if sys.gettrace() == self._tracer:
                sys.settrace(None)
            self._compare()

    def _call(self, frame: FrameType, _event: str, _: Any) -> Trace | None:
        code = frame.f_code
        if self._is_user(code):
            self._compare()
            return self._line
        name = _QUESTIONS.get(id(code))
        if name is not None and self._last is not None:
            self._asked(frame.f_locals.get(name), self._last)
        return None

    def _line(self, frame: FrameType, event: str, _: Any) -> Trace:
        if event == "line":
            self._compare()
            self._last = line = (frame.f_code.co_filename, frame.f_lineno)
            self.lines.setdefault(line, len(self.lines))
        elif event == "return":
            self._compare()
            # The rest of the caller's line runs now, without an event of its own.
            self._last = self._nearest(frame.f_back) or self._last
        return self._line

    def _nearest(self, frame: FrameType | None) -> Line | None:
        while frame is not None:
            if self._is_user(frame.f_code):
                return frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
        return None

    def _is_user(self, code: CodeType) -> bool:
        known = self._user.get(id(code))
        if known is None:
            owned = self._state.user_files.owns(code.co_filename)
            known = self._user[id(code)] = (code, owned)
        return known[1]

    def _compare(self) -> None:
        try:
            for record in self._records:
                if not record.content.same(record.holder, record.saved):
                    self._changed(record)
        except Exception:  # noqa: BLE001
            # What a tracer raises is raised in the user's code.
            self._records = []

    def _changed(self, record: Record) -> None:
        saved = record.saved
        for change in changes_of(record, self._state.naming):
            if change.name in self._names and self._last is not None:
                self.places[change.kind, change.name] = self._last
        record.saved = now = record.content.take(record.holder)
        if not has_slots(record):
            return
        # What was bound just now may be filled by the lines that follow.
        naming = self._state.naming
        bound = [
            (label, value)
            for label, value in different(saved, now)
            if record.kind is None or naming.slot(record, label) in self._names
        ]
        if bound:
            fresh = self._state.fresh.meet_values(self._index(record), bound)
            self._records = [*self._records, *self._copies(fresh)]

    def _copies(self, records: list[Record]) -> list[Record]:
        return [
            _copy(record)
            for record in records
            if _is_watched(self._state, record, self._names)
        ]

    def _index(self, record: Record) -> int:
        records = self._state.walk.records
        return next(
            index
            for index, known in enumerate(records)
            if known.holder is record.holder and known.kind is record.kind
        )


def _watched(state: ModuleState, names: frozenset[str]) -> list[Record]:
    """Return copies of the records in which a watched name can change."""
    owners = {name.rpartition(".")[0] for name in names}
    for key, (function, _, _) in list(state.walk.plain.items()):
        if f"{function.__module__}.{function.__qualname__}" in owners:
            state.walk.promote(key)
    return [
        _copy(record)
        for record in state.walk.records
        if _is_watched(state, record, names)
    ]


def _copy(record: Record) -> Record:
    return Record(
        record.holder, record.content, record.parent, record.label, record.kind
    )


def _is_watched(state: ModuleState, record: Record, names: frozenset[str]) -> bool:
    if record.kind is None:
        return state.naming.variable(record)[1] in names
    return _can_hold(state, record, names)


def _can_hold(state: ModuleState, record: Record, names: frozenset[str]) -> bool:
    base = state.naming.base(record)
    return any(
        name == base or name.startswith((f"{base}.", f"{base}(")) for name in names
    )


def _questions() -> dict[int, str]:
    """Return the functions that ask about a file, and their parameter for its path."""
    found: dict[int, str] = {}
    for name in ("exists", "lexists", "isfile", "isdir", "getsize", "getmtime"):
        function = getattr(os.path, name)
        if type(function) is FunctionType:
            found[id(function.__code__)] = function.__code__.co_varnames[0]
    for name in ("exists", "is_file", "is_dir", "stat"):
        method = getattr(pathlib.Path, name)
        if type(method) is FunctionType:
            found[id(method.__code__)] = "self"
    return found


_QUESTIONS = _questions()
