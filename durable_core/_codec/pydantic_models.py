"""The only door to pydantic, which is never imported here.

A value can be a model only if the application has loaded pydantic.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from durable_core._codec.attributes import decode_attributes, encode_attributes
from durable_core._codec.culprit import Culprit, malformed
from durable_core._codec.decoders import Decode, Decoders
from durable_core._codec.encoders import Encode, Encoders
from durable_core._codec.wire import TAG, VALUE, Wire

__all__ = [
    "annotations_of",
    "is_model",
    "rebuild_validation",
    "validation_parts",
    "ways_of",
]

_FIELDS_SET = "__pydantic_fields_set__"
_EXTRA = "__pydantic_extra__"
_PRIVATE = "__pydantic_private__"


def is_model(cls: type) -> bool:
    """Whether ``cls`` is a pydantic model (of pydantic 2)."""
    loaded = sys.modules.get("pydantic.main")
    return loaded is not None and issubclass(cls, loaded.BaseModel)


def annotations_of(cls: type) -> Iterator[object]:
    """What pydantic resolved the annotations of a model to."""
    for field in getattr(cls, "model_fields", {}).values():
        yield field.annotation
    extra = getattr(cls, "__annotations__", {}).get(_EXTRA)
    if extra is not None:
        yield extra


def ways_of(cls: type, name: str) -> tuple[Encode, Decode]:
    """How a model travels: its four kinds of data, and no validation on arrival."""

    def encode(encoders: Encoders, value: Any, depth: int) -> Wire:
        wire: dict[str, Any] = {
            TAG: name,
            VALUE: encode_attributes(encoders, value.__dict__, depth, value),
            "set": sorted(_part(value, _FIELDS_SET) or ()),
        }
        extra, private = _part(value, _EXTRA), _part(value, _PRIVATE)
        if extra is not None:
            wire["extra"] = encode_attributes(encoders, extra, depth, value)
        if private is not None:
            wire["private"] = _encode_private(encoders, private, depth, value)
        return wire

    def decode(decoders: Decoders, wire: dict[str, Any], depth: int) -> object:
        names = wire["set"]
        if type(names) is not list or not all(type(name) is str for name in names):
            raise malformed("the names of set fields that are not text")
        value: object = object.__new__(cls)
        put = object.__setattr__
        put(value, "__dict__", decode_attributes(decoders, wire[VALUE], depth))
        put(value, _FIELDS_SET, set(names))
        put(value, _EXTRA, _optional(decoders, wire.get("extra"), depth))
        put(value, _PRIVATE, _optional(decoders, wire.get("private"), depth))
        return value

    return encode, decode


def validation_parts(error: BaseException) -> tuple[str, list[list[Any]]] | None:
    """What a ValidationError says: its title, and type, place, text, input, context."""
    loaded = sys.modules.get("pydantic_core")
    if loaded is None or type(error) is not loaded.ValidationError:
        return None
    found: Any = error
    parts = ("type", "loc", "msg", "input", "ctx")
    details = found.errors(include_url=False)
    return found.title, [[detail.get(part) for part in parts] for detail in details]


def rebuild_validation(cls: Any, title: Any, details: Any) -> Any:
    """The ValidationError of these parts."""
    core: Any = sys.modules["pydantic_core"]
    if cls is not core.ValidationError or type(details) is not list:
        return None
    lines = []
    for kind, place, text, given, context in details:
        line = {"type": kind, "loc": place, "input": given, "ctx": context or {}}
        if not _is_known(core, kind, context):
            line["type"] = core.PydanticCustomError(kind, text, context)
        lines.append(line)
    return core.ValidationError.from_exception_data(title, lines)


def _is_known(core: Any, kind: str, context: Any) -> bool:
    try:
        core.PydanticKnownError(kind, context)
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _part(value: object, name: str) -> Any:
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return None


def _optional(decoders: Decoders, wire: Any, depth: int) -> dict[str, object] | None:
    return None if wire is None else decode_attributes(decoders, wire, depth)


def _encode_private(
    encoders: Encoders,
    private: dict[str, Any],
    depth: int,
    owner: object,
) -> dict[str, Wire]:
    """Private attributes, without those that cannot be kept.

    They are where models hide clients and caches. One that stays behind is unset on
    arrival, in every executor alike.
    """
    wire: dict[str, Wire] = {}
    for name, item in private.items():
        try:
            wire.update(encode_attributes(encoders, {name: item}, depth, owner))
        except Culprit:
            continue
    return wire
