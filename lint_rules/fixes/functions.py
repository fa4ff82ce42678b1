"""Step functions as a fix sees them: their state, what they return, their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.catalog.steps import OWN_PACKAGE, STATE_NAMES, is_step_decorator
from lint_rules.fixes.ordering import is_in_workflow
from lint_rules.fixes.workbench import Unfixable, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Edit
    from lint_rules.fixes.workbench import Sheet, Workbench


_LONG_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class StepFunction:
    """A step at the top of a module, and the name of its state."""

    id: str
    sheet: Sheet
    node: cst.FunctionDef
    state: str

    @property
    def body(self) -> list[cst.CSTNode]:
        """The statements of the body; small ones are given one by one."""
        found: list[cst.CSTNode] = []
        for line in self.node.body.body:
            found += line.body if isinstance(line, cst.SimpleStatementLine) else [line]
        return found


def step_function(identity: str, bench: Workbench) -> StepFunction:
    """Return a step that takes the state of its workflow as its first argument."""
    found = any_step(identity, bench)
    if found.state not in STATE_NAMES:
        raise Unfixable("the step does not take its state as its first argument")
    if _is_foreign(identity, bench) and not is_in_workflow(identity, bench.linked):
        raise Unfixable("another library decides what the step is given")
    return found


def any_step(identity: str, bench: Workbench) -> StepFunction:
    """Return a step, whatever it takes."""
    if not bench.linked.is_step(identity):
        raise Unfixable("a function that is no step uses the place")
    sheet, node, above = bench.function(identity)
    if above or not isinstance(node.body, cst.IndentedBlock):
        raise Unfixable("the step is not a function of several lines")
    params = [*node.params.posonly_params, *node.params.params]
    state = params[0].name.value if params else ""
    return StepFunction(identity, sheet, node, state)


def _is_foreign(identity: str, bench: Workbench) -> bool:
    """Tell whether a step belongs to another library, which has no shared state."""
    names = bench.linked.decorators(identity)
    ours = [name for name in names if name.startswith(f"{OWN_PACKAGE}.")]
    return not ours and any(map(is_step_decorator, names))


def own_nodes(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """Return the nodes of a function's body, without those of inner functions."""
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            waiting.extend(node.children)


def uses_items(step: StepFunction) -> bool | None:
    """Tell whether a step uses `state["x"]`, or `state.x`, or neither (None)."""
    found: set[bool] = set()
    for node in nodes(step.node.body):
        if not isinstance(node, cst.Subscript | cst.Attribute):
            continue
        if isinstance(node.value, cst.Name) and node.value.value == step.state:
            found.add(isinstance(node, cst.Subscript))
    if len(found) > 1:
        return False if False in found and not _is_mapping(step) else None
    return found.pop() if found else None


def _is_mapping(step: StepFunction) -> bool:
    methods = {"get", "items", "keys", "values", "update", "setdefault", "pop"}
    named = {
        node.attr.value
        for node in nodes(step.node.body)
        if isinstance(node, cst.Attribute)
        and isinstance(node.value, cst.Name)
        and node.value.value == step.state
    }
    return named <= methods


def returning(
    step: StepFunction, write: cst.CSTNode, field: str, text: str
) -> list[Edit]:
    """Return the edits by which a step returns a value instead of writing it.

    The value is computed where it was; `write` is the statement that goes.
    """
    last = _last_return(step)
    body = step.body
    place = next(i for i, node in enumerate(body) if node is write)
    rest = [node for node in body[place + 1 :] if node is not last]
    sheet = step.sheet
    line = sheet.line_of(write)
    edits = _annotation(step)
    if not rest:
        if last is None:
            return [*edits, sheet.rewrite(line, f'return {{"{field}": {text}}}')]
        removal = sheet.remove_lines(*sheet.span(line))
        return [*edits, removal, _extended(step, last, field, text)]
    edits.append(sheet.rewrite(line, f"{field} = {text}"))
    if last is not None:
        return [*edits, _extended(step, last, field, field)]
    end = sheet.span(step.node)[1]
    _, end = sheet.whole_lines(end, end)
    indent = sheet.indent(sheet.span(line)[0])
    before = "" if sheet.text[end - 1] == "\n" else "\n"
    new = f'{before}{indent}return {{"{field}": {field}}}\n'
    return [*edits, sheet.insert(end, new)]


def _last_return(step: StepFunction) -> cst.Return | None:
    """Return the one `return`, at the end of the body; None if there is none."""
    found: list[cst.Return] = []
    for node in own_nodes(step.node):
        if isinstance(node, cst.Yield):
            raise Unfixable("the step is a generator")
        if isinstance(node, cst.Return):
            found.append(node)
    if found and (len(found) > 1 or step.body[-1] is not found[0]):
        raise Unfixable("the step returns in several places")
    return found[0] if found else None


def _extended(step: StepFunction, last: cst.Return, field: str, text: str) -> Edit:
    """Add a field to what a step returns, before the others, to keep their order."""
    sheet, value = step.sheet, last.value
    if value is None or (isinstance(value, cst.Name) and value.value == "None"):
        return sheet.rewrite(last, f'return {{"{field}": {text}}}')
    if not isinstance(value, cst.Dict):
        raise Unfixable("the step returns something else than a dict display")
    if any(isinstance(e, cst.StarredDictElement) for e in value.elements):
        raise Unfixable("the step returns what another dict holds")
    if not value.elements:
        return sheet.rewrite(value, f'{{"{field}": {text}}}')
    start = sheet.span(value.elements[0])[0]
    opening = sheet.span(value)[0] + len("{")
    between = sheet.text[opening:start]
    if "\n" not in between:
        return sheet.insert(start, f'"{field}": {text}, ')
    indent = sheet.indent(start)
    if not any(quotes in text for quotes in _LONG_QUOTES):
        deeper = indent.removeprefix(sheet.indent(opening))
        text = text.replace("\n", f"\n{deeper}")
    return sheet.insert(start, f'"{field}": {text},\n{indent}')


def _annotation(step: StepFunction) -> list[Edit]:
    """Let a step that returned nothing say that it returns a dict."""
    returns = step.node.returns
    told = returns.annotation if returns is not None else None
    if not isinstance(told, cst.Name) or told.value != "None":
        return []
    return [step.sheet.rewrite(told, "dict[str, object]")]


def as_value(node: cst.BaseExpression, sheet: Sheet) -> str:
    """Return an expression as it may stand in a dict display."""
    text = sheet.source(node)
    if any(isinstance(inner, cst.Yield) for inner in nodes(node)):
        raise Unfixable("the step is a generator")
    bare = isinstance(node, cst.Tuple | cst.NamedExpr) and not node.lpar
    return f"({text})" if bare else text
