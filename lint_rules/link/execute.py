"""Evaluates statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.statements import UNSET
from lint_rules.link.attributes import delete_from, store
from lint_rules.link.callbacks import advances
from lint_rules.link.calls import decorate, enter
from lint_rules.link.elements import add_elements, elements_of, is_unordered, iterated
from lint_rules.link.evaluate import evaluate
from lint_rules.link.values import (
    NOTHING,
    Function,
    Klass,
    Made,
    Scalar,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lint_rules.link.frame import Frame

_IN_PLACE = frozenset({"list", "dict", "set", "deque", "bytearray"})


def run_block(body: Iterable[ir.Stmt], frame: Frame) -> None:
    """Evaluate a block; `frame.ended` tells whether its end is out of reach."""
    for statement in body:
        if frame.ended:
            return
        _run(statement, frame)


def _run(statement: ir.Stmt, frame: Frame) -> None:  # noqa: C901, PLR0912 - one case per kind
    match statement:
        case ir.Evaluate(value=value):
            evaluate(value, frame)
        case ir.Assign(targets=targets, value=value, where=where):
            if value == UNSET:
                return
            values = evaluate(value, frame)
            for target in targets:
                assign(target, values, frame, where)
        case ir.Augment():
            _augment(statement, frame)
        case ir.Return(value=value, where=where):
            if value is not None:
                _return(evaluate(value, frame), frame, where)
            frame.ended = True
        case ir.Leave(parts=parts):
            for part in parts:
                evaluate(part, frame)
            frame.ended = True
        case ir.Delete(targets=targets, where=where):
            for target in targets:
                _delete(target, frame, where)
        case ir.Define():
            _define(statement, frame)
        case ir.Import():
            _import(statement, frame)
        case _:
            _run_compound(statement, frame)


def _run_compound(statement: ir.Stmt, frame: Frame) -> None:
    match statement:
        case ir.Branch(test=test, blocks=blocks):
            evaluate(test, frame)
            if _never_runs(test):
                blocks = blocks[1:]
            _run_each(blocks, frame)
        case ir.Loop():
            _loop(statement, frame)
        case ir.With(items=items, body=body, where=where):
            for context, target in items:
                entered = enter(evaluate(context, frame), frame, where)
                if target is not None:
                    assign(target, entered, frame, where)
            run_block(body, frame)
        case ir.Try(body=body, handlers=handlers, orelse=orelse, final=final):
            before = dict(frame.env)
            _run_each(((*body, *orelse),), frame)
            ended, after = frame.ended, frame.env
            frame.env = _merged([before, after])
            frame.ended = False
            _run_each((*handlers,) if handlers else ((),), frame)
            if not ended:
                frame.env = _merged([frame.env, after])
                frame.ended = False
            elif not handlers:
                frame.ended = True
            left = frame.ended
            frame.ended = False
            run_block(final, frame)
            frame.ended = frame.ended or left
        case _:
            pass


def _run_each(blocks: tuple[tuple[ir.Stmt, ...], ...], frame: Frame) -> None:
    before = frame.env
    ends: list[dict[str, Values]] = []
    for block in blocks:
        frame.env, frame.ended = dict(before), False
        run_block(block, frame)
        if not frame.ended:
            ends.append(frame.env)
    frame.ended = not ends
    frame.env = _merged(ends) if ends else before


def _merged(envs: list[dict[str, Values]]) -> dict[str, Values]:
    if len(envs) == 1:
        return envs[0]
    merged: dict[str, Values] = {}
    for env in envs:
        for name, values in env.items():
            merged[name] = merged.get(name, NOTHING) | values
    return merged


def _loop(statement: ir.Loop, frame: Frame) -> None:
    for _ in range(2):
        before = frame.env
        frame.env = dict(before)
        source = evaluate(statement.source, frame)
        if statement.target is not None:
            items = iterated(source, frame)
            for value in source:
                if isinstance(value.thing, Made) and advances(value.thing):
                    frame.change("method", value, statement.where, "next")
            if any(is_unordered(value, frame) for value in source):
                frame.effect("unordered", statement.where, None, "set")
            assign(statement.target, items, frame, statement.where, "loop")
        run_block(statement.body, frame)
        frame.ended = False
        frame.env = _merged([before, frame.env])
    run_block(statement.orelse, frame)


def _never_runs(test: ir.Expr) -> bool:
    """Tell whether a block is for scripts or for type checkers only."""
    if isinstance(test, ir.Opaque) and len(test.parts) == 2:
        names = {getattr(part, "id", getattr(part, "text", "")) for part in test.parts}
        return names == {"__name__", "__main__"}
    name = getattr(test, "id", getattr(test, "name", ""))
    return name == "TYPE_CHECKING"


def assign(
    target: ir.Expr, values: Values, frame: Frame, where: ir.Where, how: str = "assign"
) -> None:
    """Bind or store `values`."""
    match target:
        case ir.Name():
            if values or target.kind == "local":
                frame.bind(target, values, where, how)
            else:
                frame.bind(target, NOTHING, where, how)
        case ir.Display(elements=elements):
            for number, element in enumerate(elements):
                part = elements_of(values, frame, number)
                if isinstance(element, ir.Spread):
                    part = one(Made("list", frame.site(where), frame.phase))
                    element = element.value  # noqa: PLW2901
                assign(element, part, frame, where, how)
        case ir.Attr() | ir.Item():
            store(target, values, frame, where, how)
        case _:
            evaluate(target, frame)


def _augment(statement: ir.Augment, frame: Frame) -> None:
    right = evaluate(statement.value, frame)
    target, where = statement.target, statement.where
    if isinstance(target, ir.Attr | ir.Item):
        store(target, NOTHING, frame, where, "augment")
        for value in evaluate(target, frame):
            if isinstance(value.thing, Made) and value.thing.type in _IN_PLACE:
                if value.via is not None and value.via.root == "class":
                    # `self.rows += [1]` changes the list that all instances share
                    frame.change("method", value, where, f"{statement.op}=")
                _extend(value.thing, right, frame)
    if not isinstance(target, ir.Name):
        return
    for value in frame.load(target):
        if isinstance(value.thing, Made) and value.thing.type in _IN_PLACE:
            if target.kind != "global":
                frame.change("method", value, where, f"{statement.op}=")
            _extend(value.thing, right, frame)
    if target.kind != "local":
        frame.bind(target, NOTHING, where, "augment")


def _extend(thing: Made, right: Values, frame: Frame) -> None:
    add_elements(Value(thing), elements_of(right, frame), frame)


def _return(values: Values, frame: Frame, where: ir.Where) -> None:
    frame.returned |= values
    if frame.depth:
        return
    frame.machine.cells.join(("return", frame.phase, frame.id), values)
    frame.effect("return", where, None, "", values)


def _delete(target: ir.Expr, frame: Frame, where: ir.Where) -> None:
    if isinstance(target, ir.Name):
        if target.kind != "local":
            frame.bind(target, NOTHING, where, "delete")
        return
    delete_from(target, frame, where)


def _define(statement: ir.Define, frame: Frame) -> None:
    program, machine = frame.machine.program, frame.machine
    identity = f"{frame.module}:{statement.qualname}"
    if statement.is_class:
        klass = program.classes[identity]
        machine.cells.join(("defined", identity), one(Scalar(frame.phase)))
        bases = [evaluate(base, frame) for base in klass.bases]
        for values in bases:
            machine.cells.join(("bases", identity), values)
        for word, expr in klass.keywords:
            machine.cells.join(("keyword", identity, word), evaluate(expr, frame))
        run_block(klass.body, frame)
        _note_fields(klass, identity, frame)
        values = decorate(one(Klass(identity)), klass.decorators, frame, identity)
        values = subclass_hook(identity, values, frame, statement.where)
        frame.bind(statement.name, values, statement.where, "define")
        return
    function = program.functions[identity]
    bind_defaults(function, frame)
    made = one(Function(identity, frame.phase))
    values = decorate(made, function.decorators, frame, identity)
    frame.bind(statement.name, values, statement.where, "define")


def _note_fields(klass: ir.ClassFacts, identity: str, frame: Frame) -> None:
    names: list[str] = []
    for statement in klass.body:
        if not isinstance(statement, ir.Assign) or statement.annotation is None:
            continue
        target = statement.targets[0]
        if isinstance(target, ir.Name) and not _is_class_variable(statement):
            names.append(target.id)
            if statement.value != UNSET:
                values = evaluate(statement.value, frame)
                key = ("field-default", identity, target.id)
                frame.machine.cells.join(key, values)
    frame.machine.fields[identity] = names


def _is_class_variable(statement: ir.Assign) -> bool:
    annotation = statement.annotation
    if isinstance(annotation, ir.Item):
        annotation = annotation.base
    name = getattr(annotation, "name", getattr(annotation, "id", ""))
    text = getattr(annotation, "text", "") or ""
    return name == "ClassVar" or "ClassVar" in text


def bind_defaults(function: ir.FunctionFacts, frame: Frame) -> None:
    """Evaluate default arguments where the function is defined."""
    identity = f"{frame.module}:{function.qualname}"
    for param in function.params:
        if param.default is not None:
            values = evaluate(param.default, frame)
            key = ("default", frame.phase, identity, param.name)
            frame.machine.cells.join(key, values)


def subclass_hook(
    identity: str, values: Values, frame: Frame, where: ir.Where
) -> Values:
    """Call `__init_subclass__` of the first ancestor that has one."""
    names = frame.machine.names
    hook = names.method(identity, "__init_subclass__", after=identity)
    if hook is not None:
        param = frame.machine.program.functions[hook.id].params[0].name
        key = ("param", frame.phase, hook.id, param)
        frame.machine.cells.join(key, one(Klass(identity)))
        frame.machine.called(frame, hook.id, where)
    return values


def _import(statement: ir.Import, frame: Frame) -> None:
    names = frame.machine.names
    for name, module, attribute in statement.bindings:
        if attribute is None:
            values = names.module(module)
        else:
            values = names.module_attribute(module, attribute)
        if not frame.qualname and name.kind == "global":
            frame.machine.cells.join(("global", frame.module, name.id), values)
        else:
            frame.bind(name, values, statement.where, "import")
    for star in statement.stars:
        names.import_all(frame.module, star)
