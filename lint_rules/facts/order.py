"""Numbers the statements of a file in document order.

The concrete syntax tree numbers its statements alike, so that a fact found here is
found again there without computing any positions, which libcst does slowly.
"""

from __future__ import annotations

import ast

_SIMPLE = frozenset(
    {ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Import}
    | {ast.ImportFrom, ast.Raise, ast.Assert, ast.Delete, ast.Pass, ast.Global}
)


def numbered(tree: ast.Module) -> dict[int, int]:
    """Map `id(statement)` to its number, for every statement below `tree`."""
    numbers: dict[int, int] = {}
    # A list of our own: a chain of `elif` is nested as deep as it is long.
    pending = list(reversed(tree.body))
    while pending:
        node = pending.pop()
        numbers[id(node)] = len(numbers)
        if node.__class__ in _SIMPLE:
            continue
        for block in reversed(blocks(node)):
            pending += reversed(block)
    return numbers


def blocks(node: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks below a statement in the order they are written."""
    found: list[list[ast.stmt]] = []
    if isinstance(node, ast.Match):
        return [case.body for case in node.cases]
    found.append(getattr(node, "body", []))
    found.extend(handler.body for handler in getattr(node, "handlers", []))
    found.append(getattr(node, "orelse", []))
    found.append(getattr(node, "finalbody", []))
    return found
