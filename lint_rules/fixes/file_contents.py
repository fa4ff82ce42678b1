"""Hands the content of a file from step to step in the state, not by a local path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fix import Fix
from lint_rules.fixes.functions import as_value, step_function
from lint_rules.fixes.handover import Handover, writing_step
from lint_rules.fixes.local_objects import require_same_ingredients
from lint_rules.fixes.places import Write
from lint_rules.fixes.state_fields import NewField
from lint_rules.fixes.uses import Uses, is_target
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes
from lint_rules.link.shapes import same_file

if TYPE_CHECKING:
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
    from lint_rules.rule import Candidate

_PAIRS = {"write_text": "read_text", "write_bytes": "read_bytes"}


def content_handed_over(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix for `path.write_text(...)` here and `path.read_text()` there."""
    writer, statement = writing_step(candidate, bench)
    call = statement.value if isinstance(statement, cst.Expr) else None
    func = call.func if isinstance(call, cst.Call) else None
    if not isinstance(call, cst.Call) or not isinstance(func, cst.Attribute):
        raise Unfixable("the file is not written by one call")
    reading = _PAIRS.get(func.attr.value)
    if reading is None or not call.args or call.args[0].keyword or call.args[0].star:
        raise Unfixable("the file is not written by one call")
    uses = Uses()
    for effect in _reads(candidate, bench):
        uses.reads.setdefault(effect.function, []).append(
            _read_call(effect, func.value, reading, bench)
        )
    for identity in uses.reads:
        reader = step_function(identity, bench)
        require_same_ingredients(func.value, writer, reader, bench)
    fields = tuple(dict.fromkeys([*_names(uses, bench), "content"]))
    value = call.args[0].value
    write = Write(func.value, value, "", fields, "file")
    handover = Handover(writer, statement, write, uses, bench)
    edits = handover.edits(as_value(value, writer.sheet), NewField())
    return Fix(handover.title, "unsafe", tuple(edits))


def _reads(candidate: Candidate, bench: Workbench) -> list[Effect]:
    """Return where the file is read; refuse where it is written twice."""
    effects = bench.linked.effects
    own = [
        effect
        for effect in effects
        if (effect.function, effect.where) == (candidate.function, candidate.where)
        and effect.kind == "write"
    ]
    if len(own) != 1:
        raise Unfixable("the file is not written by one call")
    found: list[Effect] = []
    for effect in effects:
        if effect.kind not in {"read", "write", "remove"} or effect is own[0]:
            continue
        if same_file(own[0], effect, bench.linked):
            found.append(effect)
    if not found or any(effect.kind != "read" for effect in found):
        raise Unfixable("the file is written or removed elsewhere")
    return found


def _read_call(
    effect: Effect, path: cst.BaseExpression, reading: str, bench: Workbench
) -> cst.Call:
    sheet = bench.sheet(effect.module)
    statement, _ = sheet.statement(effect.where.at)
    for node in nodes(statement):
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
            continue
        if node.func.attr.value == reading and node.func.value.deep_equals(path):
            return node
    raise Unfixable("the file is read in another way")


def _names(uses: Uses, bench: Workbench) -> list[str]:
    """Return the names that readers give to what they read."""
    found: list[str] = []
    for identity, reads in uses.reads.items():
        sheet = bench.sheet(identity.partition(":")[0])
        found += [name for read in reads if (name := _variable(read, sheet))]
    return found


def _variable(read: cst.CSTNode, sheet: Sheet) -> str:
    parent = sheet.parent(read)
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        target = parent.targets[0].target
        if isinstance(target, cst.Name) and is_target(target, sheet):
            return target.value
    return ""
