"""The application's types that the codec tests send around."""

from __future__ import annotations

import enum
import math
import sqlite3
import threading
from collections import OrderedDict, deque
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr, RootModel

from durable_core._codec import Codec, dumps, loads
from durable_core.errors import DefinitionError, SerializationError

T = TypeVar("T")


class Color(enum.Enum):
    RED = "red"
    BLUE = 2
    CRIMSON = "red"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Kind(str, enum.Enum):
    BOOK = "book"


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Mode(enum.IntFlag):
    X = 1
    W = 2


@dataclass
class Item:
    sku: str
    tags: list[str] = field(default_factory=list)


@dataclass
class Order:
    items: list[Item]
    color: Color = Color.RED
    conn: Any = None


@dataclass(frozen=True)
class Frozen:
    x: int
    inner: tuple[int, ...] = ()


@dataclass(slots=True)
class Slotted:
    a: int
    b: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrozenSlotted:
    a: int


@dataclass(frozen=True, slots=True)
class Child(FrozenSlotted):
    b: str = "b"


@dataclass
class Computed:
    base: int
    double: int = field(init=False)
    calls: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.double = self.base * 2
        self.calls.append("post_init")


@dataclass
class Box(Generic[T]):
    content: T


class Point(NamedTuple):
    x: float
    y: Any = 0


class Row(TypedDict, total=False):
    item: Item


class Money(str):
    currency: str


class Basket(list[Any]):
    owner = "nobody"


class Names(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        raise AssertionError("user code ran")


class Plain:
    def __init__(self, item: Item) -> None:
        self.item = item

    def __eq__(self, other: object) -> bool:
        return type(other) is Plain and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]


class Customer(BaseModel):
    name: str
    favourite: Item | None = None
    _seen: int = PrivateAttr(default=0)
    _client: Any = PrivateAttr(default=None)


class Open(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    a: int = 1


class Tags(RootModel[list[str]]):
    pass


DECLARED = (
    *(Color, Level, Kind, Right, Mode),
    *(Item, Order, Frozen, Slotted, FrozenSlotted, Child, Computed, Box),
    *(Point, Money, Basket, Names, Plain, Customer, Open, Tags),
)
CODEC = Codec(DECLARED)


def trip(value: Any, codec: Codec = CODEC) -> Any:
    """The value after a real journey as text."""
    wire = codec.encode(value, "value")
    text = dumps(wire)
    assert text.isascii()
    assert loads(text) == wire
    return codec.decode(loads(text), "value")


def same(left: Any, right: Any) -> bool:
    """Equal, of equal types all the way down, nan being equal to nan."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        signs = math.copysign(1, left) == math.copysign(1, right)
        return (math.isnan(left) and math.isnan(right)) or (left == right and signs)
    if isinstance(left, Mapping):
        pairs = zip(left.items(), right.items(), strict=True)
        return len(left) == len(right) and all(same(a, b) for a, b in pairs)
    if isinstance(left, (set, frozenset)):
        return _same_members(left, right)
    if isinstance(left, (list, tuple, deque)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, enum.Enum):
        return left is right or bool(left == right)
    if hasattr(left, "__dict__"):
        return same(OrderedDict(vars(left)), OrderedDict(vars(right)))
    if is_dataclass(left):
        names = [one.name for one in fields(left)]
        return all(same(getattr(left, n), getattr(right, n)) for n in names)
    return bool(left == right)


def _same_members(left: Any, right: Any) -> bool:
    rest = list(right)
    for member in left:
        match = next((i for i, other in enumerate(rest) if same(member, other)), None)
        if match is None:
            return False
        del rest[match]
    return not rest


def test_a_dataclass_comes_back_without_its_constructor_being_run() -> None:
    value = Computed(2)
    value.base = 5
    back = trip(value)
    assert (back.base, back.double, back.calls) == (5, 4, ["post_init"])


def test_an_unset_field_stays_unset() -> None:
    value = Slotted(1)
    del value.b
    assert not hasattr(trip(value), "b")
    loose = Item("a")
    del loose.sku
    assert vars(trip(loose)) == {"tags": []}


def test_attributes_that_are_no_fields_are_kept() -> None:
    value = Item("a")
    value.note = [1]  # type: ignore[attr-defined]
    assert vars(trip(value)) == {"sku": "a", "tags": [], "note": [1]}


def test_a_generic_dataclass_keeps_its_content_and_not_how_it_was_spelled() -> None:
    assert vars(trip(Box[int](content=1))) == {"content": 1}


def test_a_class_with_its_own_constructor_is_kept_once_declared() -> None:
    assert trip(Plain(Item("a"))) == Plain(Item("a"))


def test_declared_subclasses_of_kept_types_keep_data_type_and_attributes() -> None:
    money = Money("12")
    money.currency = "EUR"
    basket = Basket([1, Item("a")])
    basket.owner = "ann"
    names = Names({"a": 1})
    for value in (money, basket, names):
        back = trip(value)
        assert type(back) is type(value)
        assert back == value
        assert vars(back) == vars(value)


def test_a_model_keeps_all_four_kinds_of_its_data() -> None:
    customer = Customer(name="ann", favourite=Item("a"))
    customer._seen = 3
    back = trip(customer)
    assert back == customer
    assert back.model_fields_set == {"name", "favourite"}
    assert back._seen == 3
    extra = Open.model_validate({"b": [1]})
    assert trip(extra) == extra
    assert trip(extra).model_extra == {"b": [1]}
    assert trip(Tags(["a"])) == Tags(["a"])


def test_a_model_is_not_validated_on_arrival() -> None:
    odd = Customer.model_construct(name=5)
    assert trip(odd).name == 5


def test_a_private_attribute_that_cannot_travel_is_unset_on_arrival() -> None:
    customer = Customer(name="ann")
    customer._client = object()
    back = trip(customer)
    assert back._seen == 0
    assert not hasattr(back, "_client")


def test_members_of_enums_are_the_members_themselves() -> None:
    for member in (Color.CRIMSON, Level.HIGH, Kind.BOOK, Right.READ):
        assert trip(member) is member
    for flags in (Right.READ | Right.WRITE, Right(0), Mode.X | Mode.W, Mode(8)):
        assert same(trip(flags), flags)


def test_two_declared_classes_of_one_name_are_refused() -> None:
    def make() -> type:
        @dataclass
        class Twin:
            pass

        return Twin

    with pytest.raises(DefinitionError, match="two declared classes have this name"):
        Codec([make(), make()])


def test_types_that_need_or_allow_no_declaration_are_ignored() -> None:
    codec = Codec([int, list, ValueError, sqlite3.Connection, threading.Event])
    assert codec.encode([1], "x") == [1]
    with closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(SerializationError, match=r"^x: sqlite3.Connection"):
            codec.encode(connection, "x")
    with pytest.raises(SerializationError, match=r"^x: threading.Event"):
        codec.encode(threading.Event(), "x")
