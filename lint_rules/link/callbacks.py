"""Functions that are handed to someone else, who will call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.containers import MUTATORS
from lint_rules.catalog.coordination import ITERATORS
from lint_rules.catalog.files import REMOVERS
from lint_rules.link.elements import iterated
from lint_rules.link.invoke import Arguments
from lint_rules.link.values import (
    IMPORT,
    NOTHING,
    UNKNOWN,
    Bound,
    External,
    Function,
    Made,
    Memo,
    Method,
    Text,
    Value,
    Values,
)

if TYPE_CHECKING:
    from lint_rules.facts.ir import Where
    from lint_rules.link.frame import Frame


CALLABLE = (Function, Bound, Memo)


def made_by(factories: Values, frame: Frame, where: Where) -> Values:
    """Return what a factory, called without arguments, makes."""
    found = NOTHING
    for factory in factories:
        found |= call_back(factory, Arguments(), frame, where)
    return found


def call_back(
    function: Value, arguments: Arguments, frame: Frame, where: Where
) -> Values:
    """Call a function that was handed to someone else."""
    from lint_rules.link.calls import call_value

    return call_value(function, arguments, frame, where)


def run_callbacks(arguments: Arguments, frame: Frame, where: Where) -> Values:
    """Call every function among the arguments with the other arguments."""
    everything = arguments.everything()
    for value in everything:
        if isinstance(value.thing, External) and value.thing.dotted in REMOVERS:
            # `stack.callback(os.remove, path)` and the like
            frame.effect("remove", where, None, value.thing.dotted, everything)
    functions = [v for v in everything if _can_be_called(v)]
    if not functions or frame.phase == IMPORT:
        return NOTHING
    rest = frozenset(v for v in everything if not _can_be_called(v))
    parts = rest | iterated(rest, frame)
    found = NOTHING
    for function in functions:
        found |= call_back(function, Arguments((), (), parts or UNKNOWN), frame, where)
    return found


def _can_be_called(value: Value) -> bool:
    """Tell whether a value is a function of ours, or a method such as `rows.append`."""
    thing = value.thing
    if isinstance(thing, Method):
        return thing.name in MUTATORS and isinstance(thing.receiver.thing, Made)
    return isinstance(thing, CALLABLE)


def passed(arguments: Arguments, frame: Frame, where: Where) -> None:
    """Note temporary paths that go to what is not known, and may remove them."""
    values = arguments.everything()
    paths = frozenset(v for v in values if isinstance(v.thing, Text) and v.thing.site)
    if paths:
        frame.effect("passed", where, None, "", paths)


def advances(thing: Made) -> bool:
    """Tell whether using an object moves it on: iterators, random generators."""
    return thing.type == "generator" or thing.type in ITERATORS
