"""Calls anything, decorates anything, enters any context manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.caches import CACHES
from lint_rules.catalog.steps import is_step_decorator
from lint_rules.link.attributes import load_attribute
from lint_rules.link.callbacks import passed, run_callbacks
from lint_rules.link.copies import copied
from lint_rules.link.elements import elements_of
from lint_rules.link.handed import functions_of
from lint_rules.link.invoke import (
    Arguments,
    call_function,
    call_memo,
    construct,
    instantiate,
)
from lint_rules.link.methods import call_method
from lint_rules.link.models import call_external
from lint_rules.link.origin import dotted_name
from lint_rules.link.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    External,
    Function,
    Klass,
    Made,
    Memo,
    Method,
    Place,
    Thing,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from lint_rules.facts.ir import Expr, Where
    from lint_rules.link.frame import Frame


def call_value(  # noqa: C901 - one case per kind
    function: Value,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None = None,
) -> Values:
    """Call one value."""
    thing = function.thing
    match thing:
        case Function():
            return call_function(thing, arguments, frame, where)
        case Bound(function=inner, receiver=receiver):
            return call_function(inner, arguments, frame, where, receiver)
        case Klass(id=klass):
            return construct(klass, arguments, frame, where)
        case Memo():
            return call_memo(thing, arguments, frame, where)
        case Method(receiver=receiver, name="type.__call__"):
            inner_thing = receiver.thing
            if isinstance(inner_thing, Klass):
                return instantiate(inner_thing.id, arguments, frame, where)
            return UNKNOWN
        case Method() | External() if _registers(thing, arguments, frame):
            return arguments.at(0)
        case Method(receiver=receiver, name=name):
            if receiver.via is None:
                receiver = Value(receiver.thing, _owner(function.via))
            return call_method(receiver, name, arguments, frame, where, through)
        case External(dotted=dotted):
            return call_external(dotted, arguments, frame, where, through)
        case Made(type=kind):
            return _call_instance(function, kind, arguments, frame, where)
        case _:
            passed(arguments, frame, where)
            run_callbacks(arguments, frame, where)
            return UNKNOWN


def _registers(thing: Thing, arguments: Arguments, frame: Frame) -> bool:
    """Note functions that `app.task(function)` makes steps of."""
    if not arguments.positional:
        return False
    given = frozenset(
        value
        for value in arguments.positional[0]
        if isinstance(value.thing, Function | Bound | Memo)
    )
    dotted = dotted_name(thing, frame.machine)
    if not given or not is_step_decorator(dotted):
        return False
    frame.machine.cells.join(("registered",), given)
    named = arguments.at(9, "name") or frame.machine.cells.read(
        ("field", thing, "name")
    )
    if named and dotted.startswith("celery."):
        for function in functions_of(given):
            frame.machine.cells.join(("named", function), given)
    return True


def _owner(place: Place | None) -> Place | None:
    """Return the place of the object whose method was read from `place`."""
    if place is None or not place.path:
        return place
    return place._replace(path=place.path[:-1])


def _call_instance(
    function: Value, kind: str, arguments: Arguments, frame: Frame, where: Where
) -> Values:
    if kind == "partial":
        held = elements_of(frozenset({function}), frame)
        found = NOTHING
        for value in held:
            if isinstance(value.thing, Function | Bound | Klass | Memo):
                found |= call_value(value, arguments, frame, where)
        return found
    if _registers(function.thing, arguments, frame):
        return arguments.at(0)
    if kind in CACHES:
        given = arguments.at(0)
        _note_cache(given, frame, where)
        return remembered(kind, given)
    if kind in frame.machine.program.classes:
        method = frame.machine.names.method(kind, "__call__")
        if method is not None:
            return call_function(method, arguments, frame, where, function)
    run_callbacks(arguments, frame, where)
    return UNKNOWN


def decorate(
    values: Values,
    decorators: tuple[tuple[Expr, Where], ...],
    frame: Frame,
    identity: str,
) -> Values:
    """Apply decorators, innermost first."""
    from lint_rules.link.evaluate import evaluate

    cells = frame.machine.cells
    for expr, where in reversed(decorators):
        found = NOTHING
        for decorator in evaluate(expr, frame):
            thing = decorator.thing
            cells.join(
                ("decorators", identity),
                one(External(dotted_name(thing, frame.machine))),
            )
            if isinstance(thing, Function | Bound | Klass):
                arguments = Arguments((values,))
                made = call_value(decorator, arguments, frame, where)
                found |= copied(made, thing, values, frame, identity)
            elif (
                isinstance(thing, Made) and thing.type in frame.machine.program.classes
            ):
                found |= call_value(decorator, Arguments((values,)), frame, where)
            else:
                kept = remembered(dotted_name(thing, frame.machine), values)
                if kept != values:
                    _note_cache(values, frame, where)
                found |= kept
        values = found or values
    return values


def _note_cache(values: Values, frame: Frame, where: Where) -> None:
    for value in values:
        if isinstance(value.thing, Function):
            site = (frame.module, where)
            frame.machine.cache_sites[value.thing.id] = site


def remembered(dotted: str, values: Values) -> Values:
    """Return functions behind a cache, if that is what is called `dotted`."""
    if dotted not in CACHES:
        return values
    return frozenset(
        Value(Memo(v.thing, dotted)) if isinstance(v.thing, Function | Bound) else v
        for v in values
    )


def enter(values: Values, frame: Frame, where: Where) -> Values:
    """Return what `with value as x` binds."""
    found = NOTHING
    for value in values:
        thing = value.thing
        if isinstance(thing, Made) and thing.type == "context":
            found |= elements_of(frozenset({value}), frame)
        elif isinstance(thing, Made) and thing.type in frame.machine.program.classes:
            found |= _enter_instance(value, frame, where)
        else:
            if isinstance(thing, Made):
                frame.change("use", value, where, "__enter__")
            found |= frozenset({value})
    return found


def _enter_instance(value: Value, frame: Frame, where: Where) -> Values:
    found = NOTHING
    for word in ("__enter__", "__aenter__", "__exit__", "__aexit__"):
        for bound in load_attribute(value, word, frame, where):
            if isinstance(bound.thing, Bound):
                result = call_value(bound, Arguments(), frame, where)
                if word.endswith("enter__"):
                    found |= result
    return found or frozenset({value})
