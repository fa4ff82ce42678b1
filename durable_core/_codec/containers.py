"""Containers of the standard library: which are kept, and how they travel."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from durable_core._codec.culprit import Culprit, key_segment, malformed
from durable_core._codec.decoders import (
    Decode,
    Decoders,
    decode_pairs,
    decode_wire,
    expect_list,
)
from durable_core._codec.encoders import Encode, Encoders, encode_mapping, too_deep
from durable_core._codec.wire import MAX_DEPTH, TAG, VALUE, Wire

__all__ = ["DECODERS", "ENCODERS", "decode_items", "encode_items", "encode_members"]

_FACTORIES = {
    cls.__name__: cls for cls in (list, set, dict, tuple, int, float, str, bool)
}
_order_of_members = json.JSONEncoder(sort_keys=True).encode


def encode_items(
    encoders: Encoders,
    value: Iterable[object],
    depth: int,
    names: tuple[str, ...] = (),
) -> list[Wire]:
    """Items in order; ``names`` are their path segments where they have names."""
    if depth > MAX_DEPTH:
        raise too_deep()
    wire: list[Wire] = []
    try:
        for item in value:
            wire.append(encoders[type(item)](encoders, item, depth + 1))
    except Culprit as culprit:
        at = len(wire)
        culprit.passes(value, f".{names[at]}" if at < len(names) else f"[{at}]")
        raise
    return wire


def encode_members(
    encoders: Encoders,
    value: Iterable[object],
    depth: int,
) -> list[Wire]:
    """The members of a set, sorted: the order of a set differs between processes."""
    if depth > MAX_DEPTH:
        raise too_deep()
    wire: list[Wire] = []
    try:
        for member in value:
            wire.append(encoders[type(member)](encoders, member, depth + 1))
    except Culprit as culprit:
        culprit.passes(value, "{...}")
        raise
    wire.sort(key=_order_of_members)
    return wire


def decode_items(decoders: Decoders, wire: Any, depth: int) -> list[object]:
    """The values that ``encode_items`` or ``encode_members`` wrote."""
    value: list[object] = []
    try:
        for item in expect_list(wire):
            value.append(decode_wire(decoders, item, depth + 1))
    except Culprit as culprit:
        culprit.passes(wire, f"[{len(value)}]")
        raise
    return value


def _encode_tuple(encoders: Encoders, value: tuple[object, ...], depth: int) -> Wire:
    return {TAG: "tuple", VALUE: encode_items(encoders, value, depth)}


def _decode_tuple(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    return tuple(decode_items(decoders, wire[VALUE], depth))


def _encode_set(encoders: Encoders, value: set[object], depth: int) -> Wire:
    return {TAG: "set", VALUE: encode_members(encoders, value, depth)}


def _encode_frozenset(encoders: Encoders, value: frozenset[object], depth: int) -> Wire:
    return {TAG: "frozenset", VALUE: encode_members(encoders, value, depth)}


def _decode_set(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    members = decode_items(decoders, wire[VALUE], depth)
    value = set(members)
    if len(value) != len(members):
        raise malformed("a set with the same member twice")
    return frozenset(value) if wire[TAG] == "frozenset" else value


def _encode_deque(encoders: Encoders, value: deque[object], depth: int) -> Wire:
    items = encode_items(encoders, value, depth)
    return {TAG: "deque", VALUE: items, "maxlen": value.maxlen}


def _decode_deque(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    items = decode_items(decoders, wire[VALUE], depth)
    return deque(items, maxlen=wire["maxlen"])


def _encode_ordered(
    encoders: Encoders,
    value: OrderedDict[Any, Any],
    depth: int,
) -> Wire:
    return {TAG: "ordereddict", VALUE: encode_mapping(encoders, value, depth)}


def _decode_ordered(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    return OrderedDict(decode_pairs(decoders, wire[VALUE], depth))


def _encode_counter(encoders: Encoders, value: Counter[Any], depth: int) -> Wire:
    return {TAG: "counter", VALUE: encode_mapping(encoders, value, depth)}


def _decode_counter(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    return Counter(dict(decode_pairs(decoders, wire[VALUE], depth)))


def _encode_defaultdict(
    encoders: Encoders,
    value: defaultdict[Any, Any],
    depth: int,
) -> Wire:
    factory = value.default_factory
    name = None
    if factory is not None:
        name = getattr(factory, "__name__", "")
        if _FACTORIES.get(name) is not factory:
            raise Culprit(
                "collections.defaultdict whose factory is code of its own",
                f"use one of {', '.join(_FACTORIES)}, or send dict(value)",
            )
    pairs = encode_mapping(encoders, value, depth)
    return {TAG: "defaultdict", VALUE: pairs, "factory": name}


def _decode_defaultdict(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    name = wire["factory"]
    factory = None if name is None else _FACTORIES[name]
    return defaultdict(factory, decode_pairs(decoders, wire[VALUE], depth))


def _encode_namespace(encoders: Encoders, value: SimpleNamespace, depth: int) -> Wire:
    attributes = value.__dict__
    pairs: list[Wire] = []
    if depth > MAX_DEPTH:
        raise too_deep()
    for name, item in attributes.items():
        try:
            if type(name) is not str:
                raise Culprit(type(name).__name__, "names of attributes must be text")
            sent = encoders[str](encoders, name, depth)
            pairs.append([sent, encoders[type(item)](encoders, item, depth + 1)])
        except Culprit as culprit:
            plain = type(name) is str and name.isidentifier()
            culprit.passes(value, f".{name}" if plain else key_segment(name))
            raise
    return {TAG: "namespace", VALUE: pairs}


def _decode_namespace(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    value = SimpleNamespace()
    pairs = decode_pairs(decoders, wire[VALUE], depth)
    if not all(type(name) is str for name, _ in pairs):
        raise malformed("a namespace whose names are not text")
    value.__dict__.update(pairs)
    return value


ENCODERS: dict[type, Encode] = {
    tuple: _encode_tuple,
    set: _encode_set,
    frozenset: _encode_frozenset,
    deque: _encode_deque,
    OrderedDict: _encode_ordered,
    Counter: _encode_counter,
    defaultdict: _encode_defaultdict,
    SimpleNamespace: _encode_namespace,
}

DECODERS: dict[str, Decode] = {
    "tuple": _decode_tuple,
    "set": _decode_set,
    "frozenset": _decode_set,
    "deque": _decode_deque,
    "ordereddict": _decode_ordered,
    "counter": _decode_counter,
    "defaultdict": _decode_defaultdict,
    "namespace": _decode_namespace,
}
