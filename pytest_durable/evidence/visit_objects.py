"""How the walk passes through classes and their instances."""

from __future__ import annotations

import _thread
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from pytest_durable.evidence.attributes import CLASS
from pytest_durable.evidence.contents import DICT, EMPTY, LIST, ORDERED, SET, ignored
from pytest_durable.evidence.probes import THREAD_LOCAL
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.shapes import Shape, class_dict, inherits, mro_of
from pytest_durable.evidence.values import Kind

if TYPE_CHECKING:
    from pytest_durable.evidence.walk import Walk

__all__ = ["visit_object"]


def visit_object(walk: Walk, value: Any, parent: int, label: Any) -> None:
    """Record a class or an instance, or close it."""
    if inherits(value, type):
        _class(walk, value, parent, label)
        return
    shape = walk.shapes.of(type(value))
    if inherits(value, _thread._local):
        _local(walk, value, parent, label)
    elif shape is None:
        walk.close(value)
    elif shape.builtin is not None:
        _container(walk, value, shape, parent, label)
    elif shape.closed:
        _stand_in(walk, value, shape, parent, label)
    else:
        walk.record_names(value, walk.content_of(shape), parent, label, _kind(shape))


def _local(walk: Walk, value: Any, parent: int, label: Any) -> None:
    own = mro_of(type(value))[:-2]
    if any("__init__" in class_dict(base) for base in own):
        walk.close(value)  # looking at it from another thread would run that
    else:
        walk.record_names(value, THREAD_LOCAL, parent, label, Kind.THREAD_LOCAL)
    walk.queue(type(value), parent, label)


def _kind(shape: Shape) -> Kind | None:
    # What a library's object keeps is a change of the variable that holds it.
    return Kind.INSTANCE if shape.user and not shape.holder else None


def _class(walk: Walk, cls: Any, parent: int, label: Any) -> None:
    if not walk.shapes.is_user_class(cls):
        walk.close(cls)
        return
    walk.record_names(cls, CLASS, parent, label, Kind.CLASS_ATTRIBUTE)
    for base in (*mro_of(cls)[1:-1], *mro_of(type(cls))[:-2]):
        walk.queue(base, parent, label)


def _stand_in(walk: Walk, value: Any, shape: Shape, parent: int, label: Any) -> None:
    """Follow an object that a library's decorator has put in a function's place."""
    function = shape.wrapped(value)
    if function is None:
        walk.close(value)
        return
    if shape.step:
        # The names of a step are the function's: what a user sets, is set here.
        kind = Kind.FUNCTION_ATTRIBUTE
        walk.record_names(value, walk.content_of(shape), parent, label, kind)
    else:
        walk.close(value)
    walk.queue(function, parent, label)


def _container(walk: Walk, value: Any, shape: Shape, parent: int, label: Any) -> None:
    """Record the items of a dict, list, set or tuple subclass, and its attributes."""
    base = shape.builtin
    if base is tuple or base is frozenset:
        walk.close(value)
        for item in base.__iter__(value):
            walk.queue(item, parent, label)
    else:
        content = LIST if base is list else SET if base is set else DICT
        if inherits(value, OrderedDict):
            content = ORDERED
        walk.record_items(value, content, parent, label)
    if shape.closed or (shape.dictionary is None and not shape.slots):
        return
    # ``at`` leads to its items: it is a container and an object in one.
    index = walk.attributes[id(value)] = len(walk.records)
    record = Record(value, walk.content_of(shape), parent, label, _kind(shape))
    walk.records.append(record)
    for name, inner in zip(record.saved.labels, record.saved.values, strict=True):
        if inner is not EMPTY and not ignored(name) and name not in shape.cached:
            walk.queue(inner, index, name)
