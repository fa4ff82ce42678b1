"""Annotations declare the types: through fields, generics, and names not yet known."""

from __future__ import annotations

import enum
import functools
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import InitVar, dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    Optional,
    TypeVar,
)

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from durable_core._codec import Codec, declared_types

if TYPE_CHECKING:
    from nowhere import Missing  # type: ignore[import-not-found]

T = TypeVar("T")


class Color(enum.Enum):
    RED = 1


class Size(enum.IntEnum):
    S = 1


@dataclass
class Leaf:
    color: Color


@dataclass
class Node:
    leaves: dict[str, list[Leaf]]
    parent: Node | None
    unknown: Missing
    half: Missing | Spot | None
    shared: ClassVar[int] = 0


class Spot(NamedTuple):
    size: Size


class Row(TypedDict, total=False):
    spot: Spot


class Model(BaseModel):
    row: Row
    text: str = ""


class Special(Model):
    leaf: Leaf | None = None


@dataclass
class Box(Generic[T]):
    content: T


@dataclass
class Started:
    seed: InitVar[Leaf]


class Plain:
    def __init__(self, spot: Spot) -> None:
        self.spot = spot


Alias = NewType("Alias", Leaf)
Bound = TypeVar("Bound", bound=Spot)


def step(
    node: Node,
    count: int,
    *rest: Model,
    note: str = "",
    **more: Plain,
) -> list[Special] | None:
    raise NotImplementedError


@functools.wraps(step)
def wrapped(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError


class Service:
    def method(self, leaf: Leaf) -> Spot:
        raise NotImplementedError


NODE = {Node, Leaf, Color, Spot, Size}
STEP = NODE | {Model, Special, Plain}


@pytest.mark.parametrize(
    ("source", "types"),
    [
        (Node, NODE),
        (Leaf, {Leaf, Color}),
        (Color, {Color}),
        (Spot, {Spot, Size}),
        (Row, {Spot, Size}),
        (Model, {Model, Spot, Size}),
        (Special, {Special, Spot, Size, Leaf, Color}),
        (Plain, {Plain, Spot, Size}),
        (Box[Leaf], {Box, Leaf, Color}),
        (Started, {Started, Leaf, Color}),
        (Alias, {Leaf, Color}),
        (Bound, {Spot, Size}),
        (list["Leaf"], set()),
        (Optional[Leaf], {Leaf, Color}),
        (Annotated[Leaf, Spot], {Leaf, Color}),
        (Literal[Color.RED, "x"], {Color}),
        (Callable[[Leaf], Spot], {Leaf, Color, Spot, Size}),
        (dict[str, tuple[Leaf, ...]] | None, {Leaf, Color}),
        (step, STEP),
        (wrapped, STEP),
        (functools.partial(step, note="x"), STEP),
        (Service().method, {Leaf, Color, Spot, Size}),
        (len, set()),
        (lambda x: x, set()),
        (ValueError, set()),
        (sqlite3.Connection, set()),
        (threading.Thread, set()),
        (int, set()),
        (None, set()),
        ("Leaf", set()),
        (Any, set()),
    ],
)
def test_types_are_found_in(source: object, types: set[type]) -> None:
    assert declared_types(source) == frozenset(types)


def test_several_sources_add_up() -> None:
    assert declared_types(Leaf, Spot) == {Leaf, Color, Spot, Size}
    assert declared_types() == frozenset()


def test_a_name_of_the_enclosing_function_is_found_if_it_is_used() -> None:
    @dataclass
    class Local:
        x: int

    def make(value: Local) -> None:
        Local(1)

    assert declared_types(make) == {Local}


def test_an_annotation_that_fails_is_ignored() -> None:
    def odd(a: 1 / 0, b: undefined.name, c: Leaf) -> Any: ...  # type: ignore  # noqa

    assert declared_types(odd) == {Leaf, Color}


def test_a_codec_of_declared_types_keeps_their_values() -> None:
    codec = Codec(declared_types(step))
    node = Node({"a": [Leaf(Color.RED)]}, None, 1, Spot(Size.S))
    model = Special(row={"spot": Spot(Size.S)}, leaf=Leaf(Color.RED))
    assert codec.decode(codec.encode([node, model], "x"), "x") == [node, model]
