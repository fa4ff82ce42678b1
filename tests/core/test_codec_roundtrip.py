"""What goes in comes out: equal, of equal types, and sharing nothing."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_codec_types import (
    CODEC,
    Child,
    Color,
    Frozen,
    FrozenSlotted,
    Item,
    Level,
    Order,
    Point,
    Right,
    Slotted,
    same,
    trip,
)

from durable_core._codec import Codec, digest, dumps, loads

OFFSET = dt.timezone(dt.timedelta(hours=-3, minutes=-30, seconds=1))

KEPT = [
    *(None, True, False, 0, 1, -1, 2**53 + 1, 2**64, -(10**700), 10**5000),
    *(0.0, -0.0, 1.0, 1e300, 5e-324, 0.1, math.nan, math.inf, -math.inf),
    *("", "ascii", "żółw", "\x00", "\ud800", "\udc00\ud800", "\ud83d\ude00", "😀"),
    *("$", "a\ud83d\ude00\ud83d\ude00b"),
    *(b"", b"\x00\xff", bytearray(b"ab"), [], [1, [2, []]], (), (1,), ([1], (2,))),
    *(set(), {1, "1", (1,)}, frozenset({1, frozenset({2})}), {math.inf}),
    *({}, {"b": 1, "a": 2}, {1: "a"}, {True: "a"}, {1.0: "a"}, {"1": "a", 1: "b"}),
    *({None: 1, (1, "a"): 2, frozenset({1}): 3}, {"\ud83d\ude00": 1}, {"é": 1}),
    *({"$": 1}, {"$": "set", "v": []}, {"a": {"$": {"$": None}}}, {"v": 1}),
    dt.datetime(2024, 2, 29, 1, 2, 3, 4),
    dt.datetime(2024, 2, 29, tzinfo=dt.timezone.utc),
    dt.datetime(2024, 2, 29, tzinfo=OFFSET),
    dt.datetime(2024, 2, 29, tzinfo=dt.timezone(dt.timedelta(0), "Z")),
    dt.datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1),
    *(dt.datetime.min, dt.datetime.max, dt.date(1, 1, 1), dt.date(2024, 1, 2)),
    *(dt.time(), dt.time(1, 2, 3, 4, fold=1), dt.time(1, tzinfo=dt.timezone.utc)),
    *(dt.timedelta(), dt.timedelta.min, dt.timedelta.max, OFFSET, ZoneInfo("UTC")),
    UUID("12345678-1234-5678-1234-567812345678"),
    *(Decimal("1.10"), Decimal("-0"), Decimal("1E+999999"), Decimal("Infinity")),
    *(Path(), Path("/a/b c"), PurePosixPath("//a"), PureWindowsPath("C:\\a\\b")),
    *(OrderedDict(b=1, a=2), OrderedDict([(1, [2])]), Counter("abca")),
    *(defaultdict(list, a=[1]), defaultdict(None, {1: 2}), defaultdict(int)),
    *(deque(), deque([1, [2]], maxlen=3), SimpleNamespace(), SimpleNamespace(a=[1])),
    *(Color.RED, Level.LOW, Right.READ | Right.WRITE, Point(1.0, [2])),
    *(Item("a", ["b"]), Order([Item("a")], Color.BLUE), Frozen(1, (2,)), Slotted(1)),
    *(FrozenSlotted(1), Child(1, "c"), {Frozen(1): {Child(1)}}),
]


@pytest.mark.parametrize("value", KEPT, ids=map(str, range(len(KEPT))))
def test_a_kept_value_comes_back_the_same(value: Any) -> None:
    assert same(trip(value), value)
    assert same(trip({"in": [value]}), {"in": [value]})


def test_nan_decimals_and_zone_details_come_back() -> None:
    assert repr(trip(Decimal("sNaN123"))) == "Decimal('sNaN123')"
    summer = dt.datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1)
    back = trip(summer)
    assert back.tzinfo is ZoneInfo("Europe/Paris")
    assert (back.fold, back.utcoffset()) == (1, dt.timedelta(hours=1))
    named = trip(dt.timezone(dt.timedelta(0), "Z"))
    assert named.tzname(None) == "Z"
    assert trip(dt.timezone.utc) is dt.timezone.utc


def test_limits_and_factories_of_containers_come_back() -> None:
    assert trip(deque([1], maxlen=2)).maxlen == 2
    assert trip(defaultdict(list)).default_factory is list
    moved = OrderedDict(a=1, b=2)
    moved.move_to_end("a")
    assert list(trip(moved)) == ["b", "a"]


def test_plain_json_is_its_own_wire() -> None:
    value = {
        "amount": 12.5,
        "items": [{"sku": "é", "qty": 2}],
        "paid": False,
        "x": None,
    }
    assert CODEC.encode(value, "state") == value
    assert CODEC.encode(value, "state") is not value


def test_nothing_mutable_is_shared_with_the_original() -> None:
    shared: list[Any] = [1]
    value = {"a": shared, "b": shared, "c": Item("a", shared)}
    wire = CODEC.encode(value, "value")
    back: Any = CODEC.decode(wire, "value")
    again: Any = CODEC.decode(wire, "value")
    shared.append(2)
    assert back["a"] == [1]
    back["a"].append(3)
    assert back["b"] == back["c"].tags == [1]
    assert again["a"] == [1]


def test_the_order_of_keys_is_kept_in_value_and_text() -> None:
    value = {"b": 1, "a": 2, "c": 3}
    assert list(trip(value)) == ["b", "a", "c"]
    assert dumps(CODEC.encode(value, "v")) == '{"b":1,"a":2,"c":3}'


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, True),
        ({1: "a", (2,): "b"}, {(2,): "b", 1: "a"}, True),
        ([{"x": {1: 2, 3: 4}}], [{"x": {3: 4, 1: 2}}], True),
        (Counter("aab"), Counter("baa"), True),
        ({"a", "b", "c"}, {"c", "b", "a"}, True),
        (OrderedDict(a=1, b=2), OrderedDict(b=2, a=1), False),
        ([1, 2], [2, 1], False),
        (1, 1.0, False),
        (1, True, False),
        ({"1": 1}, {1: 1}, False),
        ((1,), [1], False),
        (-0.0, 0.0, False),
    ],
)
def test_digests_ignore_the_order_of_keys_only(
    one: Any,
    other: Any,
    equal: bool,
) -> None:
    first, second = (digest(CODEC.encode(value, "v")) for value in (one, other))
    assert (first == second) is equal
    assert len(first) == 32
    assert int(first, 16) >= 0


HASHABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None, categories=None))
    | st.binary()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.times()
    | st.timedeltas()
    | st.uuids()
    | st.decimals(allow_nan=False)
    | st.sampled_from([*Color, *Level, Right.READ | Right.WRITE, Path("a/b")])
    | st.integers(-2, 2).map(lambda small: (1 << 2048) + small)
    | st.sampled_from(["$", "v", "\ud83d\ude00"]),
    lambda inner: (
        st.tuples(inner, inner)
        | st.frozensets(inner, max_size=3)
        | st.builds(Point, inner, inner)
        | st.builds(Frozen, st.integers(), st.tuples(inner))
    ),
    max_leaves=5,
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    HASHABLE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=3) | HASHABLE, inner, max_size=4)
        | st.sets(HASHABLE, max_size=3)
        | st.builds(Item, st.text(), st.lists(inner, max_size=2))
        | st.builds(Slotted, inner)
        | st.builds(deque, st.lists(inner, max_size=3), st.sampled_from([None, 2]))
        | st.builds(SimpleNamespace, a=inner)
    ),
    max_leaves=10,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_any_value_comes_back_the_same(value: Any) -> None:
    wire = CODEC.encode(value, "value")
    text = dumps(wire)
    assert json.loads(json.dumps(wire)) == wire
    back = CODEC.decode(loads(text), "value")
    assert same(back, value)
    assert CODEC.encode(back, "value") == wire
    assert digest(wire) == digest(loads(text))


def test_a_codec_of_no_types_keeps_what_carries_no_code() -> None:
    assert Codec().decode(Codec().encode({1: (2,)}, "x"), "x") == {1: (2,)}
