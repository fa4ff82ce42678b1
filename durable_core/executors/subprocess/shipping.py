"""The child's side of what travels: its streams, log records, warnings, outcome."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING

from durable_core._codec import dumps
from durable_core.executors._messages import outcome_to_wire
from durable_core.executors.subprocess.records import record_to_wire, warning_to_wire

if TYPE_CHECKING:
    from durable_core.protocols import Outcome, Wire


class Shipper:
    """Sends one JSON object a line, from any thread.

    Handlers belong to the parent: in the child they would write to streams and files
    of the parent a second time, or into memory that nobody reads.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        self._lock = threading.Lock()
        shipper = self

        def ship_record(self: logging.Logger, record: logging.LogRecord) -> None:
            del self
            shipper.send({"log": record_to_wire(record)})

        self._ship_record = ship_record

    def install(self, descriptor: int) -> None:
        """Ship log records and warnings instead of handling them here."""
        self._descriptor = descriptor
        logging.Logger.callHandlers = self._ship_record  # type: ignore[method-assign]
        warnings.showwarning = self._ship_warning

    def _ship_warning(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: object = None,
        line: str | None = None,
    ) -> None:
        del file, line
        wire: Wire = warning_to_wire(message, category, filename, lineno)
        self.send({"warning": wire})

    def send_outcome(self, outcome: Outcome) -> None:
        """Send the last message; SerializationError for evidence that is no JSON."""
        self.send({"outcome": outcome_to_wire(outcome)})

    def send(self, message: Wire) -> None:
        """Send one message, whole, before any other."""
        # A line of its own, even if the step wrote into this descriptor by mistake.
        data = b"\n" + dumps(message).encode() + b"\n"
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]


class Surroundings:
    """What a child puts in place of its parent's: streams on 1 and 2, and a Shipper.

    Made before the fork where there is one: each object that a child makes, and each
    function that makes it, is a page for the kernel to copy. Unused in the parent.
    """

    def __init__(self) -> None:
        self.shipper = Shipper()
        self._stdout = _text_stream(1)
        self._stderr = _text_stream(2)

    def take_over(self, messages: int) -> Shipper:
        """Put them in place; what is sent goes to the descriptor ``messages``."""
        sys.stdout = self._stdout
        sys.stderr = self._stderr
        self.shipper.install(messages)
        return self.shipper


def flush_streams() -> None:
    """Flush what Python buffers of stdout and stderr, whatever these are now."""
    for stream in (sys.stdout, sys.stderr):
        try:  # not suppress: every child comes here twice
            stream.flush()
        except Exception:  # noqa: BLE001, S110 - around user code: any object at all
            pass


def _text_stream(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
