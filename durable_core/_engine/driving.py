"""The shell around the kernel: decide, record, obey.

Events are recorded before the command that follows from them is obeyed; that order
is what makes a run survive a crash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import assert_never

from durable_core._engine.run import Run
from durable_core._kernel.advance import advance
from durable_core._kernel.state import apply, begin
from durable_core._kernel.values import EndRun, RunStep, StepRaised, WaitUntil
from durable_core.protocols import Returned, StepCall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from durable_core._definition.workflow import StepTarget, Workflow
    from durable_core._kernel.events import Event, RunStarted
    from durable_core._kernel.values import Fact
    from durable_core.protocols import (
        Clock,
        Executor,
        Outcome,
        Raised,
        StepProbe,
        Store,
    )


def drive(
    workflow: Workflow,
    started: RunStarted,
    *,
    executor: Executor,
    probes: Sequence[StepProbe],
    store: Store | None,
    clock: Clock,
    after_step: Callable[[StepCall, Outcome], None] | None,
) -> Run:
    """Take a run from its start to its end."""
    run = begin(started)
    history: list[Event] = [started]
    fact: Fact | None = None
    sequence = 0
    while True:
        events, command = advance(workflow.plan, run, fact, clock.now())
        if store is not None and events:
            store.append(run.run_id, events, after=run.version)
        for event in events:
            apply(run, event)
            history.append(event)
        fact = None
        match command:
            case RunStep(position=position, attempt=attempt):
                call = StepCall(
                    target=workflow.targets[position],
                    run_id=run.run_id,
                    position=position,
                    attempt=attempt,
                    sequence=sequence,
                    state=run.state,
                )
                sequence += 1
                outcome = executor.submit(call, probes).result()
                if after_step is not None:
                    after_step(call, outcome)
                if isinstance(outcome, Returned):
                    fact = outcome
                else:
                    fact = _raised(call.target, outcome)
            case WaitUntil(at=at):
                clock.sleep_until(at)
            case EndRun():
                return Run(workflow, run, tuple(history))
            case _:
                assert_never(command)


def _raised(target: StepTarget, outcome: Raised) -> StepRaised:
    """Return what the kernel needs to know about a failure."""
    retryable = False
    if target.options.retry.retries:
        error = target.codec.decode_error(outcome.error)
        retryable = target.options.may_retry(error)
    return StepRaised(error=outcome.error, retryable=retryable, seconds=outcome.seconds)
