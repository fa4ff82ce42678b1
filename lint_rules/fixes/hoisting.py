"""Gives a step a name at the top of its module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.facts import ir
from lint_rules.facts.parts import every_part
from lint_rules.fix import Fix
from lint_rules.fixes.imports import known_before
from lint_rules.fixes.indenting import shifted
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes

if TYPE_CHECKING:
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.rule import Candidate


def hoisted(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that defines a step where a worker finds it."""
    facts = bench.linked.facts(candidate.function)
    if facts is None or not candidate.function:
        raise Unfixable("the step is not a function of the program")
    sheet = bench.sheet(candidate.module)
    if facts.name == "<lambda>":
        return _named(facts, sheet)
    return _moved(facts, sheet)


def _named(facts: ir.FunctionFacts, sheet: Sheet) -> Fix:
    """Turn a lambda in a list of steps into a function before the list."""
    statement, above = sheet.statement(facts.where.at)
    begin = sheet.offset(facts.where.line, facts.where.column)
    found = [
        node
        for node in nodes(statement)
        if isinstance(node, cst.Lambda) and sheet.span(node)[0] == begin
    ]
    if above or len(found) != 1:
        raise Unfixable("the lambda is not at the top of its module")
    function = found[0]
    _require_plain(function, sheet)
    name = _good_name(function, sheet)
    params = sheet.text[begin + len("lambda") : _colon(function, sheet)].strip()
    body = sheet.source(function.body)
    if "\n" in body and body[0] not in "([{":
        body = f"({body})"
    unit = sheet.module.default_indent
    start = sheet.above_comments(sheet.span(statement)[0])
    gap = "\n" * sheet.gap_before(start)
    text = f"def {name}({params}):\n{unit}return {body}\n{gap}"
    place = sheet.outer(function)
    edits = (sheet.insert(start, text), sheet.replace(*place, name))
    return Fix(f"Define the step as `{name}`.", "unsafe", edits)


def _colon(function: cst.Lambda, sheet: Sheet) -> int:
    """Return where the parameters of a lambda end."""
    return sheet.span(function.colon)[0]


def _require_plain(function: cst.Lambda, sheet: Sheet) -> None:
    around = sheet.parent(function)
    while around is not None:
        if isinstance(around, cst.CompFor | cst.BaseComp | cst.Lambda | cst.ClassDef):
            raise Unfixable("the lambda is made again and again")
        around = sheet.parent(around)
    if any(isinstance(node, cst.Yield | cst.NamedExpr) for node in nodes(function)):
        raise Unfixable("the lambda does more than to return a value")


def _good_name(function: cst.Lambda, sheet: Sheet) -> str:
    """Name a step after the first field that it returns."""
    names = [f"step_{number}" for number in range(1, 100)]
    if isinstance(function.body, cst.Dict):
        for element in function.body.elements[:1]:
            key = element.key if isinstance(element, cst.DictElement) else None
            field = key.evaluated_value if isinstance(key, cst.SimpleString) else None
            if isinstance(field, str) and field.isidentifier():
                names.insert(0, f"set_{field}")
    for name in names:
        if re.search(rf"\b{name}\b", sheet.text) is None:
            return name
    raise Unfixable("no good name for the step is free")


def _moved(facts: ir.FunctionFacts, sheet: Sheet) -> Fix:
    """Move a function that captures nothing out of the function around it."""
    node, above = sheet.statement(facts.where.at)
    outer = above[0] if len(above) == 1 else None
    if not isinstance(node, cst.FunctionDef) or not isinstance(outer, cst.FunctionDef):
        raise Unfixable("the function is not simply within a function")
    _require_that_nothing_is_captured(facts, known_before(sheet, outer))
    _require_free(facts.name, outer, sheet)
    indent = sheet.indent(sheet.span(node)[0])
    start = sheet.above_comments(sheet.span(node)[0])
    first, last = sheet.whole_lines(start, sheet.span(node)[1])
    text = shifted(sheet, first, last, -len(indent)).rstrip("\n")
    place = sheet.above_comments(sheet.span(outer)[0])
    gap = "\n" * sheet.gap_before(place)
    if len(outer.body.body) == 1:
        removal = sheet.replace(first, last, f"{indent}pass\n")
    else:
        removal = sheet.remove_stretch(first, last)
    edits = (sheet.insert(place, f"{text}\n{gap}"), removal)
    title = f"Move `{facts.name}` to the top of its module."
    return Fix(title, "unsafe", edits)


def _require_that_nothing_is_captured(facts: ir.FunctionFacts, known: set[str]) -> None:
    own = {facts.qualname}
    parts = (facts.body, facts.params, facts.decorators)
    for part in every_part(parts):
        if isinstance(part, ir.Define):
            raise Unfixable("the function defines others")
        if isinstance(part, ir.Lambda):
            own.add(part.qualname)
        if isinstance(part, ir.Name) and part.kind == "cell" and part.owner not in own:
            raise Unfixable("the function captures a variable")
    for part in every_part((facts.params, facts.decorators)):
        if isinstance(part, ir.Name) and part.kind != "global":
            raise Unfixable("the function is defined with a variable")
        if isinstance(part, ir.Name) and part.id not in known:
            raise Unfixable("the function is defined with what comes later")


def _require_free(name: str, outer: cst.FunctionDef, sheet: Sheet) -> None:
    """Refuse where the name means something else in the module."""
    within = {id(node) for node in nodes(outer)}
    for node in nodes(sheet.module):
        if isinstance(node, cst.Name) and node.value == name and id(node) not in within:
            parent = sheet.parent(node)
            if not (isinstance(parent, cst.Attribute) and parent.attr is node):
                raise Unfixable("the module has that name already")
    bound = [
        node
        for node in nodes(outer)
        if isinstance(node, cst.FunctionDef | cst.ClassDef) and node.name.value == name
    ]
    if len(bound) != 1:
        raise Unfixable("the function is defined in several ways")
