"""The order of steps, and what workflows say about their state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import every_part
from lint_rules.fixes.workbench import Unfixable
from lint_rules.link.evaluate import evaluate
from lint_rules.link.frame import Frame
from lint_rules.link.handed import function_at
from lint_rules.link.values import IMPORT, Bound, Function, Memo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Values

Order = list[set[str]]


def require_order(writer: str, reader: str, linked: Linked) -> None:
    """Refuse unless every list with the reading step has the writing one before it."""
    for order in _orders(linked):
        places = {name: i for i, names in enumerate(order) for name in names}
        if reader in places and not places.get(writer, len(order)) < places[reader]:
            raise Unfixable("a workflow runs the reading step without the writing one")


def companions(steps: set[str], linked: Linked) -> set[str]:
    """Return the modules of some steps, and of those they share a workflow with."""
    found = set(steps)
    for order in _orders(linked):
        listed = set().union(*order)
        found |= listed if listed & steps else set()
    return {step.partition(":")[0] for step in found}


def _orders(linked: Linked) -> Iterator[Order]:
    """Return every list of steps, in code and in other files."""
    listed: dict[str, Order] = {}
    for one in linked.program.declared:
        function = function_at(one.prefixes, one.text, linked.machine)
        listed.setdefault(one.file, []).append({function} if function else set())
    yield from listed.values()
    for module, node in _module_nodes(linked):
        if isinstance(node, ir.Display) and node.type in {"list", "tuple"}:
            order = [_steps_in(element, module, linked) for element in node.elements]
            if any(order):
                yield order


def workflow_options(
    steps: set[str], linked: Linked
) -> Iterator[tuple[str, str, ir.Expr]]:
    """Return module, name and value of the options of workflows that have a step."""
    for module, node in _module_nodes(linked):
        if isinstance(node, ir.Call) and _last(node.func) == "Workflow":
            known = [_steps_in(arg, module, linked) for arg in node.args]
            listed = set().union(*known)
            if not listed or listed & steps:
                for name, value in node.keywords:
                    yield module, name or "**", value


def is_in_workflow(step: str, linked: Linked) -> bool:
    """Tell whether a workflow of our own engine has a step."""
    return any(
        isinstance(node, ir.Call)
        and _last(node.func) == "Workflow"
        and step in set().union(*(_steps_in(a, module, linked) for a in node.args))
        for module, node in _module_nodes(linked)
    )


def _last(node: ir.Expr) -> str:
    if isinstance(node, ir.Name):
        return node.id
    return node.name if isinstance(node, ir.Attr) else ""


def _steps_in(node: object, module: str, linked: Linked) -> set[str]:
    """Return the steps that an expression names, however deep they are in it."""
    found: set[str] = set()
    for part in every_part(node):
        if isinstance(part, ir.Name | ir.Attr):
            found |= _functions(resolved(part, module, linked))
        elif isinstance(part, ir.Const) and part.text and part.type == "str":
            dotted, _, name = part.text.replace(":", ".").rpartition(".")
            found.add(f"{dotted}:{name}")
    return found & linked.step_functions


def resolved(node: ir.Expr, module: str, linked: Linked) -> Values:
    """Return what an expression at the top of a module is."""
    return evaluate(node, Frame(linked.machine, IMPORT, module, "", None))


def _functions(values: Values) -> set[str]:
    found: set[str] = set()
    for value in values:
        thing = value.thing
        while isinstance(thing, Memo | Bound):
            thing = thing.function
        if isinstance(thing, Function):
            found.add(thing.id)
    return found


def _module_nodes(linked: Linked) -> Iterator[tuple[str, object]]:
    for name, facts in linked.program.modules.items():
        for node in every_part(facts.body):
            yield name, node
        for function in facts.functions:
            for node in every_part(function.body):
                yield name, node
