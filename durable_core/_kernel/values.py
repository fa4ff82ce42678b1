"""What a declared workflow looks like to the kernel, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from durable_core._kernel.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from durable_core._codec import Wire
    from durable_core._kernel.events import Event


class OnError(str, Enum):
    """What the last failure of a step means for its run."""

    FAIL = "fail"
    CONTINUE = "continue"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One step of a plan: its name, and what its failures mean."""

    name: str
    retry: Retry = Retry()
    on_error: OnError = OnError.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of a declared workflow, in order."""

    workflow: str
    steps: tuple[StepPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReturned:
    """Fact: an attempt ended well; ``state`` is the whole merged state."""

    state: Mapping[str, Wire]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRaised:
    """Fact: an attempt failed; ``retryable`` says whether another may follow."""

    error: Wire
    retryable: bool
    seconds: float


Fact = StepReturned | StepRaised


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """Command: run this attempt of this step."""

    position: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntil:
    """Command: nothing to do before this time."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRun:
    """Command: the run has ended; nothing is left to do."""


Command = RunStep | WaitUntil | EndRun


class Decision(NamedTuple):
    """What one ``advance`` decided: facts to record, and the next thing to do.

    A tuple, because it is made and taken apart once for each step.
    """

    events: tuple[Event, ...]
    command: Command
