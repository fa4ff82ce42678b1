"""Classes an application declares: which can be kept, and how each kind travels.

Rebuilding runs none of their code: no ``__init__``, no ``__post_init__``, no
validator, no default factory. What was there comes back, and nothing else happens.
"""

from __future__ import annotations

import sys
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum, Flag
from inspect import getattr_static
from types import MemberDescriptorType
from typing import Any, TypeAlias

from durable_core._codec import kept, pydantic_models, subclasses
from durable_core._codec.attributes import (
    Layout,
    decode_attributes,
    encode_attributes,
)
from durable_core._codec.culprit import Culprit, malformed, type_label
from durable_core._codec.decoders import Decode, Decoders
from durable_core._codec.encoders import Encode, Encoders
from durable_core._codec.wire import TAG, VALUE, Wire

__all__ = ["Ways", "ways_of", "wire_name"]

Ways: TypeAlias = tuple[Encode, Decode]

_CUSTOM = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")


def wire_name(cls: type) -> str:
    """What a declared class is called on a wire."""
    return f"{cls.__module__}:{cls.__qualname__}"


def ways_of(cls: type) -> Ways | None:
    """How instances of ``cls`` travel once it is declared; None if they cannot."""
    if (
        not isinstance(cls, type)
        or issubclass(cls, BaseException)
        or cls in kept.ENCODERS
    ):
        return None
    if "__required_keys__" in vars(cls):
        return None  # a TypedDict: its values are plain dicts
    if issubclass(cls, Enum):
        return _flag_ways(cls) if issubclass(cls, Flag) else _enum_ways(cls)
    if pydantic_models.is_model(cls):
        return pydantic_models.ways_of(cls, wire_name(cls))
    base = next((parent for parent in cls.__mro__ if parent in kept.ENCODERS), None)
    layout = Layout(cls)
    if base is not None:
        fits = base in subclasses.KEPT and layout.is_whole(cls, base)
        return subclasses.ways_of(cls, wire_name(cls), base, layout) if fits else None
    if not layout.is_whole(cls, object):
        return None
    if is_dataclass(cls) or hasattr(cls, "__attrs_attrs__") or _is_plain(cls):
        return _object_ways(cls, layout)
    return None


def _is_plain(cls: type) -> bool:
    # A class of the standard library that is none of the kept kinds is machinery
    # (threading.Event, logging.Logger); one with its own pickling has a reason for it.
    if cls.__module__.partition(".")[0] in sys.stdlib_module_names:
        return False
    return all(
        getattr(cls, name, None) is getattr(object, name, None) for name in _CUSTOM
    )


def _enum_ways(cls: type[Enum]) -> Ways:
    name = wire_name(cls)
    members = cls._member_map_

    def encode(_encoders: Encoders, value: Enum, _depth: int) -> Wire:
        if members.get(value._name_) is not value:
            raise Culprit(type_label(cls), "a member that the class does not list")
        return {TAG: name, VALUE: value._name_}

    def decode(_decoders: Decoders, wire: dict[str, Any], _depth: int) -> object:
        return members[wire[VALUE]]

    return encode, decode


def _flag_ways(cls: type[Flag]) -> Ways:
    name = wire_name(cls)
    # Before 3.11 an unknown bit costs a member that is never freed, so that a long
    # number could fill the memory.
    widest = max([64, *(member.value.bit_length() for member in cls)])

    def encode(_encoders: Encoders, value: Flag, _depth: int) -> Wire:
        if value._value_.bit_length() > widest:
            raise Culprit(type_label(cls), f"a flag of more than {widest} bits")
        return {TAG: name, VALUE: value._value_}

    def decode(_decoders: Decoders, wire: dict[str, Any], _depth: int) -> object:
        bits = wire[VALUE]
        if type(bits) is not int or bits.bit_length() > widest:
            raise malformed("a flag of wrong bits")
        return cls(bits)

    return encode, decode


def _object_ways(cls: type, layout: Layout) -> Ways:
    name, required, read, write = (
        wire_name(cls),
        _required(cls),
        layout.read,
        layout.write,
    )

    def encode(encoders: Encoders, value: object, depth: int) -> Wire:
        attributes = read(value)
        wire: dict[str, Wire] = {
            TAG: name,
            VALUE: encode_attributes(encoders, attributes, depth, value),
        }
        if not required <= attributes.keys():
            unset: list[Wire] = [*sorted(required - attributes.keys())]
            wire["unset"] = unset
        return wire

    def decode(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
        attributes = decode_attributes(decoders, wire[VALUE], depth)
        if not required <= attributes.keys():
            missing = required - attributes.keys() - set(wire.get("unset", ()))
            if missing:
                raise malformed(f"{type_label(cls)} without its {min(missing)!r}")
        value: object = object.__new__(cls)
        write(value, attributes)
        return value

    return encode, decode


def _required(cls: type) -> frozenset[str]:
    """The fields without which an instance would fail later, far from the cause."""
    if not is_dataclass(cls):
        return frozenset()
    found = (
        (field.name, getattr_static(cls, field.name, MISSING)) for field in fields(cls)
    )
    return frozenset(
        name
        for name, fallback in found
        if fallback is MISSING or type(fallback) is MemberDescriptorType
    )
