"""Where the instances of a class keep their data, read and written without its code."""

from __future__ import annotations

import sys
from types import MemberDescriptorType
from typing import Any

from durable_core._codec.culprit import Culprit, key_segment, malformed
from durable_core._codec.decoders import Decoders, decode_wire
from durable_core._codec.encoders import Encoders, survives, too_deep
from durable_core._codec.wire import MAX_DEPTH, Wire

__all__ = ["Layout", "decode_attributes", "encode_attributes", "native_new"]

_POINTER = sys.maxsize.bit_length() // 8 + 1


def native_new(cls: type) -> Any:
    """The nearest ``__new__`` that is written in C, so not the user's."""
    for parent in cls.__mro__:
        new = vars(parent).get("__new__")
        if type(new) is type(object.__new__):
            return new
    return object.__new__


class Layout:
    """The ``__dict__`` and the slots of a class."""

    __slots__ = ("has_dict", "is_generic", "slots")

    def __init__(self, cls: type) -> None:
        self.slots: dict[str, MemberDescriptorType] = {}
        for parent in reversed(cls.__mro__):
            if "__slots__" in vars(parent):
                self.slots.update(_members(parent))
        self.has_dict = cls.__dictoffset__ != 0
        self.is_generic = hasattr(cls, "__orig_bases__")

    def read(self, value: object) -> dict[str, object]:
        """The attributes that are set; not a copy if they are one ``__dict__``."""
        attributes: dict[str, object] = {}
        if self.has_dict:
            attributes = object.__getattribute__(value, "__dict__")
            if not self.slots and not self.is_generic:
                return attributes
            attributes = dict(attributes)
            # typing notes on ``Box[int](...)`` how it was written: not the user's data.
            attributes.pop("__orig_class__", None)
        for name, member in self.slots.items():
            try:
                attributes[name] = member.__get__(value)
            except AttributeError:
                continue  # a slot that was never set stays unset on the other side
        return attributes

    def write(self, value: object, attributes: dict[str, object]) -> None:
        """Set attributes on a new instance, past ``__setattr__`` and properties."""
        if self.slots:
            attributes = dict(attributes)
            for name, member in self.slots.items():
                if name in attributes:
                    member.__set__(value, attributes.pop(name))
        if self.has_dict:
            object.__getattribute__(value, "__dict__").update(attributes)
        elif attributes:
            raise malformed(f"no attribute {next(iter(attributes))!r} in this class")

    def is_whole(self, cls: type, base: type) -> bool:
        """Whether dict and slots, on top of ``base``, are all that an instance has.

        Anything larger hides data of C code (a connection, a lock), which would be
        lost without a word.
        """
        size = base.__basicsize__
        size += _POINTER * (cls.__dictoffset__ > 0 and base.__dictoffset__ == 0)
        size += _POINTER * (cls.__weakrefoffset__ > 0 and base.__weakrefoffset__ == 0)
        for parent in cls.__mro__:
            if "__slots__" in vars(parent):
                size += _POINTER * len(_members(parent))
        return cls.__basicsize__ <= size and native_new(cls) is native_new(base)


def _members(cls: type) -> dict[str, MemberDescriptorType]:
    return {
        name: member
        for name, member in vars(cls).items()
        if type(member) is MemberDescriptorType
    }


def encode_attributes(
    encoders: Encoders,
    attributes: dict[str, Any],
    depth: int,
    owner: object,
) -> dict[str, Wire]:
    """Attributes by name; ``owner`` is the object they belong to."""
    if depth > MAX_DEPTH:
        raise too_deep()
    wire: dict[str, Wire] = {}
    name = ""
    try:
        for name, item in attributes.items():
            if type(name) is not str or not survives(name):
                raise Culprit("an attribute name that is no text", "rename it")
            kind = type(item)
            if kind is str and item.isascii():
                wire[name] = item
            else:
                wire[name] = encoders[kind](encoders, item, depth + 1)
    except Culprit as culprit:
        plain = type(name) is str and name.isidentifier()
        culprit.passes(owner, f".{name}" if plain else key_segment(name))
        raise
    return wire


def decode_attributes(decoders: Decoders, wire: Any, depth: int) -> dict[str, object]:
    """The attributes that ``encode_attributes`` wrote."""
    if type(wire) is not dict:
        raise malformed(f"{type(wire).__name__} where attributes were expected")
    attributes: dict[str, object] = {}
    name = ""
    try:
        for name, item in wire.items():
            attributes[name] = decode_wire(decoders, item, depth + 1)
    except Culprit as culprit:
        culprit.passes(wire, f".{name}")
        raise
    return attributes
