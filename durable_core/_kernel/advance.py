"""Decides what happens next in a declared workflow.

``advance`` is told what is known (the folded run), what has just happened (a fact, or
None) and the time, and answers with the events to record and one command. It changes
nothing: whoever calls it records the events first and then obeys the command, so a
crash in between repeats the command and loses nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from typing_extensions import assert_never

from durable_core._kernel.events import (
    AttemptFailed,
    Event,
    RunCompleted,
    RunFailed,
    StepCompleted,
    StepErrorContinued,
    StepSkipped,
)
from durable_core._kernel.status import Status
from durable_core._kernel.values import (
    Command,
    Decision,
    EndRun,
    Fact,
    OnError,
    Plan,
    RunStep,
    StepPlan,
    StepRaised,
    StepReturned,
    WaitUntil,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from durable_core._codec import Wire
    from durable_core._kernel.state import RunState


def advance(plan: Plan, run: RunState, fact: Fact | None, now: datetime) -> Decision:
    """Return the events that follow from ``fact``, and the next command."""
    match fact:
        case None:
            return _next(plan, run, run.position, (), now)
        case StepReturned():
            completed = _completed(plan.steps[run.position], run, fact, now)
            return _next(plan, run, run.position + 1, (completed,), now)
        case StepRaised():
            return _after_failure(plan, run, fact, now)
        case _:
            assert_never(fact)


def changes(
    before: Mapping[str, Wire], after: Mapping[str, Wire]
) -> tuple[dict[str, Wire], tuple[str, ...]]:
    """Return the keys that differ with their new values, and the keys that left."""
    update: dict[str, Wire] = {}
    kept = 0
    for key, value in after.items():
        if key not in before:
            update[key] = value
            continue
        kept += 1
        old = before[key]
        # Most values were not touched, and are passed on as they are.
        if old is not value and not _same(old, value):
            update[key] = value
    if kept == len(before):
        return update, ()
    return update, tuple(key for key in before if key not in after)


def _same(one: Wire, other: Wire) -> bool:
    """Compare as JSON text would: ``1``, ``True`` and ``1.0`` are three values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(
            value is other[key] or _same(value, other[key])
            for key, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return False
        # Without all(): a generator for each list of a state is felt in every step.
        for ours, theirs in zip(one, other):  # noqa: B905
            if ours is not theirs and not _same(ours, theirs):
                return False
        return True
    return repr(one) == repr(other) if isinstance(one, float) else one == other


def _completed(
    step: StepPlan, run: RunState, fact: StepReturned, now: datetime
) -> StepCompleted:
    update, removed = changes(run.state, fact.state)
    return StepCompleted(
        at=now,
        position=run.position,
        step=step.name,
        attempt=run.steps[run.position].attempts + 1,
        seconds=fact.seconds,
        update=update,
        removed=removed,
    )


def _after_failure(
    plan: Plan, run: RunState, fact: StepRaised, now: datetime
) -> Decision:
    step = plan.steps[run.position]
    failures = run.steps[run.position].attempts + 1
    key = f"{run.run_id}:{run.position}"
    wait = step.retry.wait(failures=failures, key=key) if fact.retryable else None
    failed = AttemptFailed(
        at=now,
        position=run.position,
        step=step.name,
        attempt=failures,
        seconds=fact.seconds,
        error=fact.error,
        retry_at=None if wait is None else now + wait,
    )
    if failed.retry_at is not None:
        command: Command = WaitUntil(at=failed.retry_at)
        if failed.retry_at <= now:
            command = _run_step(run.position, failures + 1)
        return Decision(events=(failed,), command=command)
    where = {"at": now, "position": run.position, "step": step.name}
    match step.on_error:
        case OnError.FAIL:
            ended = RunFailed(at=now, position=run.position, step=step.name)
            return Decision(events=(failed, ended), command=EndRun())
        case OnError.CONTINUE:
            settled: Event = StepErrorContinued(**where)  # type: ignore[arg-type]
        case OnError.SKIP:
            settled = StepSkipped(**where)  # type: ignore[arg-type]
        case _:
            assert_never(step.on_error)
    return _next(plan, run, run.position + 1, (failed, settled), now)


def _next(
    plan: Plan, run: RunState, position: int, events: tuple[Event, ...], now: datetime
) -> Decision:
    """Return the command for the step at ``position``, or the end of the run."""
    if run.status is not Status.RUNNING and run.status.final:
        return Decision(events=events, command=EndRun())
    if position >= len(plan.steps):
        return Decision(events=(*events, RunCompleted(at=now)), command=EndRun())
    moved = position != run.position
    if not moved and run.retry_at is not None and run.retry_at > now:
        return Decision(events=events, command=WaitUntil(at=run.retry_at))
    attempt = 1 if moved else run.steps[position].attempts + 1
    return Decision(events=events, command=_run_step(position, attempt))


@lru_cache(maxsize=1024)
def _run_step(position: int, attempt: int) -> RunStep:
    """Return the command; most of them are the first attempt of an early step."""
    return RunStep(position=position, attempt=attempt)
