"""Declared subclasses of kept types: NamedTuples, and a str or a list with a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from durable_core._codec import kept
from durable_core._codec.attributes import (
    Layout,
    decode_attributes,
    encode_attributes,
)
from durable_core._codec.containers import decode_items, encode_items
from durable_core._codec.culprit import Culprit, malformed
from durable_core._codec.decoders import Decode, Decoders, decode_wire
from durable_core._codec.encoders import Encode, Encoders
from durable_core._codec.wire import TAG, VALUE, Wire

__all__ = ["KEPT", "ways_of"]

# How to get the plain data out of a subclass of these, and into a new one, without
# calling a method the subclass may have replaced.
_VIEWS: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    bytearray: lambda value: bytearray.__getitem__(value, slice(None)),
    list: lambda value: list.__getitem__(value, slice(None)),
    tuple: lambda value: tuple.__getitem__(value, slice(None)),
    dict: lambda value: dict(dict.items(value)),
    set: lambda value: set.__or__(set(), value),
    frozenset: lambda value: frozenset.__or__(frozenset(), value),
}
_FILLERS: dict[type, Callable[[Any, Any], object]] = {
    bytearray: bytearray.extend,
    list: list.extend,
    dict: dict.update,
    set: set.update,
}
KEPT = frozenset(_VIEWS)


def ways_of(cls: type, name: str, base: type, layout: Layout) -> tuple[Encode, Decode]:
    """How a subclass of ``base`` travels: as its plain data and its attributes."""
    view, fill = _VIEWS[base], _FILLERS.get(base)
    fields = getattr(cls, "_fields", ()) if base is tuple else ()
    new: Any = base.__new__

    def encode(encoders: Encoders, value: Any, depth: int) -> Wire:
        try:
            sent = _encode_data(encoders, view(value), depth, fields)
        except Culprit as culprit:
            culprit.passes(value, "")  # the data is a copy: no cycle would be noticed
            raise
        wire: dict[str, Wire] = {TAG: name, VALUE: sent}
        attributes = layout.read(value)
        if attributes:
            wire["attributes"] = encode_attributes(encoders, attributes, depth, value)
        return wire

    def decode(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
        data = _decode_data(decoders, wire[VALUE], depth, base)
        if fields and len(fields) != len(data):
            raise malformed(f"{len(data)} items for {len(fields)} fields")
        value = new(cls) if fill else new(cls, data)
        if fill:
            fill(value, data)
        if "attributes" in wire:
            layout.write(value, decode_attributes(decoders, wire["attributes"], depth))
        return value

    return encode, decode


def _encode_data(
    encoders: Encoders,
    data: Any,
    depth: int,
    fields: tuple[str, ...],
) -> Wire:
    if type(data) is tuple:
        return encode_items(encoders, data, depth, fields)
    return kept.ENCODERS[type(data)](encoders, data, depth)


def _decode_data(decoders: Decoders, wire: Any, depth: int, base: type) -> Any:
    if base is tuple:
        return decode_items(decoders, wire, depth)
    data = decode_wire(decoders, wire, depth + 1)
    if type(data) is not base:
        raise malformed(f"{type(data).__name__} for a {base.__name__}")
    return data
