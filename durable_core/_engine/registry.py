"""Executors by name: the built-in ones, and those of entry points.

The built-in ones are named by text as entry points are: the engine imports no
executor, and an executor's own dependencies are loaded only when it is chosen.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from durable_core.errors import DefinitionError, ExecutorUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoints

    from durable_core.protocols import Executor

EXECUTORS: dict[str, str] = {
    "sync": "durable_core.executors.sync:SyncExecutor",
    "thread": "durable_core.executors.thread:ThreadExecutor",
    "subprocess": "durable_core.executors.subprocess:SubprocessExecutor",
    "celery-eager": "durable_core.executors.celery_eager:CeleryEagerExecutor",
}
GROUP = "durable_core.executors"


def create_executor(name: str) -> Executor:
    """Return a new executor; the caller closes it.

    Raises DefinitionError for an unknown name, which lists the known ones, and
    ExecutorUnavailable where it cannot run.
    """
    if name in EXECUTORS:
        module, _, attribute = EXECUTORS[name].partition(":")
        factory = cast(
            "Callable[[], Executor]", getattr(import_module(module), attribute)
        )
        return factory()
    added = {entry.name: entry for entry in _entry_points()}
    if name in added:
        return cast("Callable[[], Executor]", added[name].load())()
    choices = ", ".join(executor_names())
    raise DefinitionError(f"executor {name!r}", "unknown", f"Choose from: {choices}")


def executor_names() -> tuple[str, ...]:
    """Return the names that can be chosen, the built-in ones first."""
    added = sorted(entry.name for entry in _entry_points())
    return (*EXECUTORS, *(name for name in added if name not in EXECUTORS))


def executor_refusal(name: str) -> str | None:
    """Return why the executor cannot run here, or None when it can."""
    try:
        create_executor(name).close()
    except ExecutorUnavailable as error:
        return error.problem
    return None


def _entry_points() -> EntryPoints:
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)
