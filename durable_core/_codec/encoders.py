"""Encoding of the JSON-native values, and the table that finds all other encoders.

Encoders are looked up by exact type: a subclass is another type, and sending it as
its parent would lose what makes it different.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from durable_core._codec.culprit import Culprit, key_segment
from durable_core._codec.wire import MAX_DEPTH, TAG, VALUE, Wire

__all__ = [
    "BASIC",
    "Encode",
    "Encoders",
    "encode_mapping",
    "encode_text",
    "survives",
    "too_deep",
]

# Interpreters refuse to turn integers of more than some digits into text; the limit
# can be lowered to 640 digits, which 2**2048 stays under.
_HUGE = 1 << 2048
_LEAST = -_HUGE

# JSON text joins these two into one character, so they travel apart.
_SURROGATE_PAIR = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")

Encode: TypeAlias = "Callable[[Encoders, Any, int], Wire]"


class Encoders(dict[type, Encode]):
    """Encoders by exact type; a type without one is a Culprit or an exception."""

    unknown: Callable[[type], Encode]

    def __missing__(self, kind: type) -> Encode:
        return self.unknown(kind)


def too_deep() -> Culprit:
    """The failure for a value nested deeper than ``MAX_DEPTH``."""
    return Culprit(
        f"nested more than {MAX_DEPTH} levels deep",
        "make the value flatter, for example a list of items that name their parent",
    )


def survives(text: str) -> bool:
    """Whether JSON gives this text back; two surrogates in a row become one letter."""
    return text.isascii() or not _SURROGATE_PAIR.search(text)


def encode_text(_encoders: Encoders, value: str, _depth: int) -> Wire:
    """Text as itself, unless JSON would join its lone surrogates."""
    if survives(value):
        return value
    parts: list[Wire] = list(_SURROGATE_PAIR.split(value))
    return {TAG: "text", VALUE: parts}


def _encode_int(_encoders: Encoders, value: int, _depth: int) -> Wire:
    if _LEAST < value < _HUGE:
        return value
    return {TAG: "int", VALUE: format(value, "x")}


def _encode_float(_encoders: Encoders, value: float, _depth: int) -> Wire:
    # Only nan and the infinities differ from themselves by something else than zero.
    if value - value == 0.0:
        return value
    return {TAG: "float", VALUE: repr(value)}


def _encode_same(_encoders: Encoders, value: Wire, _depth: int) -> Wire:
    return value


# The two loops below spell out the scalars: a call per scalar would double the time.


def _encode_list(encoders: Encoders, value: list[Any], depth: int) -> Wire:
    if depth > MAX_DEPTH:
        raise too_deep()
    wire: list[Wire] = []
    append = wire.append
    try:
        for item in value:
            kind = type(item)
            if (
                (kind is str and item.isascii())
                or (kind is int and _LEAST < item < _HUGE)
                or (kind is float and item - item == 0.0)
                or item is None
                or kind is bool
            ):
                append(item)
            elif kind is dict:
                append(_encode_dict(encoders, item, depth + 1))
            else:
                append(encoders[kind](encoders, item, depth + 1))
    except Culprit as culprit:
        culprit.passes(value, f"[{len(wire)}]")
        raise
    return wire


def _encode_dict(encoders: Encoders, value: dict[Any, Any], depth: int) -> Wire:
    if depth > MAX_DEPTH:
        raise too_deep()
    wire: dict[str, Wire] = {}
    key: object = None
    try:
        for key, item in value.items():
            if type(key) is not str or not key.isascii() or key == TAG:
                break
            kind = type(item)
            if (
                (kind is str and item.isascii())
                or (kind is int and _LEAST < item < _HUGE)
                or (kind is float and item - item == 0.0)
                or item is None
                or kind is bool
            ):
                wire[key] = item
            elif kind is list:
                wire[key] = _encode_list(encoders, item, depth + 1)
            else:
                wire[key] = encoders[kind](encoders, item, depth + 1)
        else:
            return wire
    except Culprit as culprit:
        culprit.passes(value, key_segment(key))
        raise
    return {TAG: "dict", VALUE: encode_mapping(encoders, value, depth)}


def encode_mapping(encoders: Encoders, value: dict[Any, Any], depth: int) -> Wire:
    """The items of any dict as a list of pairs, which keeps key types and order."""
    if depth > MAX_DEPTH:
        raise too_deep()
    pairs: list[Wire] = []
    for key, item in value.items():
        try:
            sent = encoders[type(key)](encoders, key, depth + 1)
        except Culprit as culprit:
            culprit.passes(value, ".keys(){...}")
            raise
        try:
            pairs.append([sent, encoders[type(item)](encoders, item, depth + 1)])
        except Culprit as culprit:
            culprit.passes(value, key_segment(key))
            raise
    return pairs


BASIC: dict[type, Encode] = {
    str: encode_text,
    int: _encode_int,
    float: _encode_float,
    bool: _encode_same,
    type(None): _encode_same,
    list: _encode_list,
    dict: _encode_dict,
}
