"""Functions that some code hands to a worker, as an object or by a dotted path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.catalog.steps import (
    HANDED,
    TASK_NAMES,
    WORKER_SETTINGS,
    WORKFLOW_CLASSES,
)
from lint_rules.facts import ir
from lint_rules.facts.parts import every_part
from lint_rules.link.origin import Origins
from lint_rules.link.values import Bound, Function, Klass, Memo, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.machine import Machine


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted path that stands in a call: where, and the program's names for it."""

    text: str
    module: str
    function: str
    where: ir.Where
    prefixes: tuple[str, ...]
    is_task_name: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A function that is handed on; `listed` when it is in a workflow's list."""

    function: str
    listed: bool


def handed_on(machine: Machine) -> Iterator[Found | Path]:
    """Return the functions, and the paths, that are handed to workers anywhere."""
    for module, facts in machine.program.modules.items():
        for handed in facts.handed:
            origins = Origins(machine, module, handed.function)
            names = origins.names(handed.call.func)
            argument, dotted = _argument(handed.call, names)
            if argument is None:
                continue
            for part in _elements(argument):
                if isinstance(part, ir.Const) and part.type == "str":
                    yield from _paths(part, handed, module, dotted)
                elif isinstance(part, ir.Name | ir.Attr | ir.Lambda):
                    for function in functions_of(origins.values(part)):
                        yield Found(function, dotted in WORKFLOW_CLASSES)
    yield from _of_arq(machine)


def _argument(call: ir.Call, names: set[str]) -> tuple[ir.Expr | None, str]:
    """Return the argument that is handed on, and the dotted name of the call."""
    for dotted in sorted(names):
        owner, _, word = dotted.rpartition(".")
        place = HANDED.get(dotted)
        if place is None and owner.split(".")[0] == "celery":
            place = TASK_NAMES.get(word)
        if place is None:
            continue
        for keyword, value in call.keywords:
            if keyword == place[1]:
                return value, dotted
        if place[0] < len(call.args):
            return call.args[place[0]], dotted
    return None, ""


def _elements(expr: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(expr, ir.Display):
        for element in expr.elements:
            yield from _elements(element)
    elif isinstance(expr, ir.Call):
        for argument in expr.args:  # `parallel(a, b)`, `partial(a, 1)`
            yield from _elements(argument)
    else:
        yield expr


def _paths(
    part: ir.Const, handed: ir.Handed, module: str, dotted: str
) -> Iterator[Path]:
    for text, prefixes in handed.paths:
        if text == part.text:
            where, named = handed.call.where, dotted not in HANDED
            function = f"{module}:{handed.function}"
            yield Path(text, module, function, where, prefixes, named)


def _of_arq(machine: Machine) -> Iterator[Found]:
    """Return the functions that the settings of an arq worker list."""
    for module, facts in machine.program.modules.items():
        if not any(name.partition(".")[0] == "arq" for name in facts.imports):
            continue
        for klass in facts.classes:
            assigned = {
                target.id
                for node in every_part(klass.body)
                if isinstance(node, ir.Assign)
                for target in node.targets
                if isinstance(target, ir.Name)
            }
            if not assigned.intersection(WORKER_SETTINGS):
                continue
            key = ("class", f"{module}:{klass.qualname}", "functions")
            for value in machine.cells.peek(key):
                held = machine.cells.peek(("field", value.thing, "[]"))
                yield from (Found(function, False) for function in functions_of(held))  # noqa: FBT003


def functions_of(values: Values) -> list[str]:
    """Return the ids of the functions among some values, or behind a wrapper."""
    found: list[str] = []
    for value in values:
        thing = value.thing
        if isinstance(thing, Memo):
            thing = thing.function
        if isinstance(thing, Bound):
            thing = thing.function
        if isinstance(thing, Function):
            found.append(thing.id)
    return sorted(found)


def function_at(prefixes: tuple[str, ...], text: str, machine: Machine) -> str | None:
    """Return the function that a path means, or an empty text when there is none.

    `None` says that the path does not lead into the program, or that more stands
    behind its name than can be seen.
    """
    program = machine.program
    parts = text.replace(":", ".").split(".")
    for end in range(len(parts), 0, -1):
        module = prefixes[end - 1]
        if module in program.modules:
            rest = parts[end:]
            return _member(module, rest, machine) if rest else None
    return "" if program.has_package(prefixes[0]) else None


def _member(module: str, rest: list[str], machine: Machine) -> str | None:
    names = machine.names
    found = names.module_attribute(module, rest[0])
    if not found:
        made_later = machine.cells.peek(("global", module, "__getattr__"))
        return None if made_later or names.stars.get(module) else ""
    for name in rest[1:]:
        inner: Values = frozenset()
        for value in found:
            if isinstance(value.thing, Klass):
                inner |= names.class_attribute(value.thing.id, name)[0]
        if not inner:
            return None
        found = inner
    return next(iter(functions_of(found)), None)
