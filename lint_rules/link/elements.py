"""What containers hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.containers import CHANGEABLE, MUTABLE
from lint_rules.facts import ir
from lint_rules.link.descriptors import hands_out
from lint_rules.link.values import (
    NOTHING,
    UNKNOWN,
    External,
    Made,
    Method,
    Scalar,
    State,
    Text,
    Unknown,
    Value,
    Values,
    one,
    reached,
)

if TYPE_CHECKING:
    from lint_rules.link.frame import Frame

ELEMENT = "[]"
# What a dict holds under keys that are not known.
OTHERS = "=*"
_ORDER = "order"


def elements_of(values: Values, frame: Frame, index: int | str | None = None) -> Values:
    """Return what iterating over, or indexing into, `values` may give."""
    found = NOTHING
    for value in values:
        found |= _elements(value, frame, index)
    return found


def iterated(values: Values, frame: Frame, index: int | str | None = None) -> Values:
    """Return what a `for` loop gets; from a dict that is its keys."""
    found = NOTHING
    for value in values:
        if is_mapping(value, frame):
            found |= UNKNOWN
        else:
            found |= _elements(value, frame, index)
    return found


def is_mapping(value: Value, frame: Frame) -> bool:
    """Tell whether a value is a dict, or an instance of a subclass of dict."""
    thing = value.thing
    if not isinstance(thing, Made):
        return False
    if thing.type in frame.machine.program.classes:
        bases = frame.machine.names.bases(thing.type)[1]
        return any(MUTABLE.get(base) == "dict" for base in bases)
    return thing.type == "dict"


def _elements(value: Value, frame: Frame, index: int | str | None) -> Values:
    thing, via = value
    if isinstance(thing, Scalar):
        return NOTHING
    if isinstance(thing, Text | State):
        return UNKNOWN
    below = via.below(ELEMENT) if via is not None else None
    if isinstance(thing, Made):
        cells = frame.machine.cells
        held = NOTHING
        if index is not None:
            held = cells.read(("field", thing, index))
        if held and isinstance(index, str):
            held |= cells.read(("field", thing, OTHERS))
        held = held or cells.read(("field", thing, ELEMENT))
        if held:
            return reached(held, below)
        if thing.type in CHANGEABLE and via is None:
            return NOTHING
    if hands_out(thing, frame) or (isinstance(thing, External) and via is None):
        return UNKNOWN
    if isinstance(thing, Made | Method | Unknown | External):
        return one(Unknown("element"), below)
    return UNKNOWN


def known_key(expr: ir.Expr) -> str:
    """Return under which part a dict keeps what it holds for a key."""
    if isinstance(expr, ir.Const) and expr.type == "str" and expr.text is not None:
        return f"={expr.text}"
    return OTHERS


def add_elements(
    target: Value, values: Values, frame: Frame, key: str = OTHERS
) -> None:
    """Put `values` into a container."""
    if isinstance(target.thing, Made):
        cells = frame.machine.cells
        cells.join(("field", target.thing, ELEMENT), values)
        cells.join(("field", target.thing, key), values)


def container(type_: str, site: str, held: Values, frame: Frame) -> Values:
    """Make a container that holds `held`."""
    made = Made(type_, site, frame.phase)
    frame.machine.cells.join(("field", made, ELEMENT), held)
    if type_ == "dict":
        frame.machine.cells.join(("field", made, OTHERS), held)
    return one(made)


def is_unordered(value: Value, frame: Frame) -> bool:
    """Tell whether another process may go through a container in another order.

    That holds for sets, other than those of numbers, and for what is copied from one.
    """
    thing = value.thing
    if not isinstance(thing, Made):
        return False
    cells = frame.machine.cells
    if thing.type != "set":
        return bool(cells.read(("field", thing, _ORDER)))
    held = cells.read(("field", thing, ELEMENT))
    return not held or any(inner.thing != Scalar("int") for inner in held)


def copy_order(made: Values, sources: Values, frame: Frame) -> Values:
    """Note that a container got its elements in the order of a set; return it."""
    if any(is_unordered(source, frame) for source in sources):
        for value in made:
            key = ("field", value.thing, _ORDER)
            frame.machine.cells.join(key, one(Scalar("set")))
    return made
