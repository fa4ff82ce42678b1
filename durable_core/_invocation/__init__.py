"""The one way in which every executor calls a step."""

from durable_core._invocation.context import StepContext, get_context
from durable_core._invocation.invoke import failure, invoke

__all__ = ["StepContext", "failure", "get_context", "invoke"]
