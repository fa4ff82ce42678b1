"""What the parent does while a child runs: pass on what it prints, logs and warns,
keep its last output, end it when its time is up, and say how it ended."""

from __future__ import annotations

import codecs
import json
import os
import selectors
import signal
import sys
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from durable_core._invocation import failure
from durable_core.errors import StepTimeout, WorkerLost
from durable_core.executors._messages import outcome_from_wire
from durable_core.executors.subprocess.shipping import handle_log, handle_warning

if TYPE_CHECKING:
    from datetime import timedelta

    from durable_core.executors.subprocess.pipes import Child
    from durable_core.protocols import Outcome, StepCall

CHUNK = 65536
KEPT_OUTPUT = 2000  # characters of output that an error message shows
GRACE = 5.0  # seconds a child may take to leave after its outcome


class Collector:
    """Reads one child to its end and makes an outcome of what it said."""

    def __init__(
        self, call: StepCall, child: Child, timeout: timedelta | None
    ) -> None:
        self._call = call
        self._child = child
        self._limit = None if timeout is None else timeout.total_seconds()
        self._messages = b""
        self._outcome: Outcome | None = None
        self._rubbish = ""
        self._last_output = ""
        self._decoders = {
            descriptor: codecs.getincrementaldecoder("utf-8")("replace")
            for descriptor in (child.ends.stdout, child.ends.stderr)
        }

    def result(self) -> Outcome:
        """Block until the child has ended; nothing of it is left behind."""
        ends = self._child.ends
        try:
            in_time = self._read()
            # Whatever the step started and left running ends with it. Before the
            # wait: the number of a process group is only ours while its leader is.
            self._child.kill()
            status = self._child.wait()
            self._drain()
        except BaseException:
            self._child.kill()
            self._child.wait()
            raise
        finally:
            ends.close()
        return self._judge(status, in_time=in_time)

    def _judge(self, status: int, *, in_time: bool) -> Outcome:
        if self._outcome is not None:
            return self._outcome
        name = self._call.target.name
        if not in_time:
            seconds = self._limit or 0.0
            error = StepTimeout(name, seconds, self._last_output)
            return failure(self._call, error, seconds=seconds)
        reason = describe_exit(status)
        if self._rubbish:
            reason = f"sent something unreadable ({self._rubbish!r}) and {reason}"
        return failure(self._call, WorkerLost(name, reason, self._last_output))

    def _read(self) -> bool:
        """Read until the child has ended; False when its time was up before."""
        ends = self._child.ends
        deadline = None if self._limit is None else monotonic() + self._limit
        with selectors.DefaultSelector() as selector:
            for descriptor in (ends.messages, ends.stdout, ends.stderr):
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ)
            # The child keeps its message pipe open until it ends, so its end of file
            # is the news that the child has ended. A process it leaves behind may
            # hold a copy, hence the grace after the outcome.
            while ends.messages in selector.get_map():
                left = None if deadline is None else deadline - monotonic()
                if left is not None and left <= 0:
                    return self._outcome is not None
                had_outcome = self._outcome is not None
                for key, _ in selector.select(left):
                    if not self._take(key.fd):
                        selector.unregister(key.fd)
                if self._outcome is not None and not had_outcome:
                    deadline = monotonic() + GRACE
        return True

    def _drain(self) -> None:
        """Take what was still in the pipes when the child ended."""
        ends = self._child.ends
        for descriptor in (ends.messages, ends.stdout, ends.stderr):
            while self._take(descriptor):
                pass

    def _take(self, descriptor: int) -> bool:
        """Read once; False at end of file, or where nothing is left to read."""
        try:
            data = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return False
        if descriptor == self._child.ends.messages:
            self._receive(data)
        else:
            stream = sys.stdout if descriptor == self._child.ends.stdout else sys.stderr
            self._pass_on(self._decoders[descriptor].decode(data), stream)
        return bool(data)

    def _pass_on(self, text: str, stream: TextIO) -> None:
        if text:
            stream.write(text)
            self._last_output = (self._last_output + text)[-KEPT_OUTPUT:]

    def _receive(self, data: bytes) -> None:
        *lines, self._messages = (self._messages + data).split(b"\n")
        for line in lines:
            try:
                self._handle(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError):
                self._rubbish = self._rubbish or line[:200].decode("utf-8", "replace")

    def _handle(self, message: Any) -> None:
        if "log" in message:
            handle_log(message["log"])
        elif "warning" in message:
            handle_warning(message["warning"])
        else:
            self._outcome = outcome_from_wire(message["outcome"])


def describe_exit(status: int) -> str:
    """Return how a process ended, in words."""
    if status >= 0:
        return f"exited with status {status} before it gave a result"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed by {name}"
