"""The engine: steps and workflows with the same meaning on every executor.

For example::

    from durable_core import Engine, Workflow, step

    @step
    def price(state):
        return {"total": state.amount * 2}

    run = Engine().run(Workflow("checkout", [price]), {"amount": 10})
    assert run.state.total == 20
"""

from durable_core import errors
from durable_core._definition.durations import parse_duration
from durable_core._definition.step import Step, backoff, step
from durable_core._definition.workflow import Workflow
from durable_core._engine.engine import Engine
from durable_core._engine.registry import (
    create_executor,
    executor_names,
    executor_refusal,
)
from durable_core._engine.run import Run, StepReport
from durable_core._invocation.context import StepContext, get_context
from durable_core._kernel.state import StepStatus
from durable_core._kernel.status import Status

__all__ = [
    "Engine",
    "Run",
    "Status",
    "Step",
    "StepContext",
    "StepReport",
    "StepStatus",
    "Workflow",
    "backoff",
    "create_executor",
    "errors",
    "executor_names",
    "executor_refusal",
    "get_context",
    "parse_duration",
    "step",
]
