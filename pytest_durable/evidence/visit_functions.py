"""How the walk passes through functions and what stands in their place.

A user's function is a holder four times over: its attributes, its defaults, its
closure, its cached results. Anybody else's is only looked through for a user's.
"""

from __future__ import annotations

from functools import cached_property, partial
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MethodType,
    MethodWrapperType,
)
from typing import TYPE_CHECKING, Any

from pytest_durable.evidence.attributes import CELL, DEFAULTS, FUNCTION
from pytest_durable.evidence.probes import LRU_CACHE, LRU_CACHE_TYPE
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.visit_containers import Visit

if TYPE_CHECKING:
    from pytest_durable.evidence.walk import Walk

__all__ = ["FUNCTIONS"]


def _function(walk: Walk, function: FunctionType, parent: int, label: Any) -> None:
    if not walk.owns(function.__code__.co_filename):
        _look_through(walk, function, parent, label)
        return
    kind = Kind.FUNCTION_ATTRIBUTE
    index = walk.record_names(function, FUNCTION, parent, label, kind)
    _wrapped(walk, function, index, "__wrapped__")
    if function.__defaults__ or function.__kwdefaults__:
        _defaults(walk, function, index)
    for name, cell in zip(
        function.__code__.co_freevars, function.__closure__ or (), strict=True
    ):
        _cell(walk, cell, index, name)


def _wrapped(walk: Walk, function: Any, parent: int, label: Any) -> None:
    inner = function.__dict__.get("__wrapped__")
    if inner is not None:
        walk.queue(inner, parent, label)


def _defaults(walk: Walk, function: FunctionType, parent: int) -> None:
    # Known by the id of the tuple: the function's own id has its attributes.
    key = id(function.__defaults__ or function.__kwdefaults__)
    if key in walk.at:
        return
    index = walk.at[key] = len(walk.records)
    record = Record(function, DEFAULTS, parent, "", Kind.DEFAULT_ARGUMENT)
    walk.records.append(record)
    for name, value in zip(record.saved.labels, record.saved.values, strict=True):
        walk.queue(value, index, name)


def _cell(walk: Walk, cell: CellType, parent: int, name: str) -> None:
    if id(cell) not in walk.at and name != "__class__":
        walk.record_names(cell, CELL, parent, name, Kind.CLOSURE)


def _look_through(walk: Walk, function: FunctionType, parent: int, label: Any) -> None:
    walk.close(function)
    _wrapped(walk, function, parent, label)
    for cell in function.__closure__ or ():
        value = CELL.take(cell).values[0]
        if type(value) is FunctionType or type(value) is LRU_CACHE_TYPE:
            walk.queue(value, parent, label)


def _lru_cache(walk: Walk, cache: Any, parent: int, label: Any) -> None:
    index = len(walk.records)
    walk.record(cache, LRU_CACHE, parent, label, Kind.CACHE)
    _wrapped(walk, cache, index, "__wrapped__")


def _behind(*names: str) -> Visit:
    def visit(walk: Walk, value: Any, parent: int, label: Any) -> None:
        walk.close(value)
        read: Any = type(value).__getattribute__
        for name in names:
            walk.queue(read(value, name), parent, label)

    return visit


FUNCTIONS: dict[int, Visit] = {
    id(FunctionType): _function,
    id(LRU_CACHE_TYPE): _lru_cache,
    id(staticmethod): _behind("__func__"),
    id(classmethod): _behind("__func__"),
    id(property): _behind("fget", "fset", "fdel"),
    id(cached_property): _behind("func"),
    id(MethodType): _behind("__self__", "__func__"),
    id(MethodWrapperType): _behind("__self__"),
    id(BuiltinFunctionType): _behind("__self__"),
    id(partial): _behind("func", "args", "keywords"),
}
