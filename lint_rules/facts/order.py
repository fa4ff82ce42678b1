"""Numbers the statements of a file in document order.

The concrete syntax tree numbers its statements alike, so that a fact found here is
found again there without computing any positions, which libcst does slowly.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def numbered(tree: ast.Module) -> dict[int, int]:
    """Map `id(statement)` to its number, for every statement below `tree`."""
    return {id(node): number for number, node in enumerate(_statements(tree.body))}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        for block in blocks(node):
            yield from _statements(block)


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
