"""The Engine: what its users call. ``driving`` is the loop around the kernel."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from durable_core._engine.ambient import ambient
from durable_core._engine.clock import SystemClock
from durable_core._engine.driving import drive
from durable_core._engine.registry import create_executor
from durable_core._engine.run import Run
from durable_core._kernel.events import RunStarted
from durable_core._kernel.state import RunState, apply, fold
from durable_core.errors import (
    ConcurrentAppend,
    CorruptHistory,
    DefinitionError,
    IllegalTransition,
    RunAlreadyStarted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from durable_core._definition.workflow import Workflow
    from durable_core._kernel.events import Event
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
        run = drive(
            workflow,
            started,
            executor=self._executor,
            probes=self._probes,
            store=self._store,
            clock=self._clock,
            after_step=self._after_step,
        )
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
