"""``thread``: in a pool thread, never the same one twice in a row for one run.

A new thread for each step would reuse the last one's identifier now and then and hide
what depends on it; a few persistent threads, taken in turn, never do.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING

from durable_core.errors import DefinitionError
from durable_core.executors._in_process import invoke_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.protocols import Outcome, StepCall, StepProbe


class ThreadExecutor:
    """Runs attempts in ``threads`` persistent threads, at least two."""

    name = "thread"

    def __init__(self, threads: int = 2) -> None:
        if threads < 2:  # noqa: PLR2004 - one thread could not be left
            raise DefinitionError("ThreadExecutor", f"{threads} threads are too few")
        self._lanes = [
            ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"durable-{lane}")
            for lane in range(threads)
        ]

    def submit(
        self, call: StepCall, probes: Sequence[StepProbe] = ()
    ) -> Future[Outcome]:
        """Start the attempt in the thread after the one of the run's last attempt."""
        first = hash(call.run_id)  # spreads concurrent runs over the threads
        lane = self._lanes[(first + call.sequence) % len(self._lanes)]
        # Each attempt sees the caller's context variables and none of another step's.
        return lane.submit(copy_context().run, invoke_here, call, probes)

    def close(self) -> None:
        """Wait for the attempts under way and end the threads."""
        for lane in self._lanes:
            lane.shutdown()
