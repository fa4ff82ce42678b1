"""Collects the evidence of one step, around the call of its function."""

from __future__ import annotations

from collections.abc import Callable

from pytest_durable.evidence.caches import caches_read
from pytest_durable.evidence.changes import Change
from pytest_durable.evidence.files import FileAudit
from pytest_durable.evidence.line_watch import LineWatch
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.places import Places, prepare
from pytest_durable.evidence.threads import ThreadAudit
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.values import Kind, Read, StepEvidence, Write

__all__ = ["StepRecorder", "prepare"]

_TRACED = "lines are read from the source: another tracer was active"
_TRUNCATED = "some very large containers were not looked into"


class StepRecorder:
    """Call ``begin`` before the step's function and ``end`` after it, in its thread.

    Both belong into the context (``contextvars``) in which the function is called.
    ``watch`` are the names whose exact lines are wanted; it costs several times the
    step's own time.
    """

    def __init__(self, *, user_files: UserFiles, watch: tuple[str, ...] = ()) -> None:
        self._user_files = user_files
        self._watch = watch

    def begin(self, function: Callable[..., object]) -> None:
        """Record what there is before the step, and listen."""
        self._function = function
        self._notes: list[str] = []
        self._threads = ThreadAudit()
        self._files = FileAudit(self._user_files)
        self._state = ModuleState.capture(self._user_files, function)
        self._lines: LineWatch | None = None
        self._files.start()
        if self._watch:
            lines = LineWatch(self._state, self._watch, self._files.saw_read)
            if lines.start():
                self._lines = lines
            else:
                self._notes.append(_TRACED)

    def end(self) -> StepEvidence:
        """Return what the step wrote and read."""
        if self._lines is not None:
            self._lines.stop()
        self._files.stop()
        self._state.release()
        # First: code is looked up in a state that knows the objects the step made.
        changes = self._state.changes_within()
        places = Places(
            self._function,
            self._state,
            watch=self._watch,
            lines=None if self._lines is None else self._lines.lines,
            seen={
                **self._files.places,
                **({} if self._lines is None else self._lines.places),
            },
        )
        if self._state.walk.truncated:
            self._notes.append(_TRUNCATED)
        evidence = StepEvidence(
            writes=(*self._writes(changes, places), *self._files.writes()),
            reads=(*self._reads(places), *self._files.reads()),
            notes=tuple(self._notes),
        )
        del self._state, self._function
        return evidence

    def _writes(self, changes: tuple[Change, ...], places: Places) -> list[Write]:
        changed = [
            Write(
                kind=change.kind,
                name=change.name,
                detail=change.detail,
                place=places.written(change.kind, change.name, rebinds=change.rebinds),
            )
            for change in changes
        ]
        return changed + self._threads.writes()

    def _reads(self, places: Places) -> list[Read]:
        cached = [
            Read(kind=Kind.CACHE, name=name, place=places.used(Kind.CACHE, name))
            for name in caches_read(self._state)
        ]
        return [*places.reads(), *cached]
