"""Log records and warnings as JSON values: made in a child, handled in its parent."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from durable_core._codec import Codec
from durable_core.errors import SerializationError
from durable_core.protocols import Wire

# Declares nothing: what a record carries besides plain values arrives as its repr.
_codec = Codec()


def record_to_wire(record: logging.LogRecord) -> dict[str, Wire]:
    """Return the record with whatever its logger or ``extra`` added to it."""
    values = dict(vars(record))
    info = values.pop("exc_info")
    wire = {name: _kept(name, value) for name, value in values.items()}
    if wire["msg"] is None or (wire["args"] is None and record.args is not None):
        wire["msg"], wire["args"] = _formatted(record), None
    if info and info[1] is not None:
        wire["exc_info"] = _codec.encode_error(info[1])
    return wire


def handle_record(wire: Any) -> None:
    """Hand a shipped record to the handlers here."""
    values = {
        name: _codec.decode(value, name)
        for name, value in wire.items()
        if name != "exc_info"
    }
    record = logging.makeLogRecord(values)
    if "exc_info" in wire:
        error = _codec.decode_error(wire["exc_info"])
        record.exc_info = (type(error), error, error.__traceback__)
    logging.getLogger(record.name).callHandlers(record)


def warning_to_wire(
    message: Warning | str, category: type[Warning], filename: str, lineno: int
) -> list[Wire]:
    """Return the warning by text, category, file and line."""
    return [
        str(message), category.__module__, category.__qualname__, filename, lineno
    ]  # fmt: skip


def handle_warning(wire: Any) -> None:
    """Show a shipped warning as if it were raised here."""
    text, module, qualname, filename, lineno = wire
    category = _category(module, qualname)
    # Straight to showwarning: the filters have been applied in the child, where
    # an "error" filter has raised already.
    warnings.showwarning(_warning(category, text), category, filename, lineno)


def levels_to_wire() -> dict[str, Wire]:
    """Return which records are wanted here: the levels that were set on loggers."""
    loggers = logging.Logger.manager.loggerDict
    return {
        "disabled": logging.root.manager.disable,
        "root": logging.root.level,
        "named": {
            name: logger.level
            for name, logger in list(loggers.items())
            if isinstance(logger, logging.Logger) and logger.level
        },
    }


def set_levels(wire: Any) -> None:
    """Make the loggers here produce what is wanted there."""
    logging.disable(wire["disabled"])
    logging.root.setLevel(wire["root"])
    for name, level in wire["named"].items():
        logging.getLogger(name).setLevel(level)


def _kept(name: str, value: object) -> Wire:
    try:
        return _codec.encode(value, name)
    except SerializationError:
        # Not a repr for these two: together they make the text of the message.
        return None if name in ("msg", "args") else repr(value)


def _formatted(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - around user code, as logging does
        return f"{record.msg!r} could not be formatted: {error!r}"


def _category(module: str, qualname: str) -> type[Warning]:
    """Return the category if it is loaded here: a shipped name imports nothing."""
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    if isinstance(found, type) and issubclass(found, Warning):
        return found
    return UserWarning


def _warning(category: type[Warning], text: str) -> Warning:
    warning = category.__new__(category, text)
    # Not its constructor: that may want more than the text, or do anything at all.
    Warning.__init__(warning, text)
    return warning
