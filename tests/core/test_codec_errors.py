"""Exceptions arrive as what they were: type, arguments, causes, and where from."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError, field_validator
from test_codec_types import CODEC, Item

from durable_core._codec import Codec, RemoteError, dumps, loads
from durable_core.errors import SerializationError, StepFailed


def trip_error(error: BaseException) -> BaseException:
    wire = CODEC.encode_error(error)
    assert json.loads(json.dumps(wire)) == wire
    return CODEC.decode_error(loads(dumps(wire)))


def raised(call: Callable[[], object]) -> BaseException:
    with pytest.raises(BaseException) as caught:
        call()
    return caught.value


class Declined(Exception):
    def __init__(self, code: int, *, retry: bool) -> None:
        super().__init__(f"declined with {code}")
        self.code = code
        self.retry = retry


class Awkward(ValueError):
    __slots__ = ("slot",)
    constructed = 0

    def __new__(cls, *args: object) -> Awkward:
        cls.constructed += 1
        return super().__new__(cls)

    def __init__(self) -> None:
        super().__init__("fixed")


@dataclass(frozen=True)
class Sealed(Exception):
    code: int


class NoFile(OSError):
    def __init__(self, name: str) -> None:
        super().__init__(2, "not there", name)


class Broken(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class Order(BaseModel):
    amount: int

    @field_validator("amount")
    @classmethod
    def positive(cls, amount: int) -> int:
        if amount < 0:
            raise ValueError("negative")
        return amount


BUILTINS = [
    ValueError("x", 1, None, (2,), {"a": [1]}),
    *(KeyError("k"), IndexError(), AssertionError("no"), KeyboardInterrupt()),
    *(OSError(13, "denied", "file"), FileNotFoundError(2, "no", "a", None, "b")),
    *(OSError("only text"), NoFile("a.txt"), ConnectionResetError(104, "reset")),
    *(StopIteration(5), StopAsyncIteration(), SystemExit(3), SystemExit("bye")),
    *(ImportError("no", name="m", path="p"), ModuleNotFoundError("no", name="m")),
    *(NameError("n", name="n"), AttributeError("a", name="a")),
    *(SyntaxError("bad", ("f.py", 1, 2, "text")), RecursionError("deep")),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    UnicodeEncodeError("ascii", "é\ud800", 0, 2, "not ascii"),
    UnicodeTranslateError("é", 0, 1, "why"),
    *(json.JSONDecodeError("bad", "doc", 1), subprocess.CalledProcessError(1, ["a"])),
    *(Declined(51, retry=True), Sealed(5), StepFailed("w", "r", "s", 3)),
    SerializationError("state.x", "object", "do this"),
]


@pytest.mark.parametrize("error", BUILTINS, ids=lambda error: type(error).__name__)
def test_an_exception_keeps_type_arguments_fields_and_text(error: Any) -> None:
    back: Any = trip_error(error)
    assert type(back) is type(error)
    assert back.args == error.args
    assert vars(back) == vars(error)
    assert str(back) == str(error)
    names = ("errno", "strerror", "filename", "filename2", "value", "code", "name")
    for name in (*names, "path", "msg", "start", "end", "object", "lineno", "text"):
        assert getattr(back, name, None) == getattr(error, name, None)


def test_no_code_of_the_class_runs() -> None:
    error = Awkward()
    error.slot = [1]  # type: ignore[attr-defined]
    made = Awkward.constructed
    back: Any = trip_error(error)
    assert Awkward.constructed == made
    assert (type(back), back.args, back.slot) == (Awkward, ("fixed",), [1])


def test_causes_contexts_and_their_suppression_are_kept() -> None:
    def fail() -> None:
        try:
            try:
                raise KeyError("first")
            except KeyError as first:
                raise ValueError("second") from first
        except ValueError:
            try:
                raise TypeError("third") from None
            except TypeError as third:
                third.__notes__ = ["a note"]  # type: ignore[attr-defined]
                raise

    back: Any = trip_error(raised(fail))
    assert (repr(back), back.__notes__) == ("TypeError('third')", ["a note"])
    assert (back.__cause__, back.__suppress_context__) == (None, True)
    second = back.__context__
    assert repr(second) == "ValueError('second')"
    assert second.__cause__ is second.__context__
    assert repr(second.__cause__) == "KeyError('first')"


def test_circular_causes_end() -> None:
    first, second = ValueError("first"), TypeError("second")
    first.__context__, second.__context__ = second, first
    first.args = (first, second)
    back: Any = trip_error(first)
    assert repr(back.__context__) == "TypeError('second')"
    assert back.__context__.__context__ is None
    assert back.args == (back, back.__context__)
    long: BaseException = ValueError(0)
    for number in range(5_000):
        outer = ValueError(number)
        outer.__cause__ = long
        long = outer
    links, link = 0, trip_error(long).__cause__
    while link is not None:
        links, link = links + 1, link.__cause__
    assert links == 255


def test_the_traceback_is_readable_and_survives_a_second_trip() -> None:
    def inner(secret: str) -> None:
        raise ValueError("no")

    error = raised(lambda: inner("hunter2"))
    back = trip_error(trip_error(error))
    text = "".join(traceback.format_exception(type(back), back, back.__traceback__))
    assert 'raise ValueError("no")' in text
    assert ", in inner" in text
    assert __file__ in text
    assert "^" not in text
    assert "hunter2" not in dumps(CODEC.encode_error(error))
    with pytest.raises(ValueError, match="no"):
        raise back


def test_a_deep_traceback_is_cut_in_the_middle() -> None:
    def down(left: int) -> None:
        if left == 0:
            raise ValueError("bottom")
        down(left - 1)

    back = trip_error(raised(lambda: down(300)))
    frames = traceback.extract_tb(back.__traceback__)
    assert len(frames) == 81
    assert frames[-1].name == "down"
    assert frames[20].name.endswith("more frames")


def test_what_cannot_travel_becomes_readable_text() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise KeyError("no")

    error = ValueError(threading.Lock(), [object()], "x" * 500, Rude())
    error.handle = sys.stderr  # type: ignore[attr-defined]
    back: Any = trip_error(error)
    assert back.args[0].startswith("<unlocked _thread.lock")
    assert back.args[1].startswith("[<object object")
    assert back.args[2] == "x" * 500
    assert "its repr raised KeyError" in back.args[3]
    assert type(back.handle) is str
    assert len(back.handle) <= 200


def test_an_exception_without_a_text_is_encoded_too() -> None:
    back = trip_error(Broken("a", 1))
    assert (type(back), back.args) == (Broken, ("a", 1))


def test_a_class_made_in_a_function_is_found_again() -> None:
    class Local(Exception):
        pass

    assert type(trip_error(Local(1))) is Local


def test_an_unknown_class_becomes_a_stand_in() -> None:
    wire: Any = CODEC.encode_error(Declined(51, retry=True))
    wire["errors"][0]["type"] = "elsewhere.models:Declined"
    back = CODEC.decode_error(wire)
    assert isinstance(back, RemoteError)
    assert back.type_name == "elsewhere.models.Declined"
    assert str(back) == "elsewhere.models.Declined: declined with 51"
    assert "elsewhere" not in sys.modules
    again = trip_error(back)
    assert (type(again), str(again)) == (RemoteError, str(back))


def test_validation_errors_of_pydantic_keep_their_details() -> None:
    for data in ({"amount": "x"}, {}, {"amount": -1}):
        error = raised(partial(Order.model_validate, data))
        back = trip_error(error)
        assert isinstance(error, ValidationError)
        assert isinstance(back, ValidationError)
        assert str(back) == str(error)
        assert back.title == error.title
        ours, theirs = back.errors(), error.errors()
        assert [line["loc"] for line in ours] == [line["loc"] for line in theirs]
        assert [line["type"] for line in ours] == [line["type"] for line in theirs]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups are new in 3.11")
def test_groups_keep_their_members() -> None:
    group: Any = builtins.ExceptionGroup  # type: ignore[attr-defined,unused-ignore]
    member = Declined(1, retry=False)
    error = group("two", [member, group("one", [KeyError("k")])])
    error.__cause__ = member
    back: Any = trip_error(error)
    assert type(back) is group
    assert back.message == "two"
    assert type(back.exceptions[0]) is Declined
    assert back.__cause__ is back.exceptions[0]
    assert repr(back.exceptions[1].exceptions) == "(KeyError('k'),)"

    class Mine(group):  # type: ignore[misc]
        def __new__(cls, code: int, members: Any) -> Any:
            made = super().__new__(cls, f"code {code}", members)
            made.code = code
            return made

    mine: Any = trip_error(Mine(5, [ValueError()]))
    assert (type(mine), mine.code, mine.message) == (Mine, 5, "code 5")


def test_exceptions_are_values_too() -> None:
    error = Declined(51, retry=True)
    value = {"errors": [error, KeyError("k")], "item": Item("a")}
    back: Any = CODEC.decode(loads(dumps(CODEC.encode(value, "x"))), "x")
    assert type(back["errors"][0]) is Declined
    assert vars(back["errors"][0]) == vars(error)
    assert back["item"] == Item("a")


def entry(**parts: object) -> Any:
    return {"errors": [{"type": "builtins:ValueError", "text": "", **parts}]}


HOSTILE: list[Any] = [
    *(None, 5, [], {}, {"errors": 5}, {"errors": []}, {"errors": [5]}),
    *({"errors": [{}]}, entry(type=5), entry(text=5), entry(args=5), entry(args={})),
    *(entry(args=[{"$": "error", "v": 7}]), entry(args=[{"$": "error", "v": -1}])),
    *(entry(args=[{"$": "os:system", "v": "true"}]), entry(attributes=[1])),
    *(entry(fields={"with_traceback": 1}), entry(fields={"__class__": 1})),
    *(entry(fields=5), entry(cause=5), entry(context="x"), entry(cause=True)),
    *(entry(frames=5), entry(frames=[5]), entry(frames=[["f", "n", 0, ""]])),
    *(entry(frames=[["f", "n", 10**40, ""]]), entry(frames=[[1, "n", 1, ""]])),
    entry(frames=[["f", "n", 1, ""]] * 500),
]


@pytest.mark.parametrize("wire", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_a_hostile_exception_is_refused(wire: Any) -> None:
    with pytest.raises(SerializationError):
        CODEC.decode_error(wire)


@pytest.mark.parametrize(
    "name",
    ["os:system", "builtins:eval", "builtins:int", "antigravity:x", "", ":", "this:s"],
)
def test_a_name_that_is_no_loaded_exception_gives_a_stand_in(name: str) -> None:
    before = set(sys.modules)
    back = Codec().decode_error(entry(type=name, text="t", args=[1]))
    assert type(back) is RemoteError
    assert set(sys.modules) == before


def test_positions_outside_of_the_text_do_not_reach_the_interpreter() -> None:
    wire: Any = CODEC.encode_error(UnicodeEncodeError("ascii", "é", 0, 1, "why"))
    wire["errors"][0]["fields"]["start"] = 10**9
    with pytest.raises(SerializationError):
        CODEC.decode_error(wire)
