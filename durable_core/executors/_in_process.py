"""What the executors of this process share: a finished attempt, and a time limit."""

from __future__ import annotations

from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from durable_core._invocation import failure, invoke
from durable_core.errors import StepTimeout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.protocols import Outcome, StepCall, StepProbe


@dataclass(slots=True)  # not frozen: one is made for each step, and thrown away
class Finished:
    """An attempt that is over already."""

    outcome: Outcome

    def result(self) -> Outcome:
        """Return the outcome."""
        return self.outcome


def invoke_here(call: StepCall, probes: Sequence[StepProbe]) -> Outcome:
    """Run the attempt in this thread, or, under a timeout, wait so long for another.

    A thread cannot be ended from outside. After a timeout the step is abandoned, not
    stopped: it goes on in a daemon thread, and what it returns is ignored.
    """
    timeout = call.target.options.timeout
    if timeout is None:
        return invoke(call, probes)
    answers: SimpleQueue[Outcome | KeyboardInterrupt] = SimpleQueue()

    def run() -> None:
        try:
            answers.put(invoke(call, probes))
        except KeyboardInterrupt as interrupt:
            answers.put(interrupt)

    context = copy_context()
    name = f"durable-{call.target.name}"
    Thread(target=context.run, args=(run,), name=name, daemon=True).start()
    seconds = timeout.total_seconds()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        return failure(call, StepTimeout(call.target.name, seconds), seconds=seconds)
    if isinstance(answer, KeyboardInterrupt):
        raise answer
    return answer
