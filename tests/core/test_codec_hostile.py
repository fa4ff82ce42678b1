"""A wire may come from anywhere: reading it runs, imports and inflates nothing."""

from __future__ import annotations

import sys
import tracemalloc
from typing import Any

import pytest
from test_codec_types import CODEC, Color, Item, Names

from durable_core._codec import Codec, digest, dumps, loads
from durable_core.errors import SerializationError

ITEM = f"{Item.__module__}:Item"
COLOR = f"{Color.__module__}:Color"
MODE = f"{Color.__module__}:Mode"
POINT = f"{Color.__module__}:Point"
MONEY = f"{Color.__module__}:Money"
OPEN = f"{Color.__module__}:Open"
SLOTTED = f"{Color.__module__}:Slotted"


def tagged(tag: object, value: object = None, **more: object) -> dict[str, Any]:
    return {"$": tag, "v": value, **more}


HOSTILE: list[Any] = [
    *(tagged("os:system", "true"), tagged("nope"), tagged(["list"]), tagged(None)),
    *({"$": "set"}, {"$": 1, "v": 1}, {"$": {}}, tagged(""), tagged(":")),
    *(tagged("builtins:eval", "1"), tagged("subprocess:Popen", ["true"])),
    *(
        tagged("int", "zz"),
        tagged("int", 5),
        tagged("int", "0x1"),
        tagged("int", "1_0"),
    ),
    *(tagged("float", "1.5"), tagged("float", 1), tagged("text", "ab")),
    *(tagged("text", [1]), tagged("bytes", "!"), tagged("bytes", 3)),
    *(tagged("dict", 3), tagged("dict", [[1]]), tagged("dict", [[[], 1]])),
    *(tagged("dict", [[1, 2], [True, 3]]), tagged("set", [1, 1.0])),
    *(tagged("set", [[]]), tagged("tuple", {"a": 1}), tagged("frozenset", None)),
    *(
        tagged("deque", []),
        tagged("deque", [], maxlen=-1),
        tagged("deque", [], maxlen="a"),
    ),
    *(tagged("defaultdict", [], factory="open"), tagged("defaultdict", [])),
    *(tagged("namespace", [[1, 2]]), tagged("ordereddict", [1])),
    *(tagged("date", "2024-13-01"), tagged("date", 5), tagged("date", "20240101")),
    *(tagged("datetime", "2024"), tagged("datetime", ["2024-01-01", None, 0])),
    *(tagged("datetime", ["2024-01-01T00:00:00", "../../etc/passwd", 0]),),
    *(tagged("datetime", ["2024-01-01T00:00:00", "os", 0]), tagged("zone", "a.b/c")),
    *(tagged("datetime", ["2024-01-01T00:00:00", None, 7]), tagged("zone", None)),
    *(
        tagged("time", []),
        tagged("timedelta", [1, 2]),
        tagged("timedelta", [1e9, 0, 0]),
    ),
    *(tagged("timedelta", [10**30, 0, 0]), tagged("timezone", [[5, 0, 0]])),
    *(tagged("uuid", "x"), tagged("uuid", 5), tagged("decimal", 1.5)),
    *(tagged("decimal", "x"), tagged("path", 5), tagged("path", ["a", "b"])),
    *(tagged(ITEM), tagged(ITEM, []), tagged(ITEM, {"sku": "a"}), tagged(ITEM, "x")),
    *(tagged(SLOTTED, {"a": 1, "b": [], "c": 1}), tagged(POINT, [1])),
    *(tagged(POINT, {"x": 1}), tagged(COLOR, "NONE"), tagged(COLOR, []), tagged(COLOR)),
    *(tagged(COLOR, "__class__"), tagged(MODE, 1 << 100_000), tagged(MODE, "1")),
    *(tagged(MONEY, 5), tagged(MONEY, tagged(MONEY, "a")), tagged(OPEN, {})),
    *(tagged(OPEN, {}, set=[1]), tagged(OPEN, {}, set=[], extra=[1])),
    *(tagged("error"), tagged("error", 0), tagged("error", {"errors": []})),
    *(b"bytes", object(), {1, 2}, (1,), [object()]),
]


@pytest.mark.parametrize("wire", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_a_hostile_wire_is_refused_with_its_path(wire: Any) -> None:
    before = set(sys.modules)
    with pytest.raises(SerializationError) as caught:
        CODEC.decode({"a": [wire]}, "state.x")
    assert caught.value.path.startswith("state.x['a'][0]")
    assert len(str(caught.value)) < 700
    # zoneinfo looks for a zone in the package of zones, where that is installed.
    imported = set(sys.modules) - before
    assert not {name for name in imported if name.split(".")[0] != "tzdata"}


def test_a_type_that_is_not_declared_is_not_rebuilt() -> None:
    wire = CODEC.encode(Item("a"), "x")
    with pytest.raises(SerializationError) as caught:
        Codec().decode(wire, "result")
    assert caught.value.type_name == f"{Item.__module__}.Item"
    assert "pass types=[Item]" in caught.value.next_move


def test_a_wire_cannot_reach_properties_or_setters_of_a_class() -> None:
    name = f"{Names.__module__}:Names"
    back: Any = CODEC.decode(tagged(name, {"a": 1}), "x")
    assert back == {"a": 1}
    item: Any = CODEC.decode(
        tagged(ITEM, {"sku": "a", "tags": [], "__class__": "x"}),
        "x",
    )
    assert type(item) is Item


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"$":"tuple","v":['])
def test_deep_text_and_deep_wires_are_refused(opening: str) -> None:
    with pytest.raises(SerializationError):
        CODEC.decode(loads(opening * 200_000), "x")
    wire: Any = 1
    for _ in range(300):
        wire = tagged("tuple", [wire])
    with pytest.raises(SerializationError, match="nested more than 200 levels"):
        CODEC.decode(wire, "x")


def test_text_that_is_not_json_is_refused() -> None:
    for text in ("", "NaN", "[Infinity]", "{", "nul", "1" * 10_000, '{"a":1}x'):
        with pytest.raises(SerializationError):
            loads(text)
    for wire in (float("nan"), object(), {"a": {1, 2}}):
        with pytest.raises(SerializationError):
            dumps(wire)  # type: ignore[arg-type]
        with pytest.raises(SerializationError):
            digest(wire)  # type: ignore[arg-type]


def test_a_small_wire_makes_a_small_value() -> None:
    small = [
        tagged("decimal", "1E+999999999999"),
        tagged("deque", [], maxlen=10**18),
        tagged("set", [tagged("decimal", "1E+999999999")]),
    ]
    tracemalloc.start()
    try:
        for wire in small:
            CODEC.decode(wire, "x")
        with pytest.raises(SerializationError):
            CODEC.decode(tagged(MODE, 1 << 100_000), "x")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
