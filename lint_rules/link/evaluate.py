"""Evaluates expressions to sets of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.link.attributes import key_of, load_attribute
from lint_rules.link.calls import call_value
from lint_rules.link.elements import (
    OTHERS,
    container,
    copy_order,
    elements_of,
    iterated,
    known_key,
)
from lint_rules.link.files import path_of
from lint_rules.link.invoke import Arguments
from lint_rules.link.texts import begins_with_a_name, names_a_file
from lint_rules.link.values import (
    NOTHING,
    UNKNOWN,
    External,
    Function,
    Made,
    Place,
    Scalar,
    Text,
    Value,
    Values,
    one,
    reached,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lint_rules.link.frame import Frame


def evaluate(expr: ir.Expr, frame: Frame) -> Values:
    """Return what an expression may be."""
    handler = _HANDLERS[type(expr)]
    return handler(expr, frame)


def _name(expr: ir.Name, frame: Frame) -> Values:
    return frame.load(expr)


def _const(expr: ir.Const, frame: Frame) -> Values:
    del frame
    if expr.type == "str" and expr.text is not None:
        return one(Text(expr.text[:80], "literal"))
    return one(Scalar(expr.text if expr.type == "bool" and expr.text else expr.type))


def _joined(expr: ir.Joined, frame: Frame) -> Values:
    parts = [evaluate(part, frame) for part in expr.parts]
    known = any(isinstance(value.thing, Text) for value in parts[0] if parts)
    if expr.parts and not known and begins_with_a_name(expr):
        return one(Text("*", "literal", exact=False))
    return join_text(parts)


def join_text(parts: list[Values]) -> Values:
    """Return the text that begins with the first part."""
    if not parts:
        return one(Text("", "literal"))
    found: set[Value] = set()
    single = len(parts) == 1
    for value in parts[0]:
        thing = value.thing
        if isinstance(thing, Text):
            exact = thing.exact and single
            found.add(Value(thing._replace(exact=exact)))
            if not thing.text and thing.exact and thing.base == "literal":
                found.discard(Value(thing._replace(exact=exact)))
                # An empty text that something else takes the place of is no path.
                found.update(join_text(parts[1:]) if len(parts[0]) == 1 else ())
        else:
            found.add(Value(Text("", "unknown", exact=False)))
    return frozenset(found) or one(Text("", "unknown", exact=False))


def _attr(expr: ir.Attr, frame: Frame) -> Values:
    found = NOTHING
    for value in evaluate(expr.base, frame):
        found |= load_attribute(value, expr.name, frame, expr.where)
    return found


def _item(expr: ir.Item, frame: Frame) -> Values:
    bases = evaluate(expr.base, frame)
    asked = evaluate(expr.index, frame)
    if expr.is_slice:
        kinds = [v.thing for v in bases if isinstance(v.thing, Text)]
        if kinds:
            return frozenset(Value(kind) for kind in kinds)
        held = elements_of(bases, frame)
        return container("list", frame.site(expr.where), held, frame)
    key = known_key(expr.index)
    index: int | str | None = None if key == OTHERS else key
    if isinstance(expr.index, ir.Const) and expr.index.type == "int":
        text = expr.index.text or ""
        index = int(text) if text.isdigit() else None
    found = NOTHING
    for base in bases:
        thing = base.thing
        if isinstance(thing, External) and thing.dotted == "sys.modules":
            found |= frame.machine.names.module(frame.module)
        elif isinstance(thing, External) and thing.dotted == "os.environ":
            frame.effect("outside", expr.where, None, "os.environ")
            place = Place("external", "os.environ", "", key_of(asked))
            frame.effect("asks", expr.where, place, "os.environ")
            found |= one(Text("", "environment", exact=False))
        elif isinstance(thing, Made) and thing.type in frame.machine.program.classes:
            found |= _item_of_instance(base, thing, frame, expr.where)
        elif isinstance(thing, Made) and thing.type == "module namespace":
            found |= _global(thing.site, expr.index, frame)
        else:
            found |= elements_of(frozenset({base}), frame, index)
    return found


def _global(module: str, index: ir.Expr, frame: Frame) -> Values:
    """Return what `globals()[index]` may be."""
    if isinstance(index, ir.Const) and index.type == "str" and index.text:
        return frame.machine.names.module_attribute(module, index.text) or UNKNOWN
    return UNKNOWN


def _item_of_instance(
    base: Value, thing: Made, frame: Frame, where: ir.Where
) -> Values:
    method = frame.machine.names.method(thing.type, "__getitem__")
    if method is None:
        return elements_of(frozenset({base}), frame)
    bound = load_attribute(base, "__getitem__", frame, where)
    found = NOTHING
    for value in bound:
        found |= call_value(value, Arguments((UNKNOWN,)), frame, where)
    return found


def _call(expr: ir.Call, frame: Frame) -> Values:
    functions = evaluate(expr.func, frame)
    arguments = _arguments(expr, frame)
    found = NOTHING
    through = expr.func.base if isinstance(expr.func, ir.Attr) else None
    for function in functions:
        found |= call_value(function, arguments, frame, expr.where, through)
    return found


def _arguments(expr: ir.Call, frame: Frame) -> Arguments:
    positional: list[Values] = []
    spread, spread_keywords = NOTHING, NOTHING
    for argument in expr.args:
        if isinstance(argument, ir.Spread):
            spread |= iterated(evaluate(argument.value, frame), frame)
        else:
            positional.append(evaluate(argument, frame))
    keywords: list[tuple[str, Values]] = []
    for word, value in expr.keywords:
        if word is None:
            spread_keywords |= evaluate(value, frame)
        else:
            keywords.append((word, evaluate(value, frame)))
    return Arguments(tuple(positional), tuple(keywords), spread, spread_keywords)


def _display(expr: ir.Display, frame: Frame) -> Values:
    for key in expr.keys:
        evaluate(key, frame)
    held = NOTHING
    cells = frame.machine.cells
    made = Made(expr.type, frame.site(expr.where), frame.phase)
    keys = iter(expr.keys)
    for number, element in enumerate(expr.elements):
        part: str | int = OTHERS
        if isinstance(element, ir.Spread):
            inner = evaluate(element.value, frame)
            give = elements_of if expr.type == "dict" else iterated
            values = give(inner, frame)
        else:
            values = evaluate(element, frame)
            part = known_key(next(keys)) if expr.type == "dict" else number
        held |= values
        if expr.type in {"dict", "tuple"}:
            cells.join(("field", made, part), values)
    cells.join(("field", made, "[]"), held)
    return one(made)


def _comprehension(expr: ir.Comprehension, frame: Frame) -> Values:
    from lint_rules.link.execute import assign

    through = NOTHING
    for target, source in expr.clauses:
        values = evaluate(source, frame)
        through |= values
        assign(target, iterated(values, frame), frame, expr.where)
    for condition in expr.conditions:
        evaluate(condition, frame)
    held = NOTHING
    for element in expr.elements:
        held |= evaluate(element, frame)
    made = container(expr.type, frame.site(expr.where), held, frame)
    return made if expr.type == "set" else copy_order(made, through, frame)


def _spread(expr: ir.Spread, frame: Frame) -> Values:
    return iterated(evaluate(expr.value, frame), frame)


def _choice(expr: ir.Choice, frame: Frame) -> Values:
    for test in expr.tests:
        evaluate(test, frame)
    found = NOTHING
    for option in expr.options:
        found |= evaluate(option, frame)
    return found


def _binary(expr: ir.Binary, frame: Frame) -> Values:
    left, right = evaluate(expr.left, frame), evaluate(expr.right, frame)
    texts = [v for v in left if isinstance(v.thing, Text)]
    if texts and expr.op == "Div":
        return path_of((left, right))
    if texts and expr.op == "Add":
        return join_text([left, right])
    if texts and expr.op == "Mod":
        return frozenset(Value(_formatted(v.thing)) for v in texts)  # type: ignore[arg-type]
    if any(isinstance(v.thing, Made) for v in left | right):
        held = elements_of(left, frame) | elements_of(right, frame)
        kind = "list"
        for value in left:
            if isinstance(value.thing, Made) and value.thing.type == "tuple":
                kind = "tuple"
        made = container(kind, frame.site(expr.where), held, frame)
        return copy_order(made, left, frame)
    return one(Scalar("result"))


def _formatted(thing: Text) -> Text:
    """`text % values`: what is known is the text before the first placeholder."""
    cut = thing.text.split("%")[0]
    if cut or thing.base != "literal":
        return thing._replace(text=cut, exact=False)
    base = "literal" if names_a_file(thing.text) else "unknown"
    return Text("*" if base == "literal" else "", base, exact=False)


def _lambda(expr: ir.Lambda, frame: Frame) -> Values:
    from lint_rules.link.execute import bind_defaults

    identity = f"{frame.module}:{expr.qualname}"
    bind_defaults(frame.machine.program.functions[identity], frame)
    return one(Function(identity, frame.phase))


def _walrus(expr: ir.Walrus, frame: Frame) -> Values:
    from lint_rules.link.execute import assign

    values = evaluate(expr.value, frame)
    assign(expr.target, values, frame, expr.where)
    return values


def _yield(expr: ir.Yield, frame: Frame) -> Values:
    values = evaluate(expr.value, frame)
    if expr.delegates:
        values = elements_of(values, frame)
    frame.machine.cells.join(("yield", frame.phase, frame.id), values)
    return UNKNOWN


def _awaited(expr: ir.Awaited, frame: Frame) -> Values:
    found = NOTHING
    for value in evaluate(expr.value, frame):
        thing = value.thing
        if isinstance(thing, Made) and thing.type == "coroutine":
            held = frame.machine.cells.read(("field", thing, "[]"))
            found |= reached(held, value.via)
        else:
            found |= frozenset({value})
    return found


def _opaque(expr: ir.Opaque, frame: Frame) -> Values:
    for part in expr.parts:
        evaluate(part, frame)
    return one(Scalar("result"))


_HANDLERS: dict[type, Callable[..., Values]] = {
    ir.Name: _name,
    ir.Const: _const,
    ir.Joined: _joined,
    ir.Attr: _attr,
    ir.Item: _item,
    ir.Call: _call,
    ir.Display: _display,
    ir.Comprehension: _comprehension,
    ir.Spread: _spread,
    ir.Choice: _choice,
    ir.Binary: _binary,
    ir.Lambda: _lambda,
    ir.Walrus: _walrus,
    ir.Yield: _yield,
    ir.Awaited: _awaited,
    ir.Opaque: _opaque,
}
