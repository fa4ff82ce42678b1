"""``thread``: in a pool thread, never the same one twice in a row for one run.

A new thread for each step would reuse the last one's identifier now and then and hide
what depends on it; a few persistent threads, taken in turn, never do. A thread is
added where all are busy, so that steps may wait for each other and run workflows
themselves without a deadlock.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

from durable_core.errors import DefinitionError
from durable_core.executors._in_process import invoke_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.protocols import Outcome, StepCall, StepProbe

REMEMBERED = 1024  # runs whose last thread is known; nobody says when a run ends


class ThreadExecutor:
    """Runs attempts in persistent threads: ``threads`` of them, more when all work."""

    name = "thread"

    def __init__(self, threads: int = 2) -> None:
        if threads < 2:
            raise DefinitionError("ThreadExecutor", f"{threads} threads are too few")
        self._lock = Lock()
        self._numbers = count()
        self._all: list[ThreadPoolExecutor] = []
        self._last: OrderedDict[str, ThreadPoolExecutor] = OrderedDict()
        # The one that has rested longest comes first.
        self._idle = [self._new_thread() for _ in range(threads)]

    def submit(
        self, call: StepCall, probes: Sequence[StepProbe] = ()
    ) -> Future[Outcome]:
        """Start the attempt in another thread than the run's last attempt."""
        thread = self._take(call.run_id)
        # Each attempt sees the caller's context variables and none of another step's.
        context = copy_context()

        def run() -> Outcome:
            try:
                return context.run(invoke_here, call, probes)
            finally:
                # Here, not when the future is done: whoever waits for that may submit
                # the next attempt before a callback has run.
                with self._lock:
                    self._idle.append(thread)

        return thread.submit(run)

    def close(self) -> None:
        """Wait for the attempts under way and end the threads."""
        for thread in self._all:
            thread.shutdown()

    def _take(self, run_id: str) -> ThreadPoolExecutor:
        with self._lock:
            last = self._last.pop(run_id, None)
            found = next((one for one in self._idle if one is not last), None)
            if found is None:
                found = self._new_thread()
            else:
                self._idle.remove(found)
            self._last[run_id] = found
            if len(self._last) > REMEMBERED:
                self._last.popitem(last=False)
            return found

    def _new_thread(self) -> ThreadPoolExecutor:
        prefix = f"durable-{next(self._numbers)}"
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=prefix)
        self._all.append(thread)
        return thread
