"""The seams: every Protocol of the engine, and the values that cross them.

Nothing else is an extension point. An executor runs one attempt of one step
somewhere; a store keeps histories; a clock tells the time; a probe looks on while a
step runs, in whichever process that is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from durable_core._codec import Wire
from durable_core._definition.workflow import StepTarget
from durable_core._kernel.values import StepReturned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from durable_core._kernel.events import Event

__all__ = [
    "Clock",
    "Executor",
    "Observation",
    "Outcome",
    "Pending",
    "Raised",
    "Returned",
    "StepCall",
    "StepProbe",
    "StepTarget",
    "Store",
    "Wire",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCall:
    """One attempt of one step of one run, with the state it starts from.

    ``attempt`` counts from 1 for each step; ``sequence`` counts all attempts of the
    run from 0, so that an executor can place consecutive ones apart.
    """

    target: StepTarget
    run_id: str
    position: int
    attempt: int
    sequence: int
    state: Mapping[str, Wire]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(StepReturned):
    """The attempt ended well; ``state`` is the whole merged state, encoded.

    It is the kernel's fact already: a copy for each step would be felt.
    """

    evidence: Mapping[str, Wire] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """The attempt failed; ``error`` is the encoded exception."""

    error: Wire
    seconds: float = 0.0
    evidence: Mapping[str, Wire] = field(default_factory=dict)


Outcome = Returned | Raised


class Pending(Protocol):
    """An attempt under way; a ``concurrent.futures.Future`` is one."""

    def result(self) -> Outcome:
        """Block until the attempt has ended, and return how."""
        ...


class Executor(Protocol):
    """Runs attempts of steps, each through the one ``invoke``, somewhere.

    An executor never raises for what a step does: an exception, a timeout and a lost
    process are all a Raised outcome. It raises ExecutorUnavailable when it cannot run
    here at all.
    """

    @property
    def name(self) -> str:
        """The name it is chosen by, such as ``"subprocess"``."""
        ...

    def submit(self, call: StepCall, probes: Sequence[StepProbe] = ()) -> Pending:
        """Start the attempt."""
        ...

    def close(self) -> None:
        """End every thread and process it started. May be called twice."""
        ...


class Observation(Protocol):
    """One probe watching one attempt."""

    def end(self) -> Wire:
        """Stop watching and return what was seen, as JSON values."""
        ...


class StepProbe(Protocol):
    """Looks on while a step's function runs, in the process that runs it.

    What ``end`` returns is shipped back under the probe's name in the evidence of
    the outcome. A probe must not change what the step does.
    """

    @property
    def name(self) -> str:
        """The key of its evidence."""
        ...

    def begin(self, call: StepCall) -> Observation:
        """Start watching one attempt."""
        ...


class Store(Protocol):
    """Keeps histories. They are only ever written by a conditional append."""

    def append(self, run_id: str, events: Sequence[Event], *, after: int) -> None:
        """Add events to a history that has exactly ``after`` of them.

        Raises ConcurrentAppend when it has another number, and then adds nothing.
        """
        ...

    def read(self, run_id: str) -> tuple[Event, ...]:
        """Return the history of a run; raises RunNotFound, CorruptHistory."""
        ...

    def run_ids(self) -> tuple[str, ...]:
        """Return the ids of all runs, in the order they were started."""
        ...

    def close(self) -> None:
        """Let go of files and connections. May be called twice."""
        ...


class Clock(Protocol):
    """Tells the time to the engine, which never asks anybody else."""

    def now(self) -> datetime:
        """Return the current time in UTC, with its zone."""
        ...

    def sleep_until(self, at: datetime) -> None:
        """Block until ``now()`` is ``at`` or later."""
        ...
