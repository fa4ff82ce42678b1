"""Lets a step make the object that it uses, instead of finding it in a global."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fix import Fix
from lint_rules.fixes.functions import StepFunction, any_step, own_nodes, step_function
from lint_rules.fixes.globals import (
    Definition,
    defined,
    definition,
    removing,
    without_global,
)
from lint_rules.fixes.ordering import companions, require_order
from lint_rules.fixes.places import Write, constant_key, write_of
from lint_rules.fixes.uses import Uses, is_target, uses_of
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes
from lint_rules.link.linked import CHANGES
from lint_rules.link.values import Place

if TYPE_CHECKING:
    from lint_rules.fix import Edit
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.rule import Candidate

_CHANGING = re.compile(
    r"(?i)\b(insert|update|delete|create|replace|alter|drop|truncate|merge)\b"
)


def made_by_reader(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that makes an object in the only step that uses it.

    What it is made from must be the same there: module globals, and fields of the
    state that no step sets.
    """
    writer = step_function(candidate.function, bench)
    statement, above = writer.sheet.statement(candidate.where.at)
    write = write_of(statement)
    home = definition(write, candidate, bench)
    if above != (writer.node,) or write.form != "name" or home is None:
        raise Unfixable("the object is not simply kept in a global")
    uses = uses_of(write, writer.sheet, home, candidate, bench)
    if len(uses.reads) != 1 or writer.id in uses.reads:
        raise Unfixable("several steps use the object")
    reader = step_function(next(iter(uses.reads)), bench)
    require_order(writer.id, reader.id, bench.linked)
    _require_no_other_change(candidate, reader, bench)
    require_same_ingredients(write.value, writer, reader, bench)
    text = writer.sheet.source(write.value)
    edits = [
        _made_before(reader, write.word, text, uses),
        *_taken_out(writer, statement, uses, write.word),
        *removing(home, write, bench, keeps_types=False),
    ]
    title = f"Make `{write.word}` in `{reader.node.name.value}`, which uses it."
    return Fix(title, "unsafe", tuple(edits))


def _require_no_other_change(
    candidate: Candidate, reader: StepFunction, bench: Workbench
) -> None:
    base = candidate.place.base if candidate.place is not None else None
    for effect in bench.linked.effects:
        if effect.kind not in CHANGES or effect.place is None:
            continue
        here = (effect.function, effect.where) == (candidate.function, candidate.where)
        steps = set(bench.linked.reach.steps_to(effect.function))
        if effect.place.base == base and not here and steps != {reader.id}:
            raise Unfixable("other steps change the object")


def require_same_ingredients(
    value: cst.CSTNode,
    writer: StepFunction,
    reader: StepFunction,
    bench: Workbench,
) -> None:
    """Refuse where the object would be made from something else in the other step."""
    if writer.state != reader.state or writer.sheet is not reader.sheet:
        raise Unfixable("the steps do not name their state alike")
    own = _bound_in(writer) | _bound_in(reader)
    fields: set[str] = set()
    for node in nodes(value):
        if isinstance(node, cst.Await | cst.Yield | cst.Lambda | cst.CompFor):
            raise Unfixable("the object is made in a roundabout way")
        if not isinstance(node, cst.Name) or _is_a_part(node, writer.sheet):
            continue
        if node.value == writer.state:
            fields.add(_field(node, writer.sheet))
        elif node.value in own:
            raise Unfixable("the object is made from a variable of the step")
    for module in companions({writer.id, reader.id}, bench.linked):
        if fields & _set_in(bench.sheet(module)):
            raise Unfixable("the object is made from what steps change")


def _bound_in(step: StepFunction) -> set[str]:
    params = step.node.params
    every = [*params.posonly_params, *params.params, *params.kwonly_params]
    found = {param.name.value for param in every} - {step.state}
    for node in own_nodes(step.node):
        if isinstance(node, cst.Name) and is_target(node, step.sheet):
            found.add(node.value)
    return found


def _is_a_part(node: cst.Name, sheet: Sheet) -> bool:
    parent = sheet.parent(node)
    if isinstance(parent, cst.Attribute):
        return parent.attr is node
    return isinstance(parent, cst.Arg) and parent.keyword is node


def _field(node: cst.Name, sheet: Sheet) -> str:
    """Return the field in `state.field` or `state["field"]`."""
    parent = sheet.parent(node)
    if isinstance(parent, cst.Attribute) and parent.value is node:
        return parent.attr.value
    if isinstance(parent, cst.Subscript) and parent.value is node:
        key = constant_key(parent)
        if key is not None:
            return key
    raise Unfixable("the object is made from the whole state")


def _set_in(sheet: Sheet) -> set[str]:
    """Return the names of fields that functions may set: keys, and attributes."""
    found: set[str] = set()
    for node in nodes(sheet.module):
        if sheet.above(node, cst.FunctionDef) is None:
            continue
        if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
            found.add(node.evaluated_value)
        elif isinstance(node, cst.Attribute) and is_target(node, sheet):
            found.add(node.attr.value)
    return found


