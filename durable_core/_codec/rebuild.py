"""Exceptions from the wire: of loaded classes, rebuilt without running their code."""

from __future__ import annotations

import builtins
from types import MemberDescriptorType
from typing import Any

from durable_core._codec import pydantic_models
from durable_core._codec.attributes import Layout, decode_attributes, native_new
from durable_core._codec.containers import decode_items
from durable_core._codec.culprit import Culprit, malformed
from durable_core._codec.decoders import Decoders
from durable_core._codec.loaded import loaded_class
from durable_core._codec.remote import RemoteError
from durable_core._codec.tracebacks import decode_traceback
from durable_core._codec.wire import VALUE

__all__ = ["decode_failure", "decode_nested"]

_GROUP: Any = getattr(builtins, "BaseExceptionGroup", ())
_UNICODE = {
    UnicodeDecodeError: ("encoding", "object", "start", "end", "reason"),
    UnicodeEncodeError: ("encoding", "object", "start", "end", "reason"),
    UnicodeTranslateError: ("object", "start", "end", "reason"),
}


class _Table(Decoders):
    """A table of decoders that knows the exceptions which a part may name."""

    def __init__(self, decoders: Decoders, entries: list[dict[str, Any]]) -> None:
        super().__init__(decoders)
        self.entries = entries
        self.built: dict[int, BaseException] = {}
        self._open: set[int] = set()

    def at(self, number: Any) -> BaseException:
        """The exception of this number, built but perhaps not filled yet."""
        if type(number) is not int or not 0 <= number < len(self.entries):
            raise malformed("an exception that is not in the table")
        if number not in self.built:
            if number in self._open:
                raise malformed("a group that contains itself")
            self._open.add(number)
            self.built[number] = _shell(self, self.entries[number])
        return self.built[number]


def decode_nested(decoders: Decoders, wire: dict[str, Any], _depth: int) -> object:
    """An exception that is part of another value."""
    if isinstance(decoders, _Table):
        return decoders.at(wire[VALUE])
    return decode_failure(decoders, wire[VALUE])


def decode_failure(decoders: Decoders, wire: Any) -> BaseException:
    """The exception that ``encode_failure`` wrote."""
    entries = wire.get("errors") if type(wire) is dict else None
    if type(entries) is not list or not entries:
        raise malformed("an exception of the wrong shape")
    if not all(type(entry) is dict for entry in entries):
        raise malformed("an exception of the wrong shape")
    table = _Table(decoders, entries)
    for number in range(len(entries)):
        table.at(number)
    try:
        for number, entry in enumerate(entries):
            _fill(table, table.built[number], entry)
        _link(table)
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise malformed(f"an exception with wrong parts ({error})") from error
    return table.built[0]


def _shell(table: _Table, entry: dict[str, Any]) -> BaseException:
    """A new exception of the right type, with nothing in it yet."""
    name, text = entry.get("type"), entry.get("text", "")
    if type(name) is not str or type(text) is not str:
        raise malformed("an exception without a type")
    cls = loaded_class(name)
    if cls is not None:
        try:
            new = native_new(cls)
            if issubclass(cls, _GROUP):
                members = [table.at(number) for number in entry.get("members", ())]
                made = new(cls, entry["fields"]["message"], members)
            elif "details" in entry:
                details = decode_items(table, entry["details"], 0)
                made = pydantic_models.rebuild_validation(cls, entry["title"], details)
            else:
                made = new(cls)
        except (Culprit, RecursionError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - C code that wants more than we know
            made = None
        if type(made) is cls:
            return made
    return RemoteError(name.replace(":", ".").removeprefix("builtins."), text)


def _fill(table: _Table, error: BaseException, entry: dict[str, Any]) -> None:
    _put(error, "__traceback__", decode_traceback(entry.get("frames", [])))
    if type(error) is RemoteError and not _is_remote(entry):
        return
    fields = decode_attributes(table, entry.get("fields", {}), 0)
    for base, names in _UNICODE.items():
        if isinstance(error, base) and names[0] in fields:
            _fill_unicode(error, base, [fields.pop(name) for name in names])
    arguments = tuple(decode_items(table, entry.get("args", []), 0))
    for name, item in fields.items():
        _set_native(error, name, item)
    vars(BaseException)["args"].__set__(error, arguments)
    attributes = decode_attributes(table, entry.get("attributes", {}), 0)
    Layout(type(error)).write(error, attributes)


def _is_remote(entry: dict[str, Any]) -> bool:
    return entry.get("type") == f"{RemoteError.__module__}:{RemoteError.__qualname__}"


def _fill_unicode(error: Any, base: Any, parts: list[Any]) -> None:
    text, start, end = parts[-4:-1]
    # Some interpreters crash on printing an error whose positions lie outside.
    if not 0 <= start <= end <= len(text):
        raise malformed("a unicode error outside of its text")
    base.__init__(error, *parts)


def _set_native(error: BaseException, name: str, item: object) -> None:
    for parent in type(error).__mro__:
        member = vars(parent).get(name)
        if type(member) is MemberDescriptorType and parent.__module__ == "builtins":
            if name != "message":  # a group got it when it was made
                member.__set__(error, item)
            return
    raise malformed(f"no field {name!r} in {type(error).__name__}")


def _link(table: _Table) -> None:
    """Join causes and contexts, except where a circle would close."""
    links: dict[int, list[int]] = {}
    for number, entry in enumerate(table.entries):
        error = table.built[number]
        for name in ("cause", "context"):
            other = entry.get(name)
            if other is None:
                continue
            target = table.at(other)
            if _reaches(links, other, number):
                continue
            links.setdefault(number, []).append(other)
            _put(error, f"__{name}__", target)
        _put(error, "__suppress_context__", entry.get("suppress") is True)


def _put(error: BaseException, name: str, item: object) -> None:
    # Past the __setattr__ of the class: that of a frozen dataclass refuses.
    object.__setattr__(error, name, item)


def _reaches(links: dict[int, list[int]], start: int, goal: int) -> bool:
    pending, seen = [start], set()
    while pending:
        number = pending.pop()
        if number == goal:
            return True
        if number not in seen:
            seen.add(number)
            pending.extend(links.get(number, ()))
    return False
