"""The child's side of what travels: its streams, log records, warnings, outcome."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from durable_core._codec import dumps
from durable_core.executors._messages import outcome_to_wire
from durable_core.executors.subprocess.records import record_to_wire, warning_to_wire

if TYPE_CHECKING:
    from durable_core.protocols import Outcome, Wire


class Shipper:
    """Sends one JSON object a line, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def install(self) -> None:
        """Ship log records and warnings instead of handling them here.

        Handlers belong to the parent: in the child they would write to streams and
        files of the parent a second time, or into memory that nobody reads.
        """
        shipper = self

        def ship_record(self: logging.Logger, record: logging.LogRecord) -> None:
            del self
            shipper.send({"log": record_to_wire(record)})

        def ship_warning(  # noqa: PLR0913 - the signature of warnings.showwarning
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: object = None,
            line: str | None = None,
        ) -> None:
            del file, line
            wire: Wire = warning_to_wire(message, category, filename, lineno)
            shipper.send({"warning": wire})

        logging.Logger.callHandlers = ship_record  # type: ignore[method-assign]
        warnings.showwarning = ship_warning

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


class Streams:
    """Text streams on descriptors 1 and 2, for a child to put in place of its own.

    Made before the fork where there is one: making them costs a child a tenth of its
    time. Nothing is written to them in the parent.
    """

    def __init__(self) -> None:
        self._stdout = _text_stream(1)
        self._stderr = _text_stream(2)

    def take_over(self) -> None:
        """Make them the streams of this process."""
        sys.stdout = self._stdout
        sys.stderr = self._stderr


def flush_streams() -> None:
    """Flush what Python buffers of stdout and stderr, whatever these are now."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()


def _text_stream(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
