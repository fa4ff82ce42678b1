"""Reads, stores and deletes attributes and items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.steps import DELIVERIES
from lint_rules.facts import ir
from lint_rules.link.copies import original
from lint_rules.link.descriptors import is_descriptor, is_foreign, is_given
from lint_rules.link.elements import OTHERS, add_elements
from lint_rules.link.invoke import Arguments, call_function
from lint_rules.link.values import (
    IMPORT,
    NOTHING,
    UNKNOWN,
    Bound,
    External,
    Function,
    Klass,
    Made,
    Memo,
    Method,
    Module,
    Place,
    Scalar,
    State,
    Super,
    Text,
    Unknown,
    Value,
    Values,
    one,
    reached,
)

if TYPE_CHECKING:
    from lint_rules.link.frame import Frame


def load_attribute(  # noqa: C901 - one case per kind
    value: Value, name: str, frame: Frame, where: ir.Where
) -> Values:
    """Return what `value.name` may be."""
    thing, via = value
    match thing:
        case Module(module=module):
            return _of_module(module, name, frame)
        case External(dotted=dotted):
            return one(External(f"{dotted}.{name}"), via)
        case Klass(id=klass):
            return _of_class(klass, name, Value(thing), frame)
        case Made(type=klass) if klass in frame.machine.program.classes:
            return _of_instance(value, klass, name, frame, where)
        case Function() if name != "__call__":
            return _of_function(thing, name, frame)
        case Memo(function=inner):
            return one(Method(value, name)) if inner else NOTHING
        case Super(klass=klass, receiver=receiver):
            return _of_super(klass, receiver, name, frame)
        case State():
            stores = name in {"update", "setdefault"}
            return one(Method(value, name)) if stores else UNKNOWN
        case Text() if name in {"parent", "parents"}:
            return one(thing._replace(exact=False, is_path=True))
        case Text() | Made() | Method() | Unknown():
            return _of_stranger(value, name, frame)
        case _:
            return UNKNOWN if not isinstance(thing, Scalar) else NOTHING


def _of_module(module: str, name: str, frame: Frame) -> Values:
    if name == "__dict__":
        made = Made("module namespace", module, IMPORT)
        return one(made, Place("global", module, "*"))
    return frame.machine.names.module_attribute(module, name)


def _of_class(klass: str, name: str, receiver: Value, frame: Frame) -> Values:
    names = frame.machine.names
    found, holder = names.class_attribute(klass, name)
    place = Place("class", holder, name) if names.is_lasting(holder) else None
    result: set[Value] = set()
    bound = holder in names.metaclasses(klass)
    for value in found:
        thing = value.thing
        if isinstance(thing, Function) and (
            bound or names.kind_of_method(thing) == "class"
        ):
            result.add(Value(Bound(thing, receiver)))
        elif isinstance(thing, Memo) and isinstance(thing.function, Function):
            kind = names.kind_of_method(thing.function)
            inner = Bound(thing.function, receiver) if kind == "class" else None
            result.add(Value(thing._replace(function=inner or thing.function)))
        else:
            kept = None if is_descriptor(thing, klass, frame) else place
            result.update(reached(frozenset({value}), kept))
    if not found and name == "__dict__":
        return one(Unknown(), place)
    if not found and names.bases(klass)[1]:
        # What another package's base class brings, it keeps and hands out itself.
        return one(Method(Value(Klass(klass)), name))
    return frozenset(result)


def _of_instance(
    value: Value, klass: str, name: str, frame: Frame, where: ir.Where
) -> Values:
    names, cells = frame.machine.names, frame.machine.cells
    place = frame.machine.lasting_place(value)
    below = place.below(name) if place is not None else None
    own = cells.read(("field", value.thing, name))
    if own:
        return reached(own, below)
    method = names.method(klass, name)
    if method is not None:
        return _bound_method(value, klass, method, name, frame, where)
    if name == "__class__":
        return one(Klass(klass))
    found, holder = names.class_attribute(klass, name)
    if found:
        shared = Place("class", holder, name) if names.is_lasting(holder) else None
        plain = frozenset(v for v in found if not is_given(v.thing, holder, frame))
        given = UNKNOWN if plain != found else NOTHING
        return _through_instance(plain, shared, value) | given
    dynamic = names.method(klass, "__getattr__")
    if dynamic is not None:
        return call_function(dynamic, Arguments(), frame, where, value)
    if names.bases(klass)[1]:
        return one(Method(value, name), below)
    return one(Unknown(name), below)


def _through_instance(found: Values, place: Place | None, value: Value) -> Values:
    plain = frozenset(
        Value(Bound(v.thing, value)) if isinstance(v.thing, Function) else v
        for v in found
        if not isinstance(v.thing, Memo)
    )
    memos = frozenset(
        Value(Memo(Bound(v.thing.function, value), v.thing.cache))
        for v in found
        if isinstance(v.thing, Memo) and isinstance(v.thing.function, Function)
    )
    return reached(plain, place) | memos


def _bound_method(
    value: Value,
    klass: str,
    method: Function,
    name: str,
    frame: Frame,
    where: ir.Where,
) -> Values:
    kind = frame.machine.names.kind_of_method(method)
    if kind == "static":
        return one(method)
    if kind == "class":
        return one(Bound(method, Value(Klass(klass))))
    if kind == "plain":
        return one(Bound(method, value))
    result = call_function(method, Arguments(), frame, where, value)
    if kind == "cached":
        place = frame.machine.lasting_place(value)
        if place is not None:
            owner = Place("memo", method.id, "cached_property")
            frame.effect("memo", where, owner)
            return reached(result, place.below(name))
    return result


def _of_function(function: Function, name: str, frame: Frame) -> Values:
    found = frame.machine.cells.read(("funcattr", function.id, name))
    if function.phase != IMPORT:
        return found
    if not found and name in DELIVERIES:
        return one(Method(Value(function), name))
    place = Place("function", function.id, name)
    if found:
        return reached(found, place)
    # A task of another package has attributes of its own, such as its current request.
    decorators = frame.machine.cells.read(("decorators", original(function.id)))
    foreign = any(
        isinstance(value.thing, External) and is_foreign(value.thing.dotted)
        for value in decorators
    )
    return one(Unknown(name), None if foreign else place)


def _of_super(klass: str, receiver: Value, name: str, frame: Frame) -> Values:
    names = frame.machine.names
    start = receiver.thing
    kind = start.id if isinstance(start, Klass) else getattr(start, "type", klass)
    method = names.method(kind, name, after=klass)
    if method is None:
        if name == "__new__":
            return one(External("builtins.object.__new__"))
        if name == "__call__":
            return one(Method(receiver, "type.__call__"))
        return one(Method(receiver, name), receiver.via)
    if names.kind_of_method(method) == "static":
        return one(method)
    return one(Bound(method, receiver))


def _of_stranger(value: Value, name: str, frame: Frame) -> Values:
    thing, via = value
    below = via.below(name) if via is not None else None
    if isinstance(thing, Made):
        own = frame.machine.cells.read(("field", thing, name))
        if own:
            return reached(own, below)
    nested = isinstance(thing, Method) and isinstance(thing.receiver.thing, Method)
    if nested:
        return one(Unknown(name), below)
    return one(Method(Value(thing, via), name), below)


def store(
    target: ir.Attr | ir.Item, values: Values, frame: Frame, where: ir.Where, how: str
) -> None:
    """Store into an attribute or an item, which may be an effect."""
    from lint_rules.link.evaluate import evaluate

    bases = evaluate(target.base, frame)
    if isinstance(target, ir.Attr):
        for base in bases:
            store_attribute(base, target.name, values, frame, where, how, target.base)
        return
    key = key_of(evaluate(target.index, frame))
    for base in bases:
        store_item(base, values, frame, where, how, target.base, key)


def key_of(index: Values) -> tuple[str, ...]:
    """Return the one text that an index is, if that is known."""
    texts = {v.thing.text for v in index if isinstance(v.thing, Text) and v.thing.exact}
    return tuple(texts) if len(texts) == len(index) == 1 else ()


def store_item(
    base: Value,
    values: Values,
    frame: Frame,
    where: ir.Where,
    how: str,
    through: ir.Expr | None,
    key: tuple[str, ...] = (),
) -> None:
    """Store an item into one container, under a key if that is known."""
    add_elements(base, values, frame, f"={key[0]}" if key else OTHERS)
    thing = base.thing
    if isinstance(thing, Made) and thing.type == "module namespace" and key:
        frame.bind(ir.Name(key[0], "global"), values, where, how, thing.site)
        return
    if isinstance(thing, External):
        place = Place("external", thing.dotted, "", key)
        frame.effect("item", where, place, how, values, through=through)
        return
    if isinstance(thing, State):
        frame.effect("state", where, None, how, values)
        return
    if thing.__class__ in {Scalar, Text}:
        return
    method = None
    if isinstance(thing, Made) and thing.type in frame.machine.program.classes:
        method = frame.machine.names.method(thing.type, "__setitem__")
    if method is not None:
        arguments = Arguments((UNKNOWN, values))
        call_function(method, arguments, frame, where, base)
        return
    frame.change("item", base, where, how, values, through=through)


def store_attribute(
    base: Value,
    name: str,
    values: Values,
    frame: Frame,
    where: ir.Where,
    how: str,
    through: ir.Expr | None,
) -> None:
    """Store an attribute of one object."""
    frame.touch(base, where)
    cells = frame.machine.cells
    thing = base.thing
    match thing:
        case Module(module=module):
            cells.join(("global", module, name), values)
            place = Place("global", module, name)
            frame.effect("attribute", where, place, f"module {how}", values)
        case Klass(id=klass):
            cells.join(("class", klass, name), values)
            if frame.machine.names.is_lasting(klass):
                place = Place("class", klass, name)
                frame.effect("attribute", where, place, how, values, through=through)
        case Function(id=identity, phase=phase):
            cells.join(("funcattr", identity, name), values)
            if phase == IMPORT:
                place = Place("function", identity, name)
                frame.effect("attribute", where, place, how, values)
        case External(dotted=dotted):
            place = Place("external", dotted, name)
            frame.effect("attribute", where, place, how, values)
        case State():
            frame.effect("state", where, None, name, values)
        case Scalar() | Text():
            pass
        case _:
            cells.join(("field", thing, name), values)
            lasting = frame.machine.lasting_place(base)
            if lasting is not None and (base.via is not None or name != "__dict__"):
                held = values | one(thing)
                frame.effect(
                    "attribute",
                    where,
                    lasting.below(name),
                    how,
                    held,
                    through=through,
                    receiver=thing,
                )


def delete_from(target: ir.Expr, frame: Frame, where: ir.Where) -> None:
    """Delete an attribute or an item."""
    from lint_rules.link.evaluate import evaluate

    if isinstance(target, ir.Display):
        for element in target.elements:
            delete_from(element, frame, where)
        return
    if not isinstance(target, ir.Attr | ir.Item):
        return
    for base in evaluate(target.base, frame):
        if isinstance(base.thing, State):
            continue
        if isinstance(target, ir.Attr):
            store_attribute(
                base, target.name, NOTHING, frame, where, "delete", target.base
            )
        else:
            key = key_of(evaluate(target.index, frame))
            store_item(base, NOTHING, frame, where, "delete", target.base, key)
