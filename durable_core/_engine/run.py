"""A Run: what is known about one execution of a workflow, as a fold of its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from durable_core.errors import RunFailed, StepFailed

if TYPE_CHECKING:
    from datetime import datetime

    from durable_core._codec import Wire
    from durable_core._definition.workflow import Workflow
    from durable_core._kernel.events import Event
    from durable_core._kernel.state import RunState, StepStatus
    from durable_core._kernel.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step of a run: attempts made, seconds of the last one, last error."""

    name: str
    status: StepStatus
    attempts: int
    seconds: float
    error: BaseException | None


class Run:
    """One execution of a workflow, as it stood when it was read."""

    def __init__(
        self, workflow: Workflow, folded: RunState, history: tuple[Event, ...]
    ) -> None:
        self._definition = workflow
        self._folded = folded
        self.history = history

    def __repr__(self) -> str:
        return f"<Run {self.run_id!r} of {self.workflow!r}: {self.status}>"

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self._folded.run_id

    @property
    def workflow(self) -> str:
        """The name of its workflow."""
        return self._folded.workflow

    @property
    def status(self) -> Status:
        """Where it stands; equals its text, such as ``"completed"``."""
        return self._folded.status

    @property
    def created_at(self) -> datetime:
        """When it started, in UTC."""
        return self._folded.created_at

    @property
    def updated_at(self) -> datetime:
        """When its last event was recorded, in UTC."""
        return self._folded.updated_at

    @property
    def current_step(self) -> str | None:
        """The name of the step that is next; None after the last one."""
        step = self._folded.current_step
        return None if step is None else step.name

    @property
    def state_wire(self) -> dict[str, Wire]:
        """The state as it is stored and sent: JSON values by field."""
        return dict(self._folded.state)

    @property
    def state(self) -> object:
        """The state as an instance of the workflow's state type; a new one each time.

        After a failure it is the state before the step that failed.
        """
        codec = self._definition.codec
        return self._definition.state_type.build(
            {
                key: codec.decode(wire, f"state.{key}")
                for key, wire in self._folded.state.items()
            }
        )

    @property
    def step_states(self) -> tuple[StepReport, ...]:
        """What is known about each step, in order."""
        decode = self._definition.codec.decode_error
        return tuple(
            StepReport(
                name=step.name,
                status=step.status,
                attempts=step.attempts,
                seconds=step.seconds,
                error=None if step.error is None else decode(step.error),
            )
            for step in self._folded.steps
        )

    @property
    def error(self) -> StepFailed | None:
        """What ended the run, with the step's own exception as its cause."""
        position = self._folded.position
        if self._folded.failed_step is None:
            return None
        step = self._folded.steps[position]
        failed = StepFailed(self.workflow, self.run_id, step.name, step.attempts)
        failed.__cause__ = self._definition.codec.decode_error(step.error)
        return failed

    def raise_for_status(self) -> None:
        """Raise RunFailed, caused by the failed step, unless the run did not fail."""
        error = self.error
        if error is not None:
            raise RunFailed(self.run_id, self.workflow) from error
