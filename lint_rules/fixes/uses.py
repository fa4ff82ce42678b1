"""Sorts every mention of a lasting place in the program by what it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fixes.imports import is_taken_by
from lint_rules.fixes.places import Write, constant_key, mentions
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes
from lint_rules.link.values import STEP

if TYPE_CHECKING:
    from lint_rules.fixes.globals import Definition
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.rule import Candidate


@dataclass(slots=True)
class Uses:
    """Every mention of a place in the program, by what it is."""

    reads: dict[str, list[cst.CSTNode]] = field(default_factory=dict)
    globals: list[cst.Global] = field(default_factory=list)
    kept: bool = False


def uses_of(
    write: Write,
    home_sheet: Sheet,
    home: Definition | None,
    candidate: Candidate,
    bench: Workbench,
) -> Uses:
    """Sort every mention of the place; refuse where one is of another kind."""
    uses = Uses()
    written = {id(node) for node in nodes(write.target)}
    for module in bench.mentioning(write.word):
        sheet = bench.sheet(module)
        if write.owns_global and sheet is not home_sheet:
            if home is None or home.is_taken_by(module, bench):
                raise Unfixable("another module uses the place")
            continue
        if not write.owns_global and _is_apart(module, write, candidate, bench):
            continue
        skipped = set(written) if sheet is home_sheet else set()
        for node in mentions(sheet.module, write):
            if id(node) not in skipped and not (home and id(node) in home.nodes):
                _sort(node, sheet, module, write, uses, bench)
    if not uses.reads:
        raise Unfixable("no step reads the place by itself")
    return uses


def _is_apart(
    module: str, write: Write, candidate: Candidate, bench: Workbench
) -> bool:
    """Tell whether a module neither names the owner of an attribute nor reads it."""
    if module == candidate.module or candidate.place is None:
        return False
    held = bench.linked.held(candidate.place.base)
    cells = bench.linked.machine.cells
    readers = set(bench.linked.readers(candidate.place.base))
    for value in held:
        readers |= cells.readers(("field", value.thing, write.word), STEP)
    if any(reader.partition(":")[0] == module for reader in readers):
        return False
    sheet = bench.sheet(candidate.module)
    roots = [n.value for n in nodes(write.target) if isinstance(n, cst.Name)]
    return not is_taken_by(module, sheet, roots[0], bench)


def _sort(
    node: cst.CSTNode,
    sheet: Sheet,
    module: str,
    write: Write,
    uses: Uses,
    bench: Workbench,
) -> None:
    """Note what one mention of the place is."""
    parent = sheet.parent(node)
    named = isinstance(parent, cst.Attribute) and parent.attr is node
    if named or (isinstance(parent, cst.Arg) and parent.keyword is node):
        return
    if isinstance(node, cst.SimpleString):
        raise Unfixable("a string names the place")
    if isinstance(parent, cst.NameItem):
        statement = sheet.parent(parent)
        if not isinstance(statement, cst.Global):
            raise Unfixable("an inner function shares the name")
        uses.globals.append(statement)
        return
    read = node
    if write.form == "item":
        if not isinstance(parent, cst.Subscript) or parent.value is not node:
            raise Unfixable("the whole container is used somewhere")
        if constant_key(parent) is not None and _other_key(parent, write):
            uses.kept = True
            return
        read = parent
    if write.form == "attribute" and _initialises(node, sheet):
        return
    if is_target(read, sheet) or not _alike(read, write):
        raise Unfixable("the place is used in another way somewhere")
    reader = _function_around(read, sheet, module, bench)
    uses.reads.setdefault(reader, []).append(read)


def _other_key(node: cst.Subscript, write: Write) -> bool:
    mine = (
        constant_key(write.target) if isinstance(write.target, cst.Subscript) else None
    )
    return mine is not None and constant_key(node) != mine


def _initialises(node: cst.CSTNode, sheet: Sheet) -> bool:
    """Tell whether an attribute gets its first value, as its class is instantiated."""
    function = sheet.above(node, cst.FunctionDef)
    if not isinstance(function, cst.FunctionDef):
        return False
    return function.name.value in {"__init__", "__new__"} and is_target(node, sheet)


def _alike(node: cst.CSTNode, write: Write) -> bool:
    """Tell whether a read is spelled as the write is, whatever the quotes."""
    target = write.target
    if not isinstance(node, cst.Subscript) or not isinstance(target, cst.Subscript):
        return node.deep_equals(target)
    key = constant_key(node)
    if key is not None:
        return key == constant_key(target)
    return node.deep_equals(target)


def is_target(node: cst.CSTNode, sheet: Sheet) -> bool:
    """Tell whether a node is bound, changed or deleted rather than read."""
    parent = sheet.parent(node)
    while isinstance(parent, cst.Element | cst.Tuple | cst.List | cst.StarredElement):
        node, parent = parent, sheet.parent(parent)
    if isinstance(parent, cst.Del | cst.Param | cst.AsName | cst.ImportAlias):
        return not (isinstance(parent, cst.Param) and parent.default is node)
    if isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.NamedExpr):
        return parent.target is node
    if isinstance(parent, cst.AnnAssign | cst.For | cst.CompFor):
        return parent.target is node
    return isinstance(parent, cst.FunctionDef | cst.ClassDef) and parent.name is node


def _function_around(
    node: cst.CSTNode, sheet: Sheet, module: str, bench: Workbench
) -> str:
    """Return the id of the function at the top of the module that a node is in."""
    function, child = None, node
    parent = sheet.parent(node)
    while parent is not None:
        if isinstance(parent, cst.FunctionDef):
            if child is not parent.body:
                raise Unfixable("the place is read where the function is defined")
            function = parent
        child, parent = parent, sheet.parent(parent)
    for facts in bench.linked.program.modules[module].functions:
        if function is not None and sheet.statement(facts.where.at)[0] is function:
            return f"{module}:{facts.qualname}"
    raise Unfixable("the place is read outside the steps")
