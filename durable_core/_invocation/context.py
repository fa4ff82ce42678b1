"""What a step may know about the run it belongs to."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from durable_core.protocols import StepCall


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """The run, the step and the attempt that are running.

    ``idempotency_key`` is the same for every attempt and every delivery of a step, so
    that an outside system can recognise a repeated request.
    """

    run_id: str
    workflow: str
    step: str
    position: int
    attempt: int

    @property
    def idempotency_key(self) -> str:
        """The key that all attempts of this step of this run share."""
        return f"{self.run_id}:{self.position}:{self.step}"

    @property
    def logger(self) -> logging.Logger:
        """A logger named after the workflow and the step."""
        return logging.getLogger(f"durable.{self.workflow}.{self.step}")

    # Names that other step engines use: their steps run here unchanged.

    @property
    def workflow_id(self) -> str:
        """The ``run_id``."""
        return self.run_id

    @property
    def step_name(self) -> str:
        """The ``step``."""
        return self.step

    @property
    def step_index(self) -> int:
        """The ``position``."""
        return self.position


# The call stands for its context, which is made when somebody asks for it.
current: ContextVar[StepCall | StepContext] = ContextVar("durable_step_context")


def context_of(call: StepCall) -> StepContext:
    """Return what the step of this call may know."""
    return StepContext(
        run_id=call.run_id,
        workflow=call.target.workflow,
        step=call.target.name,
        position=call.position,
        attempt=call.attempt,
    )


def get_context() -> StepContext:
    """Return the context of the step that is running here.

    Raises LookupError outside of a step.
    """
    try:
        running = current.get()
    except LookupError:
        msg = "no step is running here; get_context() works inside of a step only"
        raise LookupError(msg) from None
    return running if isinstance(running, StepContext) else context_of(running)
