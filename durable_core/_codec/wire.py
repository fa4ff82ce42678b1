"""The wire: a JSON tree, its text, and its digest.

A wire is what the standard ``json`` module gives back unchanged. Values that JSON
has no word for are dicts with the key ``TAG``; a plain dict that has this key itself
is sent as tagged pairs, so a tag on the wire is never the user's own data.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import NoReturn, TypeAlias, Union

from durable_core.errors import SerializationError

__all__ = ["MAX_DEPTH", "TAG", "VALUE", "Wire", "digest", "dumps", "loads"]

Wire: TypeAlias = Union[bool, int, float, str, "list[Wire]", "dict[str, Wire]", None]

TAG = "$"
VALUE = "v"

# A level of a value costs up to two Python frames here and three levels of JSON, and
# the interpreter stops at 1000 of either: 200 leaves room for the caller's own stack.
MAX_DEPTH = 200

# The pairs of these tags have an order that equality of the values does not see.
_UNORDERED = frozenset({"dict", "counter", "defaultdict"})


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Circles cannot occur on a wire, so json need not look for them.
_to_text = json.JSONEncoder(
    separators=(",", ":"),
    allow_nan=False,
    check_circular=False,
).encode
_to_sorted_text = json.JSONEncoder(
    separators=(",", ":"),
    allow_nan=False,
    check_circular=False,
    sort_keys=True,
).encode
_from_text = json.JSONDecoder(parse_constant=_refuse_constant).decode


def dumps(wire: Wire) -> str:
    """The wire as compact ASCII JSON, its keys in the order they were inserted.

    Raises SerializationError for what is not a wire (nan, a foreign object).
    """
    try:
        return _to_text(wire)
    except (TypeError, ValueError, RecursionError) as error:
        raise SerializationError("wire", type(wire).__name__, str(error)) from error


def loads(text: str) -> Wire:
    """The wire that ``dumps`` wrote; SerializationError for any other text."""
    try:
        wire: Wire = _from_text(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise SerializationError("wire", "not JSON text", str(error)) from error
    return wire


def digest(wire: Wire) -> str:
    """32 hex digits, equal for wires that differ only in the order of dict keys."""
    try:
        text = _to_sorted_text(wire)
        if f'"{TAG}"' in text:
            text = _to_sorted_text(_canonical(wire))
    except (TypeError, ValueError, RecursionError) as error:
        raise SerializationError("wire", type(wire).__name__, str(error)) from error
    return blake2b(text.encode("ascii"), digest_size=16).hexdigest()


def _canonical(wire: Wire) -> Wire:
    if type(wire) is list:
        return [_canonical(item) for item in wire]
    if type(wire) is not dict:
        return wire
    same = {key: _canonical(item) for key, item in wire.items()}
    pairs = same.get(VALUE)
    if same.get(TAG) in _UNORDERED and type(pairs) is list:
        same[VALUE] = sorted(pairs, key=_to_sorted_text)
    return same
