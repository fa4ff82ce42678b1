"""Collects the evidence of one step, around the call of its function."""

from __future__ import annotations

from collections.abc import Callable

from pytest_durable.evidence.files import FileAudit
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.values import Place, StepEvidence, Write

__all__ = ["StepRecorder"]


class StepRecorder:
    """Call ``begin`` before the step's function and ``end`` after it, in its thread.

    Both belong into the context (``contextvars``) in which the function is called.
    """

    def __init__(self, *, user_files: UserFiles, watch: tuple[str, ...] = ()) -> None:
        self._user_files = user_files
        self._watch = watch

    def begin(self, function: Callable[..., object]) -> None:
        """Record what there is before the step."""
        self._function = function
        self._state = ModuleState.capture(self._user_files)
        self._files = FileAudit(self._user_files)
        self._files.start()

    def end(self) -> StepEvidence:
        """Return what the step wrote and read."""
        self._files.stop()
        places = self._files.places
        writes = [
            Write(
                kind=change.kind,
                name=change.name,
                detail=change.detail,
                place=Place.at(*line)
                if (line := places.get((change.kind, change.name)))
                else None,
            )
            for change in self._state.changes()
        ]
        writes += self._files.writes()
        return StepEvidence(writes=tuple(writes), reads=tuple(self._files.reads()))
