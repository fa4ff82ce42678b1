"""The events of a run: immutable facts, each with the time it was recorded at.

The state of a run is encoded by the codec before it gets here, so an event is made
of JSON values and times only, and its stored form is the same for every store.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from durable_core._codec import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run began with this state; ``steps`` are the names of its steps."""

    at: datetime
    run_id: str
    workflow: str
    steps: tuple[str, ...]
    state: Mapping[str, Wire]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCompleted:
    """A step ended well: these keys of the state changed, these went away."""

    at: datetime
    position: int
    step: str
    attempt: int
    seconds: float
    update: Mapping[str, Wire]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFailed:
    """An attempt failed; ``retry_at`` is None when no other follows."""

    at: datetime
    position: int
    step: str
    attempt: int
    seconds: float
    error: Wire
    retry_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepErrorContinued:
    """A step failed for good and its run goes on (``on_error="continue"``)."""

    at: datetime
    position: int
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped:
    """A step failed for good and counts as skipped (``on_error="skip"``)."""

    at: datetime
    position: int
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCompleted:
    """Every step is done."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    """A step failed for good and ended its run."""

    at: datetime
    position: int
    step: str


Event = (
    RunStarted
    | StepCompleted
    | AttemptFailed
    | StepErrorContinued
    | StepSkipped
    | RunCompleted
    | RunFailed
)

_KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        RunStarted,
        StepCompleted,
        AttemptFailed,
        StepErrorContinued,
        StepSkipped,
        RunCompleted,
        RunFailed,
    )
}
_TIMES = frozenset({"at", "retry_at"})
_TUPLES = frozenset({"steps", "removed"})


def event_to_wire(event: Event) -> dict[str, Wire]:
    """Return the event as a JSON object with its kind under ``event``."""
    wire: dict[str, Wire] = {"event": type(event).__name__}
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = list(value)
        wire[field.name] = value
    return wire


def event_from_wire(wire: Wire) -> Event:
    """Return the event that ``event_to_wire`` described.

    Raises ValueError, TypeError or KeyError when the object is not one.
    """
    if not isinstance(wire, dict):
        msg = f"an event is an object, not {type(wire).__name__}"
        raise TypeError(msg)
    values: dict[str, object] = dict(wire)
    kind = _KINDS[str(values.pop("event"))]
    for name, value in values.items():
        if name in _TIMES and value is not None:
            values[name] = datetime.fromisoformat(str(value))
        elif name in _TUPLES and isinstance(value, list):
            values[name] = tuple(str(item) for item in value)
    # Each kind checks the names itself: an unknown or missing field is a TypeError.
    return kind(**values)  # type: ignore[arg-type]
