"""Functions that run only to make what is missing, one call away from the test for it.

`if not self.handlers: self.load()` fills in as `if self.handlers is None: ...` does,
and so does everything that a cached function calls to find its result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.caches import CACHES
from lint_rules.facts import ir
from lint_rules.facts.parts import every_part
from lint_rules.link.copies import original
from lint_rules.link.names import METHOD_KINDS
from lint_rules.link.steps import decorator_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Edge
    from lint_rules.link.linked import Linked

_FARTHEST = 3


def on_demand(function: str, names: frozenset[str], linked: Linked) -> bool:
    """Tell whether every call of a function serves to fill in what is missing."""
    return _on_demand(function, names, linked, _FARTHEST)


def _on_demand(function: str, names: frozenset[str], linked: Linked, left: int) -> bool:
    edges = linked.callers(function)
    if not edges or linked.is_step(function) or not left:
        return False
    return all(
        _is_cached(edge.caller, linked)
        or _is_asked(edge, names, linked)
        or _on_demand(edge.caller, names, linked, left - 1)
        for edge in edges
        if edge.caller != function
    )


def is_cached(function: str, linked: Linked) -> bool:
    """Tell whether a function, or whatever calls it, is behind a cache."""
    return _is_cached(function, linked) or on_demand(function, frozenset(), linked)


def _is_cached(function: str, linked: Linked) -> bool:
    found = decorator_names(linked.machine, function)
    return any(name in CACHES or METHOD_KINDS.get(name) == "cached" for name in found)


def _is_asked(edge: Edge, names: frozenset[str], linked: Linked) -> bool:
    """Tell whether a call stands under a test for what is missing."""
    facts = linked.facts(edge.caller)
    if facts is None:
        return False
    given = {param.name for param in facts.params} - {"self", "cls"}
    for branch, block in _around(facts.body, edge.at):
        asked = _mentioned(branch.test) if _asks(branch.test) else set()
        if asked & (names | _bound(block)):
            return not _passes(block, edge, given, linked)
    for test, rest in _after_leaving(facts.body, edge.at):
        if _asks(test) and _mentioned(test) & (names | _bound(rest)):
            return not _passes(rest, edge, given, linked)
    return False


def _after_leaving(
    body: tuple[ir.Stmt, ...], at: int
) -> Iterator[tuple[ir.Expr, tuple[ir.Stmt, ...]]]:
    """Return tests that leave the function before a statement, and what follows."""
    for number, statement in enumerate(body):
        rest = body[number + 1 :]
        if not isinstance(statement, ir.Branch) or not statement.blocks[0]:
            continue
        leaves = isinstance(statement.blocks[0][-1], ir.Return)
        if leaves and statement.where.at < at:
            yield statement.test, rest


def _asks(test: ir.Expr) -> bool:
    """Tell whether a test may ask whether something is missing: no `if items:`."""
    return not isinstance(test, ir.Name | ir.Attr)


def _around(
    body: tuple[ir.Stmt, ...], at: int
) -> Iterator[tuple[ir.Branch, tuple[ir.Stmt, ...]]]:
    """Return the branches around a statement, with the block that it is in."""
    for node in every_part(body):
        if isinstance(node, ir.Branch):
            for block in node.blocks:
                inside = (getattr(p, "where", None) for p in every_part(block))
                if any(where is not None and where.at == at for where in inside):
                    yield node, block


def _mentioned(expr: ir.Expr) -> set[str]:
    names: set[str] = set()
    for part in every_part(expr):
        if isinstance(part, ir.Name):
            names.add(part.id)
        elif isinstance(part, ir.Attr):
            names.add(part.name)
    return names


def _bound(block: tuple[ir.Stmt, ...]) -> set[str]:
    """Return the attributes and outer names that a block assigns."""
    found: set[str] = set()
    for node in every_part(block):
        for target in node.targets if isinstance(node, ir.Assign) else ():
            if isinstance(target, ir.Attr):
                found.add(target.name)
            elif isinstance(target, ir.Name) and target.kind != "local":
                found.add(target.id)
    return found


def _passes(
    block: tuple[ir.Stmt, ...], edge: Edge, given: set[str], linked: Linked
) -> bool:
    """Tell whether the call hands on what its function was given."""
    facts = linked.facts(original(edge.callee))
    name = facts.name if facts is not None else ""
    for node in every_part(block):
        if isinstance(node, ir.Call) and node.where.at == edge.at:
            called = getattr(node.func, "name", getattr(node.func, "id", ""))
            parts = (*node.args, *(value for _, value in node.keywords))
            handed = set().union(*map(_mentioned, parts)) if parts else set()
            if called == name and handed & given:
                return True
    return False
