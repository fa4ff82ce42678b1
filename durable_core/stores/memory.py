"""``memory:``: histories in this process. Honest: it still encodes every event."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from durable_core._codec import dumps, loads
from durable_core._kernel.events import Event, event_from_wire, event_to_wire
from durable_core.errors import (
    ConcurrentAppend,
    CorruptHistory,
    RunNotFound,
    SerializationError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class MemoryStore:
    """Keeps each history as JSON texts, as a store on disk would."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._histories: dict[str, list[str]] = {}

    def append(self, run_id: str, events: Sequence[Event], *, after: int) -> None:
        """Add events to a history that has exactly ``after`` of them."""
        texts = [dumps(event_to_wire(event)) for event in events]
        with self._lock:
            length = len(self._histories.get(run_id, ()))
            if length != after:
                raise ConcurrentAppend(run_id, after, length)
            self._histories.setdefault(run_id, []).extend(texts)

    def read(self, run_id: str) -> tuple[Event, ...]:
        """Return the history of a run; raises RunNotFound, CorruptHistory."""
        with self._lock:
            if run_id not in self._histories:
                raise RunNotFound(run_id)
            texts = list(self._histories[run_id])
        return tuple(_event(run_id, i, text) for i, text in enumerate(texts))

    def run_ids(self) -> tuple[str, ...]:
        """Return the ids of all runs, in the order they were started."""
        with self._lock:
            return tuple(self._histories)

    def close(self) -> None:
        """Nothing to let go of: the histories stay readable."""


def _event(run_id: str, position: int, text: str) -> Event:
    try:
        return event_from_wire(loads(text))
    except (SerializationError, ValueError, TypeError, KeyError) as error:
        raise CorruptHistory(run_id, position, str(error)) from error
