"""What the parent does while a child runs: pass on what it prints, logs and warns,
keep its last output, end it when its time is up, and say how it ended."""

from __future__ import annotations

import json
import os
import select
import signal
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from durable_core._invocation import failure
from durable_core.errors import StepTimeout, WorkerLost
from durable_core.executors._messages import outcome_from_wire
from durable_core.executors.subprocess.printed import Printed
from durable_core.executors.subprocess.records import handle_record, handle_warning

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from durable_core.executors.subprocess.pipes import Child
    from durable_core.protocols import Outcome, StepCall

CHUNK = 65536
LEFT_BEHIND = 32  # chunks that are read after the end, from whoever still writes
STARTUP = 60.0  # seconds until a step under a timeout must have begun
GRACE = 5.0  # seconds for a child to leave where nothing tells that it has


class Collector:
    """Reads one child to its end and makes an outcome of what it said."""

    def __init__(self, call: StepCall, child: Child, timeout: timedelta | None) -> None:
        self._call = call
        self._child = child
        self._limit = None if timeout is None else timeout.total_seconds()
        self._deadline: float | None = None
        if self._limit is not None:
            # The time of a step begins with the step, not with its interpreter.
            wait = STARTUP if child.announces else self._limit
            self._deadline = monotonic() + wait
        self._outcome: Outcome | None = None
        self._interrupted = False
        self._waiting = select.poll()
        self._unread: list[bytes] = []
        self._rubbish = ""
        self._printed: Printed | None = None

    def result(self) -> Outcome:
        """Block until the child has ended; nothing of it is left behind."""
        ended = False
        try:
            in_time = self._read()
            # Whatever the step started and left running ends with it. Before the
            # wait: the number of a process group is only ours while its leader is.
            self._child.kill()
            status = self._child.wait()
            ended = True
            self._drain()
        finally:
            if not ended:
                self._child.kill()
                self._child.wait()
            self._child.close()
        return self._judge(status, in_time=in_time)

    def _judge(self, status: int, *, in_time: bool) -> Outcome:
        if self._outcome is not None:
            return self._outcome
        if self._interrupted:
            raise KeyboardInterrupt
        name = self._call.target.name
        output = "" if self._printed is None else self._printed.last_words()
        if not in_time:
            seconds = self._limit or 0.0
            error = StepTimeout(name, seconds, output)
            return failure(self._call, error, seconds=seconds)
        reason = describe_exit(status)
        if self._rubbish:
            reason = f"sent something unreadable ({self._rubbish!r}) and {reason}"
        return failure(self._call, WorkerLost(name, reason, output))

    def _read(self) -> bool:
        """Read until the child has ended; False when its time was up before."""
        ends, news = self._child.ends, self._child.news
        waiting = self._waiting
        for descriptor in (ends.messages, ends.stdout, ends.stderr):
            waiting.register(descriptor, select.POLLIN)
        if news is not None:
            waiting.register(news, select.POLLIN)
        while True:
            for descriptor, _ in waiting.poll(self._milliseconds()):
                if descriptor == news:
                    if self._child.has_ended():
                        return True
                elif not self._take(descriptor):
                    # The end of file of the messages is news of the child's end only
                    # if no process that it left behind holds a copy of the pipe.
                    if descriptor == ends.messages and news is None:
                        return True
                    waiting.unregister(descriptor)
            if self._deadline is not None and monotonic() >= self._deadline:
                return self._outcome is not None

    def _milliseconds(self) -> float | None:
        if self._deadline is None:
            return None
        return max(0.0, self._deadline - monotonic()) * 1000 + 1

    def _drain(self) -> None:
        """Take what was still in the pipes when the child ended."""
        waiting = self._waiting
        if self._child.news is not None:
            waiting.unregister(self._child.news)
        for _ in range(LEFT_BEHIND):
            ready = waiting.poll(0)
            if not ready:
                return
            for descriptor, _ in ready:
                if not self._take(descriptor):
                    waiting.unregister(descriptor)

    def _take(self, descriptor: int) -> bool:
        """Read once what is there; False at end of file."""
        data = os.read(descriptor, CHUNK)
        if descriptor == self._child.ends.messages:
            self._receive(data)
        elif data or self._printed is not None:
            if self._printed is None:
                ends = self._child.ends
                self._printed = Printed(ends.stdout, ends.stderr)
            self._printed.pass_on(descriptor, data)
        return bool(data)

    def _receive(self, data: bytes) -> None:
        # Joined only when a line is complete: a large one comes in many pieces.
        self._unread.append(data)
        if b"\n" not in data:
            return
        *lines, rest = b"".join(self._unread).split(b"\n")
        self._unread = [rest]
        for line in filter(None, lines):
            try:
                message = json.loads(line)
                handle = self._HANDLERS[next(iter(message))]
            except (ValueError, TypeError, KeyError, StopIteration, RecursionError):
                self._rubbish = self._rubbish or line[:200].decode("utf-8", "replace")
            else:
                handle(self, *message.values())

    def _on_began(self, _: object) -> None:
        if self._limit is not None:
            self._deadline = monotonic() + self._limit

    def _on_log(self, wire: Any) -> None:
        handle_record(wire)

    def _on_warning(self, wire: Any) -> None:
        handle_warning(wire)

    def _on_outcome(self, wire: Any) -> None:
        self._outcome = outcome_from_wire(wire)
        self._deadline = monotonic() + GRACE

    def _on_interrupted(self, _: object) -> None:
        self._interrupted = True

    _HANDLERS: ClassVar[dict[str, Callable[[Collector, Any], None]]] = {
        "began": _on_began,
        "log": _on_log,
        "warning": _on_warning,
        "outcome": _on_outcome,
        "interrupted": _on_interrupted,
    }


def describe_exit(status: int) -> str:
    """Return how a process ended, in words."""
    if status >= 0:
        return f"exited with status {status} before it gave a result"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed by {name}"
