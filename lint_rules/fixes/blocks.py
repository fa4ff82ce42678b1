"""Puts the rest of a block into a block of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fix import Fix
from lint_rules.fixes.functions import own_nodes
from lint_rules.fixes.indenting import shifted
from lint_rules.fixes.uses import is_target
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes

if TYPE_CHECKING:
    from lint_rules.fix import Edit
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.rule import Candidate

_REMOVING = frozenset({"rmtree", "rmdir", "remove", "unlink", "cleanup", "move"})


def folder_put_back(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that goes back to the old working directory in a `finally`."""
    sheet = bench.sheet(candidate.module)
    statement, _ = sheet.statement(candidate.where.at)
    call = statement.value if isinstance(statement, cst.Expr) else None
    func = call.func if isinstance(call, cst.Call) else None
    if not isinstance(func, cst.Attribute) or func.attr.value != "chdir":
        raise Unfixable("the setting is not the working directory")
    function = _function(statement, sheet)
    changes = [n for n in own_nodes(function) if _is_called(n, "chdir")]
    if len(changes) != 1 or any(isinstance(n, cst.Yield) for n in own_nodes(function)):
        raise Unfixable("the function changes the working directory several times")
    used = {n.value for n in nodes(function) if isinstance(n, cst.Name)}
    names = ("before", "folder_before", "old_folder")
    name = next((name for name in names if name not in used), None)
    if name is None:
        raise Unfixable("no good name for the old working directory is free")
    module = sheet.source(func.value)
    line = sheet.line_of(statement)
    indent = sheet.indent(sheet.span(line)[0])
    unit = sheet.module.default_indent
    edits = [
        sheet.insert(sheet.span(line)[0], f"{name} = {module}.getcwd()\n{indent}"),
        _indented(
            statement,
            sheet,
            f"{indent}try:\n",
            f"{indent}finally:\n{indent}{unit}{module}.chdir({name})\n",
        ),
    ]
    title = "Go back to the old working directory in a `finally`."
    return Fix(title, "unsafe", tuple(edits))


def folder_removed(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that makes a temporary folder for the rest of the block only."""
    sheet = bench.sheet(candidate.module)
    statement, _ = sheet.statement(candidate.where.at)
    call = statement.value if isinstance(statement, cst.Assign) else None
    func = call.func if isinstance(call, cst.Call) else None
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        raise Unfixable("the temporary file has no name")
    target = statement.targets[0].target
    if not isinstance(target, cst.Name) or not isinstance(func, cst.Attribute):
        raise Unfixable("the temporary file has no name")
    if func.attr.value != "mkdtemp" or call is None:
        raise Unfixable("it is no folder")
    for node in own_nodes(_function(statement, sheet)):
        named = isinstance(node, cst.Name) and node.value == target.value
        if named and node is not target and is_target(node, sheet):
            raise Unfixable("the name is given to something else as well")
        if isinstance(node, cst.Yield | cst.Global | cst.Nonlocal):
            raise Unfixable("the folder may be used later")
        if any(_is_called(node, name) for name in _REMOVING):
            raise Unfixable("the function removes files itself")
    _, end = sheet.span(call)
    arguments = sheet.text[sheet.outer(func)[1] : end]
    made = f"{sheet.source(func.value)}.TemporaryDirectory{arguments}"
    header = sheet.rewrite(sheet.line_of(statement), f"with {made} as {target.value}:")
    edits = (header, _indented(statement, sheet, "", ""))
    return Fix(f"Remove `{target.value}` at the end of a `with`.", "unsafe", edits)


def _function(statement: cst.CSTNode, sheet: Sheet) -> cst.FunctionDef:
    found = sheet.above(statement, cst.FunctionDef)
    if not isinstance(found, cst.FunctionDef):
        raise Unfixable("the statement is not in a function")
    return found


def _is_called(node: cst.CSTNode, name: str) -> bool:
    if not isinstance(node, cst.Call):
        return False
    func = node.func
    named = func.attr if isinstance(func, cst.Attribute) else func
    return isinstance(named, cst.Name) and named.value == name


def _indented(statement: cst.CSTNode, sheet: Sheet, before: str, after: str) -> Edit:
    """Indent what follows a statement in its block, between two other texts."""
    line = sheet.line_of(statement)
    block = sheet.parent(line)
    if not isinstance(block, cst.IndentedBlock) or block.body[-1] is line:
        raise Unfixable("nothing follows in the block")
    _, start = sheet.whole_lines(*sheet.span(line))
    _, end = sheet.whole_lines(*sheet.span(block.body[-1]))
    text = shifted(sheet, start, end, sheet.module.default_indent)
    closed = text if text.endswith("\n") or not after else f"{text}\n"
    return sheet.replace(start, end, f"{before}{closed}{after}")
