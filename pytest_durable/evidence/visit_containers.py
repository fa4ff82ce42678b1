"""How the walk passes through containers, and through variables of a context."""

from __future__ import annotations

import _thread
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from contextvars import ContextVar
from gc import get_referents
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pytest_durable.evidence.contents import DEQUE, DICT, LIST, ORDERED, SET, Content
from pytest_durable.evidence.probes import CONTEXT_VARIABLE, THREAD_LOCAL
from pytest_durable.evidence.values import Kind

if TYPE_CHECKING:
    from pytest_durable.evidence.walk import Walk

__all__ = ["CONTAINERS", "Visit"]

Visit = Callable[["Walk", Any, int, Any], None]

_MANY = 2_000


def _items(content: Content) -> Visit:
    def visit(walk: Walk, value: Any, parent: int, label: Any) -> None:
        walk.record_items(value, content, parent, label)

    return visit


def _names(content: Content, kind: Kind) -> Visit:
    def visit(walk: Walk, value: Any, parent: int, label: Any) -> None:
        walk.record_names(value, content, parent, label, kind)

    return visit


def _frozen(walk: Walk, value: Any, parent: int, label: Any) -> None:
    walk.close(value)
    if len(value) <= _MANY:
        for item in value:
            walk.queue(item, parent, label)


def _mapping_proxy(walk: Walk, value: Any, parent: int, label: Any) -> None:
    walk.close(value)
    for inner in get_referents(value):
        walk.queue(inner, parent, label)


CONTAINERS: dict[int, Visit] = {
    id(dict): _items(DICT),
    id(defaultdict): _items(DICT),
    id(Counter): _items(DICT),
    id(OrderedDict): _items(ORDERED),
    id(list): _items(LIST),
    id(deque): _items(DEQUE),
    id(set): _items(SET),
    id(tuple): _frozen,
    id(frozenset): _frozen,
    id(MappingProxyType): _mapping_proxy,
    id(ContextVar): _names(CONTEXT_VARIABLE, Kind.CONTEXT),
    id(_thread._local): _names(THREAD_LOCAL, Kind.THREAD_LOCAL),
}