def _made_before(step: StepFunction, name: str, text: str, uses: Uses) -> Edit:
    """Make an object right before the first statement of a step that uses it."""
    reads = {id(node) for node in uses.reads[step.id]}
    for line in step.node.body.body:
        if any(id(node) in reads for node in nodes(line)):
            start = step.sheet.span(line)[0]
            return step.sheet.insert(
                start, f"{name} = {text}\n{step.sheet.indent(start)}"
            )
    raise Unfixable("the step does not use the object")


def _taken_out(
    writer: StepFunction, statement: cst.CSTNode, uses: Uses, name: str
) -> list[Edit]:
    sheet = writer.sheet
    gone: list[cst.CSTNode] = [statement, *uses.globals]
    left = [node for node in writer.body if not any(node is part for part in gone)]
    if left:
        edits = [sheet.remove_lines(*sheet.span(sheet.line_of(statement)))]
    else:
        edits = [sheet.rewrite(sheet.line_of(statement), "pass")]
    return edits + [without_global(sheet, part, {name}) for part in uses.globals]


def made_by_factory(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that turns a module's resource into one of each step.

    The module gets a function that opens it, and every step that uses it opens its own.
    """
    sheet = bench.sheet(candidate.module)
    statement, above = sheet.statement(candidate.where.at)
    name = candidate.symbol
    home = defined(sheet, name)
    if above or home.statement is not statement or home.value is None:
        raise Unfixable("the resource is not simply kept in a global")
    if not isinstance(home.value, cst.Call) or ":memory:" in sheet.source(home.value):
        raise Unfixable("what one step puts there, the next ones need")
    _require_no_other_object(home, bench)
    write = Write(home.target, home.value, name, (), "name")
    uses = uses_of(write, sheet, home, candidate, bench)
    steps = [any_step(identity, bench) for identity in uses.reads]
    if len({id(step.node) for step in steps}) != len(uses.reads) or uses.globals:
        raise Unfixable("the resource is used in another way")
    for step in steps:
        _require_that_nothing_is_left_open(step, name, bench, uses)
    factory = _free_factory_name(sheet, name)
    edits = _as_function(home, factory)
    edits += [_made_before(step, name, f"{factory}()", uses) for step in steps]
    title = f"Let each step open its own `{name}`, by `{factory}()`."
    return Fix(title, "unsafe", tuple(edits))


def _require_no_other_object(home: Definition, bench: Workbench) -> None:
    """Refuse where a resource is made around another object that the module holds."""
    for node in nodes(home.value) if home.value is not None else ():
        if isinstance(node, cst.Name) and not _is_a_part(node, home.sheet):
            types = bench.linked.types(Place("global", home.sheet.name, node.value))
            if set(types) - {"str", "list", "dict", "tuple", "set"}:
                raise Unfixable("the resource is made around another object")


def _require_that_nothing_is_left_open(
    step: StepFunction, name: str, bench: Workbench, uses: Uses
) -> None:
    """Refuse where a step leaves to another one what was begun on a connection."""
    below = bench.linked.reach.below(step.id) - {step.id}
    if below & set(uses.reads):
        raise Unfixable("a step and what it calls share the resource")
    changes = committed = False
    for node in nodes(step.node.body):
        if isinstance(node, cst.SimpleString | cst.FormattedStringText):
            changes = changes or _CHANGING.search(node.value) is not None
        elif isinstance(node, cst.Attribute):
            committed = committed or node.attr.value == "commit"
        elif isinstance(node, cst.WithItem) and isinstance(node.item, cst.Name):
            committed = committed or node.item.value == name
    if changes and not committed:
        raise Unfixable("a transaction may go on from step to step")


def _free_factory_name(sheet: Sheet, name: str) -> str:
    plain = name.strip("_").lower()
    for found in (f"open_{plain}", f"make_{plain}"):
        if re.search(rf"\b{found}\b", sheet.text) is None:
            return found
    raise Unfixable("no good name for the factory is free")


def _as_function(home: Definition, factory: str) -> list[Edit]:
    """Make a function of the definition of a global, with free lines around it."""
    sheet = home.sheet
    line = sheet.line_of(home.statement)
    start, end = sheet.span(line)
    value = sheet.source(home.value) if home.value is not None else ""
    told = f" -> {home.annotation}" if home.annotation else ""
    unit = sheet.module.default_indent
    text = f"def {factory}(){told}:\n{unit}return {value}"
    first, last = sheet.whole_lines(start, end)
    above = sheet.text[:first].rpartition("\n")[0].rpartition("\n")[2].strip()
    below = sheet.text[last:].partition("\n")[0].strip()
    free_above = "" if not above or above.startswith("#") else "\n\n"
    edits = [sheet.replace(start, end, f"{free_above}{text}")]
    return [*edits, sheet.insert(last, "\n\n")] if below else edits
