"""Encoded values: compared, and as a person would write them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_durable.journal import Wire

# How durable_core marks a value that JSON has no word for, as its protocol has it.
_TAG, _VALUE = "$", "v"
_BRACKETS = {
    "set": ("{", "}"),
    "frozenset": ("{", "}"),
    "tuple": ("(", ")"),
    "deque": ("[", "]"),
}
_MAPPINGS = frozenset({"dict", "ordereddict", "counter", "defaultdict", "namespace"})


def same(one: Wire, other: Wire) -> bool:
    """Compare as the wire does: ``1``, ``True`` and ``1.0`` are three values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            same(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def readable(wire: Wire) -> str:
    """Return one line of text for an encoded value."""
    if isinstance(wire, list):
        return f"[{_joined(map(readable, wire))}]"
    if not isinstance(wire, dict):
        return repr(wire)
    if _TAG not in wire:
        return _mapping(wire.items())
    return _tagged(str(wire[_TAG]), wire.get(_VALUE))


def _tagged(tag: str, value: Any) -> str:
    if tag in _BRACKETS and isinstance(value, list):
        left, right = _BRACKETS[tag]
        comma = "," if tag == "tuple" and len(value) == 1 else ""
        return f"{left}{_joined(map(readable, value))}{comma}{right}"
    if tag in _MAPPINGS:
        return _pairs(value)
    if tag in ("int", "float"):
        return str(int(value, 16)) if tag == "int" else str(value)
    short = tag.rpartition(":")[2].rpartition(".")[2]
    if isinstance(value, dict):  # the attributes of an object
        inside = (f"{name}={readable(one)}" for name, one in value.items())
        return f"{short}({_joined(inside)})"
    if isinstance(value, list) and tag in ("datetime", "time"):
        value = value[0]  # the zone and the fold are seldom what differs
    if isinstance(value, str):
        return f"{short}({value})"
    return f"{short}({readable(value)})"


def _pairs(value: Any) -> str:
    """Return a mapping that is sent as an object or as a list of pairs."""
    if isinstance(value, dict):
        return _mapping(value.items())
    inside = (f"{readable(pair[0])}: {readable(pair[1])}" for pair in value)
    return f"{{{_joined(inside)}}}"


def _mapping(items: Iterable[tuple[str, Wire]]) -> str:
    return f"{{{_joined(f'{key!r}: {readable(value)}' for key, value in items)}}}"


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)
