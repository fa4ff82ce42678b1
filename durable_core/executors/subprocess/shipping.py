"""Log records, warnings and the outcome on their way from a child to its parent."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

from durable_core._codec import dumps
from durable_core.executors._messages import outcome_to_wire

if TYPE_CHECKING:
    from durable_core.protocols import Outcome, Wire

_RECORD_FIELDS = (
    "name",
    "levelno",
    "levelname",
    "pathname",
    "filename",
    "module",
    "lineno",
    "funcName",
    "created",
    "msecs",
    "thread",
    "threadName",
    "process",
    "processName",
)


class Shipper:
    """In the child: sends one JSON object a line, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def install(self) -> None:
        """Ship log records and warnings instead of handling them here.

        Handlers belong to the parent: in the child they would write to streams and
        files of the parent a second time, or into memory that nobody reads.
        """
        shipper = self

        def ship_record(_logger: logging.Logger, record: logging.LogRecord) -> None:
            shipper.send({"log": _record_to_wire(record)})

        def ship_warning(  # noqa: PLR0913 - the signature of warnings.showwarning
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: object = None,
            line: str | None = None,
        ) -> None:
            del file, line
            kind: Wire = [category.__module__, category.__qualname__]
            shipper.send({"warning": [str(message), kind, filename, lineno]})

        logging.Logger.callHandlers = ship_record  # type: ignore[assignment]
        warnings.showwarning = ship_warning

    def send_outcome(self, outcome: Outcome) -> None:
        """Send the last message."""
        self.send({"outcome": outcome_to_wire(outcome)})

    def send(self, message: Wire) -> None:
        """Send one message, whole, before any other."""
        data = dumps(message).encode() + b"\n"
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]


def take_over_streams(stdout: int, stderr: int) -> None:
    """In the child: make these descriptors its stdout and stderr, in Python and C."""
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    sys.stdout = _text_stream(1)
    sys.stderr = _text_stream(2)


def handle_log(wire: Any) -> None:
    """In the parent: hand a shipped record to the handlers here."""
    record = logging.makeLogRecord(wire)
    logging.getLogger(record.name).callHandlers(record)


def handle_warning(wire: Any) -> None:
    """In the parent: show a shipped warning as if it were raised here."""
    text, (module, qualname), filename, lineno = wire
    category = _category(module, qualname)
    # Straight to showwarning: the filters have been applied in the child, where
    # an "error" filter has raised already.
    warnings.showwarning(category(text), category, filename, lineno)


def _text_stream(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )


def _record_to_wire(record: logging.LogRecord) -> dict[str, Wire]:
    wire: dict[str, Wire] = {}
    for name in _RECORD_FIELDS:
        value = getattr(record, name, None)
        wire[name] = value if isinstance(value, (str, int, float)) else None
    wire["msg"] = record.getMessage()
    if record.exc_info and record.exc_info[0] is not None:
        wire["exc_text"] = logging.Formatter().formatException(record.exc_info)
    return wire


def _category(module: str, qualname: str) -> type[Warning]:
    """Return the category if it is loaded here: a shipped name imports nothing."""
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    if isinstance(found, type) and issubclass(found, Warning):
        return found
    return UserWarning
