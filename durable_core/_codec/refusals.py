"""Types that have no encoder: what the error says, and what to do instead."""

from __future__ import annotations

import types
from collections.abc import Iterator
from io import IOBase

from durable_core._codec import declared, failures, kept
from durable_core._codec.culprit import Culprit, type_label
from durable_core._codec.encoders import Encode

__all__ = ["refuse"]

_CODE = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.CoroutineType,
    types.ModuleType,
    type,
)


def refuse(kind: type) -> Encode:
    """The encoder of exceptions; for any other unknown type the Culprit to raise."""
    if issubclass(kind, BaseException):
        return failures.encode_nested
    raise Culprit(type_label(kind), _next_move(kind))


def _next_move(kind: type) -> str:
    name = kind.__name__
    if issubclass(kind, _CODE):
        return "code does not travel; keep its name as text"
    if issubclass(kind, Iterator) and not issubclass(kind, IOBase):
        return "send list(value) instead"
    if declared.ways_of(kind) is not None:
        return f"annotate the state field or pass types=[{name}]"
    parent = _kept_parent(kind)
    if parent is not None:
        return (
            f"a subclass is not silently turned into its parent; send {parent} instead"
        )
    return (
        "it belongs to this process; send what it takes to make it again, "
        "or make it in the step that uses it"
    )


def _kept_parent(kind: type) -> str | None:
    for parent in kind.__mro__[1:]:
        if parent in kept.ENCODERS:
            return parent.__name__
    return None
