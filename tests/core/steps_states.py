"""States of every kind, and steps that work on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict


class OrderDict(TypedDict, total=False):
    amount: int
    lines: list[str]
    notes: dict[str, Any]
    owner: str | None


class StrictOrderDict(TypedDict):
    amount: int


@dataclass
class Order:
    amount: int = 0
    lines: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    owner: str | None = None


@dataclass(slots=True)
class SlottedOrder:
    amount: int = 0
    lines: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class FrozenOrder:
    amount: int = 0
    lines: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    owner: str | None = None


class OrderModel(BaseModel):
    amount: int = 0
    lines: list[str] = Field(default_factory=list)
    notes: dict[str, Any] = Field(default_factory=dict)
    owner: str | None = None


class OpenOrderModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    amount: int = 0


class AliasedModel(BaseModel):
    amount: int = Field(alias="theAmount")


class Undeclared:
    pass


@dataclass
class Line:
    sku: str
    quantity: int = 1


@dataclass
class Basket:
    lines: list[Line] = field(default_factory=list)


OPEN = {"namespace": SimpleNamespace, "dict": dict, "open model": OpenOrderModel}
CLOSED = {
    "typed dict": OrderDict,
    "dataclass": Order,
    "slotted": SlottedOrder,
    "frozen": FrozenOrder,
    "model": OrderModel,
}
KINDS = {**OPEN, **CLOSED}
START = {"amount": 10, "lines": ["a"], "notes": {"deep": {"x": 1}}, "owner": None}


def get(state: Any, key: str) -> Any:
    return state[key] if isinstance(state, dict) else getattr(state, key)


def put(state: Any, key: str, value: Any) -> None:
    if isinstance(state, dict):
        state[key] = value
    else:
        setattr(state, key, value)


def double(state):
    return {"amount": get(state, "amount") * 2}


def say_kind(state):
    return {"owner": type(state).__name__}


def return_some(state):
    return {"lines": ["b"], "notes": {"deep": {"y": 2}}}


def return_everything(state):
    return {"amount": 3, "lines": ["z"], "notes": {}, "owner": "eve"}


def change_in_place(state):
    put(state, "amount", get(state, "amount") + 1)
    put(state, "owner", "ann")


def change_inside(state):
    get(state, "lines").append("inside")
    get(state, "notes")["deep"]["x"] = "inside"


def change_and_fail(state):
    get(state, "lines").append("lost")
    get(state, "notes")["lost"] = True
    raise ValueError("after the change")


def change_and_return(state):
    put(state, "amount", 1)
    put(state, "owner", "in place")
    return {"amount": 2}


def forget_owner(state):
    del state["owner"]


def add_unknown_key(state):
    return {"amuont": 1}


def set_unknown_key(state):
    put(state, "amuont", 1)


def break_type(state):
    return {"amount": "many"}


def break_type_in_place(state):
    put(state, "amount", "many")


def return_list(state):
    return [1]


def return_number_key(state):
    return {1: "one"}


def return_undeclared(state):
    return {"notes": {"found": [Undeclared()]}}


def return_file(state):
    with open(__file__) as file:
        return {"orders": [0, {"source": file}]}


def add_line(state):
    state.lines.append(Line("b", len(state.lines) + 1))


def make_big(state):
    return {"big": "x" * 5_000_000}


def count_big(state):
    return {"length": len(get(state, "big"))}


SURROGATES = "caf\xe9 \u4e2d \U0001f600 lone \udc80 pair \ud83d\ude00 end"


def reverse_text(state):
    return {"reversed": state.text[::-1], "same": state.text == SURROGATES}


KEPT = []


def keep_reference(state):
    mine = ["step"]
    KEPT.append((state, mine))
    return {"mine": mine}


def change_what_was_kept(state):
    for kept, mine in KEPT:
        kept.items.append("from the past")
        mine.append("from the past")
    return {"seen": [list(state.items), list(state.mine)]}


def sync_marker(state):
    return None
