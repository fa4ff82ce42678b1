"""The one reader of meaning: only this file says what an event means.

Rules kept here:

* everything known about a run is a fold of its events, in order;
* an event that does not fit (a second start, a step out of order, a final run)
  raises, and the run is left as it was;
* a new kind of event is a type error until it has a meaning here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from typing_extensions import assert_never

from durable_core._kernel.events import (
    AttemptFailed,
    Event,
    RunCompleted,
    RunFailed,
    RunStarted,
    StepCompleted,
    StepErrorContinued,
    StepSkipped,
)
from durable_core._kernel.status import Status, transition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from durable_core._codec import Wire


class StepStatus(str, Enum):
    """Where one step of a run stands; a member equals its own text."""

    PENDING = "pending"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR_CONTINUED = "error_continued"

    def __str__(self) -> str:
        return self.value


@dataclass(slots=True, kw_only=True)
class StepState:
    """One step: attempts made, seconds its last attempt took, last error."""

    name: str
    status: StepStatus = StepStatus.PENDING
    attempts: int = 0
    seconds: float = 0.0
    error: Wire = None


@dataclass(slots=True, kw_only=True)
class RunState:
    """What the events of one run add up to.

    Owned by the fold that made it and changed in place: a copy for each event would
    make a run of n steps cost n squared.
    """

    run_id: str
    workflow: str
    created_at: datetime
    updated_at: datetime
    state: dict[str, Wire]
    steps: list[StepState]
    status: Status = Status.RUNNING
    position: int = 0
    retry_at: datetime | None = None
    failed_step: str | None = None
    version: int = field(default=1)

    @property
    def current_step(self) -> StepState | None:
        """The step that is next or running; None after the last one."""
        return self.steps[self.position] if self.position < len(self.steps) else None


def fold(events: Iterable[Event]) -> RunState:
    """Return what the events mean together; the first must be RunStarted."""
    rest = iter(events)
    first = next(rest, None)
    if not isinstance(first, RunStarted):
        msg = f"a history starts with RunStarted, not {type(first).__name__}"
        raise ValueError(msg)
    run = begin(first)
    for event in rest:
        apply(run, event)
    return run


def begin(event: RunStarted) -> RunState:
    """Return the run that a start describes."""
    return RunState(
        run_id=event.run_id,
        workflow=event.workflow,
        created_at=event.at,
        updated_at=event.at,
        state=dict(event.state),
        steps=[StepState(name=name) for name in event.steps],
    )


def apply(run: RunState, event: Event) -> None:
    """Let one more event take effect on the run."""
    match event:
        case StepCompleted():
            step = _step_at(run, event.position, event.step)
            _check_attempt(run, step, event.attempt)
            # A new dict: calls under way hold the one they were made with.
            run.state = {**run.state, **event.update}
            for key in event.removed:
                run.state.pop(key, None)
            _settle(run, step, StepStatus.COMPLETED)
            step.attempts, step.seconds, step.error = event.attempt, event.seconds, None
        case AttemptFailed():
            step = _step_at(run, event.position, event.step)
            _check_attempt(run, step, event.attempt)
            again = event.retry_at is not None
            step.status = StepStatus.RETRYING if again else StepStatus.FAILED
            step.attempts, step.seconds = event.attempt, event.seconds
            step.error = event.error
            run.retry_at = event.retry_at
        case StepErrorContinued():
            step = _failed_step_at(run, event.position, event.step)
            _settle(run, step, StepStatus.ERROR_CONTINUED)
        case StepSkipped():
            step = _failed_step_at(run, event.position, event.step)
            _settle(run, step, StepStatus.SKIPPED)
        case RunCompleted():
            if run.current_step is not None and not run.status.final:
                msg = f"run {run.run_id!r} completed before {run.current_step.name!r}"
                raise ValueError(msg)
            run.status = transition(run.run_id, run.status, Status.COMPLETED)
        case RunFailed():
            _failed_step_at(run, event.position, event.step)
            run.status = transition(run.run_id, run.status, Status.FAILED)
            run.failed_step = event.step
        case RunStarted():
            msg = f"run {run.run_id!r} started twice"
            raise ValueError(msg)
        case _:
            assert_never(event)
    run.updated_at = event.at
    run.version += 1


def _settle(run: RunState, step: StepState, status: StepStatus) -> None:
    step.status = status
    run.position += 1
    run.retry_at = None


def _step_at(run: RunState, position: int, name: str) -> StepState:
    """Return the step an event is about, which must be the current one."""
    current = run.steps[run.position] if run.position < len(run.steps) else None
    if run.status is not Status.RUNNING or current is None:
        msg = f"run {run.run_id!r} is {run.status}: step {name!r} cannot follow"
        raise ValueError(msg)
    if position != run.position or name != current.name:
        msg = (
            f"run {run.run_id!r} expects step {run.position} ({current.name!r}), "
            f"the history has step {position} ({name!r})"
        )
        raise ValueError(msg)
    return current


def _failed_step_at(run: RunState, position: int, name: str) -> StepState:
    """Return the current step, which must have failed for good."""
    step = _step_at(run, position, name)
    if step.status is not StepStatus.FAILED:
        msg = f"run {run.run_id!r}: step {name!r} is {step.status}, not failed"
        raise ValueError(msg)
    return step


def _check_attempt(run: RunState, step: StepState, attempt: int) -> None:
    if attempt != step.attempts + 1 or step.status is StepStatus.FAILED:
        msg = (
            f"run {run.run_id!r}: attempt {attempt} of step {step.name!r} cannot "
            f"follow, it is {step.status} after {step.attempts}"
        )
        raise ValueError(msg)
