"""Puts an `await` before a call in a coroutine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fix import Fix
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes

if TYPE_CHECKING:
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.rule import Candidate


def awaited(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that awaits the call a finding is about."""
    sheet = bench.sheet(candidate.module)
    statement, _ = sheet.statement(candidate.where.at)
    begin = sheet.offset(candidate.where.line, candidate.where.column)
    calls = [
        node
        for node in nodes(statement)
        if isinstance(node, cst.Call) and sheet.span(node)[0] == begin
    ]
    if len(calls) > 1:
        calls = [call for call in calls if _name(call) == candidate.symbol]
    if len(calls) != 1:
        raise Unfixable("several calls begin there")
    _require_coroutine(calls[0], sheet)
    start, end = sheet.span(calls[0])
    parent = sheet.parent(calls[0])
    is_part = isinstance(parent, cst.Attribute | cst.Subscript | cst.Call)
    if is_part and not calls[0].lpar:
        edits = [sheet.insert(start, "(await "), sheet.insert(end, ")")]
    else:
        edits = [sheet.insert(start, "await ")]
    return Fix(f"Await `{candidate.symbol}`.", "safe", tuple(edits))


def _name(call: cst.Call) -> str:
    func = call.func
    named = func.attr if isinstance(func, cst.Attribute) else func
    return named.value if isinstance(named, cst.Name) else ""


def _require_coroutine(call: cst.Call, sheet: Sheet) -> None:
    """Refuse where nothing can be awaited, or a generator would become another one."""
    found = sheet.parent(call)
    while found is not None and not isinstance(found, cst.FunctionDef):
        if isinstance(found, cst.Lambda | cst.GeneratorExp):
            raise Unfixable("nothing can be awaited there")
        found = sheet.parent(found)
    if found is None or found.asynchronous is None:
        raise Unfixable("nothing can be awaited there")
