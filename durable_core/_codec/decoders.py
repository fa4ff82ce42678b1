"""Decoding of the JSON-native values, and the table that finds all other decoders.

A wire may come from anywhere. A tag selects a decoder of a closed table; nothing a
wire says is imported, called or looked up anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from durable_core._codec.culprit import Culprit, cut, key_segment, malformed
from durable_core._codec.encoders import too_deep
from durable_core._codec.wire import MAX_DEPTH, TAG, VALUE

__all__ = ["BASIC", "Decode", "Decoders", "decode_pairs", "decode_wire", "expect_list"]

_SAME = frozenset({str, int, float, bool, type(None)})

# A decoder gets the whole tagged dict, so that a kind may keep more than ``VALUE``.
Decode: TypeAlias = "Callable[[Decoders, dict[str, Any], int], object]"


class Decoders(dict[str, Decode]):
    """Decoders by tag; a tag without one is a Culprit."""

    def __missing__(self, tag: str) -> Decode:
        if ":" not in tag:
            raise malformed(f"unknown tag {cut(tag)!r}")
        module, _, name = cut(tag).partition(":")
        raise Culprit(
            f"{module}.{name}",
            "the type is not declared here: annotate the state field or pass "
            f"types=[{name.rpartition('.')[2]}]",
        )


def decode_wire(decoders: Decoders, wire: Any, depth: int) -> object:
    """The value of any wire."""
    kind = type(wire)
    if kind in _SAME:
        return wire
    if kind is dict:
        return _decode_dict(decoders, wire, depth)
    if kind is list:
        return _decode_list(decoders, wire, depth)
    raise malformed(f"{kind.__name__} is not JSON")


def _decode_dict(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    if depth > MAX_DEPTH:
        raise too_deep()
    if TAG in wire:
        return _decode_tagged(decoders, wire, depth)
    value: dict[str, object] = {}
    key = ""
    try:
        for key, item in wire.items():
            kind = type(item)
            if kind in _SAME:
                value[key] = item
            elif kind is list:
                value[key] = _decode_list(decoders, item, depth + 1)
            else:
                value[key] = decode_wire(decoders, item, depth + 1)
    except Culprit as culprit:
        culprit.passes(wire, key_segment(key))
        raise
    return value


def _decode_list(decoders: Decoders, wire: list[Any], depth: int) -> list[object]:
    if depth > MAX_DEPTH:
        raise too_deep()
    value: list[object] = []
    append = value.append
    try:
        for item in wire:
            kind = type(item)
            if kind in _SAME:
                append(item)
            elif kind is dict:
                append(_decode_dict(decoders, item, depth + 1))
            else:
                append(decode_wire(decoders, item, depth + 1))
    except Culprit as culprit:
        culprit.passes(wire, f"[{len(value)}]")
        raise
    return value


def _decode_tagged(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    tag = wire[TAG]
    if type(tag) is not str or VALUE not in wire:
        raise malformed("a tagged dict of the wrong shape")
    decode = decoders[tag]
    try:
        return decode(decoders, wire, depth)
    except (Culprit, RecursionError, MemoryError):
        raise
    except Exception as error:  # user code: __hash__ of a member; C code: any text
        raise malformed(
            f"{cut(tag)!r} with a wrong value ({cut(str(error))})",
        ) from error


def expect_list(wire: Any) -> list[Any]:
    """``wire`` if it is a list, else a Culprit."""
    if type(wire) is not list:
        raise malformed(f"{type(wire).__name__} where a list was expected")
    return wire


def decode_pairs(decoders: Decoders, wire: Any, depth: int) -> list[Any]:
    """The (key, item) pairs that ``encode_mapping`` wrote; each key only once."""
    pairs: list[Any] = []
    seen: set[object] = set()
    for pair in expect_list(wire):
        if type(pair) is not list or len(pair) != 2:
            raise malformed("a dict item that is no pair")
        key = decode_wire(decoders, pair[0], depth + 1)
        seen.add(key)
        try:
            pairs.append((key, decode_wire(decoders, pair[1], depth + 1)))
        except Culprit as culprit:
            culprit.passes(wire, key_segment(key))
            raise
    if len(seen) != len(pairs):
        raise malformed("a dict with the same key twice")
    return pairs


def _decode_huge_int(_decoders: Decoders, wire: dict[str, Any], _depth: int) -> object:
    value = int(wire[VALUE], 16)
    if format(value, "x") != wire[VALUE]:
        raise malformed("an int in another notation")
    return value


def _decode_float(_decoders: Decoders, wire: dict[str, Any], _depth: int) -> object:
    if wire[VALUE] not in ("nan", "inf", "-inf"):
        raise malformed("a float that JSON could carry")
    return float(wire[VALUE])


def _decode_text(_decoders: Decoders, wire: dict[str, Any], _depth: int) -> object:
    return "".join(expect_list(wire[VALUE]))


def _decode_keyed(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
    return dict(decode_pairs(decoders, wire[VALUE], depth))


BASIC: dict[str, Decode] = {
    "int": _decode_huge_int,
    "float": _decode_float,
    "text": _decode_text,
    "dict": _decode_keyed,
}
