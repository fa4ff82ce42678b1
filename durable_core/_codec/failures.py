"""Exceptions on the wire: one flat table, in which each names the others by number.

Causes, contexts, members of groups and exceptions among arguments form a graph, with
shared and circular parts. A table keeps who is who, and nothing recurses over it.
"""

from __future__ import annotations

import builtins
from types import MemberDescriptorType
from typing import Any

from durable_core._codec import pydantic_models
from durable_core._codec.attributes import Layout
from durable_core._codec.culprit import Culprit, cut, safe_repr
from durable_core._codec.encoders import Encoders, survives
from durable_core._codec.rebuild import decode_failure, decode_nested
from durable_core._codec.tracebacks import encode_traceback
from durable_core._codec.wire import TAG, VALUE, Wire

__all__ = ["DECODERS", "decode_failure", "encode_failure", "encode_nested"]

_MOST_ERRORS = 256
# All that is left of an exception whose class is not loaded on the other side.
_LONGEST_TEXT = 2_000
_HEAP_TYPE = 1 << 9
_GROUP: Any = getattr(builtins, "BaseExceptionGroup", None)  # new in 3.11

# ``obj`` is the whole object an attribute was missing on, and only serves guesses at
# spelling; the other two are written by the constructor of a group.
_NOT_SENT = frozenset({"obj", "exceptions", "__suppress_context__"})


class _Table(Encoders):
    """A table of encoders that collects the exceptions it meets."""

    def __init__(self, encoders: Encoders) -> None:
        super().__init__(encoders)
        self.unknown = encoders.unknown
        self.met: list[BaseException] = []
        self._numbers: dict[int, int] = {}

    def number(self, error: BaseException | None) -> int | None:
        """The place of an exception in the table; None if there is no room."""
        if error is None:
            return None
        known = self._numbers.get(id(error))
        if known is None and len(self.met) < _MOST_ERRORS:
            known = self._numbers[id(error)] = len(self.met)
            self.met.append(error)
        return known


def encode_nested(encoders: Encoders, value: BaseException, _depth: int) -> Wire:
    """An exception that is part of another value."""
    if not isinstance(encoders, _Table):
        return {TAG: "error", VALUE: encode_failure(encoders, value)}
    number = encoders.number(value)
    if number is None:
        raise Culprit(type(value).__name__, "too many exceptions")
    return {TAG: "error", VALUE: number}


def encode_failure(encoders: Encoders, error: BaseException) -> Wire:
    """The wire of an exception and of all that hangs on it; it never raises."""
    table = _Table(encoders)
    table.number(error)
    entries: list[Wire] = []
    while len(entries) < len(table.met):
        met = table.met[len(entries)]
        try:
            entries.append(_entry(table, met))
        except Exception:  # noqa: BLE001 - user code: its class may break anything
            entries.append(_outline(met))
    return {"errors": entries}


def _outline(error: BaseException) -> dict[str, Wire]:
    cls = type(error)
    try:
        text = cut(str(error), _LONGEST_TEXT)
    except Exception as broken:  # noqa: BLE001 - user code: __str__
        text = f"<its str raised {type(broken).__name__}>"
    return {
        "type": f"{cls.__module__}:{cls.__qualname__}",
        "text": text.encode("utf-8", "backslashreplace").decode("utf-8"),
    }


def _entry(table: _Table, error: BaseException) -> Wire:
    entry = _outline(error)
    arguments = vars(BaseException)["args"].__get__(error)
    entry["args"] = [_or_repr(table, argument) for argument in arguments]
    fields = _native_fields(error)
    if fields:
        entry["fields"] = {name: _or_repr(table, fields[name]) for name in fields}
    attributes = Layout(type(error)).read(error)
    if attributes:
        entry["attributes"] = {
            name: _or_repr(table, item)
            for name, item in attributes.items()
            if type(name) is str and survives(name)
        }
    validation = pydantic_models.validation_parts(error)
    if validation is not None:
        title, details = validation
        entry["title"] = _or_repr(table, title)
        entry["details"] = [
            [_or_repr(table, part) for part in line] for line in details
        ]
    entry.update(_links(table, error))
    entry["suppress"] = error.__suppress_context__
    entry["frames"] = encode_traceback(table, error.__traceback__)
    return entry


def _links(table: _Table, error: BaseException) -> dict[str, Wire]:
    """The other exceptions this one names, by their numbers."""
    links: dict[str, Wire] = {}
    members = getattr(error, "exceptions", None)
    if _GROUP is not None and isinstance(error, _GROUP) and type(members) is tuple:
        numbers = [table.number(member) for member in members]
        links["members"] = [number for number in numbers if number is not None]
    for name, other in (("cause", error.__cause__), ("context", error.__context__)):
        number = table.number(other)
        if number is not None:
            links[name] = number
    return links


def _native_fields(error: BaseException) -> dict[str, object]:
    """What exceptions written in C keep outside of their ``__dict__``."""
    fields: dict[str, object] = {}
    for parent in type(error).__mro__:
        if parent.__flags__ & _HEAP_TYPE or parent is BaseException:
            continue
        for name, member in vars(parent).items():
            if type(member) is MemberDescriptorType and name not in _NOT_SENT:
                fields[name] = member.__get__(error)
    # Unset reads as None, but written back None would be printed.
    return {name: item for name, item in fields.items() if item is not None}


def _or_repr(table: _Table, value: object) -> Wire:
    """The wire of a part; its repr if it cannot be kept."""
    try:
        return table[type(value)](table, value, 1)
    except (Culprit, RecursionError, RuntimeError):
        return table[str](table, safe_repr(value), 0)


DECODERS = {"error": decode_nested}
