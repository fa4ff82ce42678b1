"""What cannot be kept fails at once, with the path of the culprit and a next move."""

from __future__ import annotations

import enum
import io
import re
import sqlite3
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel
from test_codec_types import CODEC, Basket, Box, Customer, Item, Open, Order, Point

from durable_core.errors import SerializationError


class Label(str):
    pass


class Stack(list[int]):
    pass


class Shade(enum.Enum):
    DARK = 1


@dataclass
class Parcel:
    weight: int = 1


class Spot(NamedTuple):
    x: int


class Guest(BaseModel):
    name: str = ""


class Engine:
    pass


class Guarded:
    def __getstate__(self) -> object:
        return {}


class Stamp(datetime):
    pass


class Odd(tzinfo):
    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def dst(self, _: datetime | None) -> None:
        return None

    def tzname(self, _: datetime | None) -> str:
        return "odd"


def refusal(value: object, path: str = "state.x") -> SerializationError:
    with pytest.raises(SerializationError) as caught:
        CODEC.encode(value, path)
    return caught.value


def generator() -> Iterator[int]:
    yield 1


LOCAL = "it belongs to this process"
TYPES = "annotate the state field or pass types="

REFUSED = [
    (object(), "object", LOCAL),
    (threading.Lock(), "_thread.lock", LOCAL),
    (io.StringIO(), "_io.StringIO", LOCAL),
    (re.compile("a"), "re.Pattern", LOCAL),
    (memoryview(b"a"), "memoryview", LOCAL),
    (range(3), "range", LOCAL),
    (1j, "complex", LOCAL),
    (threading.Event(), "threading.Event", LOCAL),
    (Guarded(), f"{__name__}.Guarded", LOCAL),
    (Odd(), f"{__name__}.Odd", LOCAL),
    (len, "builtin_function_or_method", "keep its name as text"),
    (generator, "function", "keep its name as text"),
    (Item, "type", "keep its name as text"),
    (re, "module", "keep its name as text"),
    (iter([1]), "list_iterator", "send list(value)"),
    (generator(), "generator", "send list(value)"),
    (map(str, ()), "map", "send list(value)"),
    (Label("a"), f"{__name__}.Label", TYPES + "[Label]"),
    (Stack([1]), f"{__name__}.Stack", TYPES + "[Stack]"),
    (Shade.DARK, f"{__name__}.Shade", TYPES + "[Shade]"),
    (Parcel(), f"{__name__}.Parcel", TYPES + "[Parcel]"),
    (Spot(1), f"{__name__}.Spot", TYPES + "[Spot]"),
    (Guest(), f"{__name__}.Guest", TYPES + "[Guest]"),
    (Engine(), f"{__name__}.Engine", TYPES + "[Engine]"),
    (Stamp(2024, 1, 1), f"{__name__}.Stamp", "send datetime instead"),
    (datetime(2024, 1, 1, tzinfo=Odd()), f"time zone {__name__}.Odd", "ZoneInfo"),
    (defaultdict(lambda: 1), "collections.defaultdict", "send dict(value)"),
]


@pytest.mark.parametrize(("value", "type_name", "move"), REFUSED)
def test_a_value_that_cannot_be_kept_says_what_to_do(
    value: object,
    type_name: str,
    move: str,
) -> None:
    error = refusal(value)
    assert error.path == "state.x"
    assert error.type_name.startswith(type_name)
    assert move in error.next_move
    assert str(error) == f"state.x: {error.type_name} ({error.next_move})"


BAD: Any = object()
PATHS = [
    ([BAD], "[0]"),
    ([1, [2, (3, BAD)]], "[1][1][1]"),
    ({"a": {"b c": BAD}}, "['a']['b c']"),
    ({1: {(2, "x"): BAD}}, "[1][(2, 'x')]"),
    ({BAD: 1}, ".keys(){...}"),
    ({frozenset({BAD})}, "{...}{...}"),
    (OrderedDict(a=BAD), "['a']"),
    (SimpleNamespace(a=[BAD]), ".a[0]"),
    (SimpleNamespace(**{"not a name": BAD}), "['not a name']"),
    (Order([Item("a"), Item(BAD)]), ".items[1].sku"),
    (Point(0, {"k": BAD}), ".y['k']"),
    (Basket([1, BAD]), "[1]"),
    (Box(BAD), ".content"),
    (Customer.model_construct(name=BAD), ".name"),
    (Open.model_validate({"extra": [BAD]}), ".extra[0]"),
    ({"$": [BAD]}, "['$'][0]"),
    ({"k" * 500: BAD}, "['" + "k" * 196 + "...]"),
]


@pytest.mark.parametrize(("value", "tail"), PATHS)
def test_the_path_leads_to_the_culprit(value: object, tail: str) -> None:
    error = refusal(value)
    assert error.path == "state.x" + tail
    assert error.type_name == "object"


def test_the_example_of_the_manual() -> None:
    orders = [Order([]), Order([]), Order([])]
    with closing(sqlite3.connect(":memory:")) as connection:
        error = refusal([*orders, Order([], conn=connection)], "state.orders")
    assert str(error).startswith("state.orders[3].conn: sqlite3.Connection (")


def cycles() -> Iterator[tuple[Any, str, str]]:
    direct: list[Any] = [1]
    direct.append(direct)
    yield direct, "state.x[1]", "it is state.x again"
    inner: dict[str, Any] = {}
    inner["up"] = (inner,)
    yield [inner], "state.x[0]['up'][0]", "it is state.x[0] again"
    order = Order([], conn=[])
    order.conn.append(order)
    yield {"o": order}, "state.x['o'].conn[0]", "it is state.x['o'] again"
    basket = Basket()
    basket.append(basket)
    yield basket, "state.x[0]", "it is state.x again"
    space = SimpleNamespace()
    space.me = space
    yield space, "state.x.me", "it is state.x again"


@pytest.mark.parametrize(("value", "path", "why"), list(cycles()))
def test_a_value_that_contains_itself_names_the_circle(
    value: object,
    path: str,
    why: str,
) -> None:
    error = refusal(value)
    assert error.path == path
    assert why in error.next_move


def test_very_deep_nesting_is_an_error_and_not_a_crash() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    error = refusal(deep)
    assert error.type_name == "nested more than 200 levels deep"
    assert len(error.path) < 300
    while deep:
        deep = deep.pop()
    okay: Any = 1
    for _ in range(200):
        okay = {"a": okay}
    assert CODEC.decode(CODEC.encode(okay, "x"), "x") == okay


def test_a_broken_repr_does_not_hide_the_path() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise KeyError("no")

    assert refusal({Rude(): 1}).path == "state.x.keys(){...}"
    with pytest.raises(SerializationError, match="Rude"):
        CODEC.encode({"a": Rude()}, "x")
