"""The Engine: the shell around the kernel.

Events are recorded before the command that follows from them is obeyed; that order
is what makes a run survive a crash.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from typing_extensions import assert_never

from durable_core._engine.ambient import ambient
from durable_core._engine.clock import SystemClock
from durable_core._engine.registry import create_executor
from durable_core._engine.run import Run
from durable_core._kernel.advance import advance
from durable_core._kernel.events import Event, RunStarted
from durable_core._kernel.state import RunState, apply, begin, fold
from durable_core._kernel.values import (
    EndRun,
    Fact,
    RunStep,
    StepRaised,
    StepReturned,
    WaitUntil,
)
from durable_core.errors import (
    ConcurrentAppend,
    CorruptHistory,
    DefinitionError,
    IllegalTransition,
    RunAlreadyStarted,
)
from durable_core.protocols import Outcome, Returned, StepCall

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from durable_core._definition.workflow import StepTarget, Workflow
    from durable_core.protocols import Clock, Executor, StepProbe, Store


class Engine:
    """Runs workflows. One engine serves many runs and threads; runs share nothing.

    ``executor`` is a name (``sync``, ``thread``, ``subprocess``, ``celery-eager``) or
    an Executor; the engine closes the one it made from a name, and leaves one it was
    given open. Without one, it uses ``sync``. With a ``store``, every event is recorded
    there before the next step starts; without one, runs are transient.

    Raises DefinitionError for an unknown executor, ExecutorUnavailable for one that
    cannot run here.
    """

    def __init__(
        self,
        executor: str | Executor | None = None,
        *,
        store: Store | None = None,
        clock: Clock | None = None,
        probes: Sequence[StepProbe] = (),
    ) -> None:
        defaults = ambient()
        if executor is None:
            executor = defaults.executor or "sync"
        self._owned = isinstance(executor, str)
        if isinstance(executor, str):
            executor = create_executor(executor)
        if not callable(getattr(executor, "submit", None)):
            raise DefinitionError("Engine", f"{executor!r} is no executor")
        self._executor = executor
        self._store = store
        self._clock: Clock = clock or SystemClock()
        self._probes = (*defaults.probes, *probes)
        self._new_run_id = defaults.new_run_id or _new_run_id
        self._after_step = defaults.after_step
        self._after_run = defaults.after_run

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the executor this engine made. May be called twice."""
        if self._owned:
            self._executor.close()

    def run(
        self, workflow: Workflow, state: object = None, *, run_id: str | None = None
    ) -> Run:
        """Run a workflow to its end and return the Run, whatever its outcome.

        ``state`` is a mapping of fields or an instance of the workflow's state type.
        A failed step does not raise here: look at ``run.status`` and ``run.error``,
        or call ``run.raise_for_status()``.

        Raises StateError or SerializationError when the state does not fit, and
        RunAlreadyStarted when the store knows the ``run_id``.
        """
        if run_id is None:
            run_id = self._new_run_id(workflow.name)
        started = self._start(workflow, {} if state is None else state, run_id)
        run = self._drive(workflow, started)
        if self._after_run is not None:
            self._after_run(workflow, run)
        return run

    def get(self, workflow: Workflow, run_id: str) -> Run:
        """Return a run as the store knows it.

        Raises RunNotFound, CorruptHistory, and DefinitionError for another workflow.
        """
        if self._store is None:
            raise DefinitionError(
                "Engine.get", "this engine has no store", "Pass store= to Engine"
            )
        history = self._store.read(run_id)
        folded = _folded(run_id, history)
        if folded.workflow != workflow.name:
            problem = f"a run of {folded.workflow!r}, not of {workflow.name!r}"
            raise DefinitionError(f"run {run_id!r}", problem, "Pass its own workflow")
        return Run(workflow, folded, history)

    def _start(self, workflow: Workflow, state: object, run_id: str) -> RunStarted:
        subject = f"start of workflow {workflow.name!r}"
        fields = workflow.state_type.start(state, subject)
        started = RunStarted(
            at=self._clock.now(),
            run_id=run_id,
            workflow=workflow.name,
            steps=tuple(step.name for step in workflow.plan.steps),
            state={
                key: workflow.codec.encode(value, f"state.{key}")
                for key, value in fields.items()
            },
        )
        if self._store is not None:
            try:
                self._store.append(run_id, (started,), after=0)
            except ConcurrentAppend as error:
                raise RunAlreadyStarted(run_id) from error
        return started

    def _drive(self, workflow: Workflow, started: RunStarted) -> Run:
        """Decide, record, obey: until the kernel says that the run has ended."""
        run, history = begin(started), [started]  # type: tuple[RunState, list[Event]]
        clock, plan, sequence = self._clock, workflow.plan, 0
        fact: Fact | None = None
        while True:
            decision = advance(plan, run, fact, clock.now())
            self._record(run, decision.events, history)
            fact = None
            match decision.command:
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
                    outcome = self._executor.submit(call, self._probes).result()
                    if self._after_step is not None:
                        self._after_step(call, outcome)
                    fact = _fact(call.target, outcome)
                case WaitUntil(at=at):
                    clock.sleep_until(at)
                case EndRun():
                    return Run(workflow, run, tuple(history))
                case _:
                    assert_never(decision.command)

    def _record(
        self, run: RunState, events: tuple[Event, ...], history: list[Event]
    ) -> None:
        if self._store is not None and events:
            self._store.append(run.run_id, events, after=run.version)
        for event in events:
            apply(run, event)
        history.extend(events)


def _fact(target: StepTarget, outcome: Outcome) -> Fact:
    """Return what the kernel needs to know about an outcome."""
    if isinstance(outcome, Returned):
        return StepReturned(state=outcome.state, seconds=outcome.seconds)
    retryable = False
    if target.options.retry.retries:
        error = target.codec.decode_error(outcome.error)
        retryable = target.options.may_retry(error)
    return StepRaised(
        error=outcome.error, retryable=retryable, seconds=outcome.seconds
    )


def _folded(run_id: str, history: tuple[Event, ...]) -> RunState:
    """Return what the history means; CorruptHistory where it means nothing."""
    position = 0
    try:
        run = fold(history[:1])
        for position, event in enumerate(history[1:], start=1):  # noqa: B007
            apply(run, event)
    except (ValueError, IllegalTransition) as error:
        raise CorruptHistory(run_id, position, str(error)) from error
    return run


def _new_run_id(workflow: str) -> str:
    return f"{workflow}-{uuid.uuid4().hex[:12]}"
