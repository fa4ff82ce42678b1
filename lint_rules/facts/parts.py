"""What is in a fact: statements below blocks, and every part below anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeGuard


def statements(block: Iterable[ir.Stmt]) -> Iterator[ir.Stmt]:
    """Return every statement of a block, and of the blocks below, in order."""
    for statement in block:
        yield statement
        match statement:
            case ir.Branch(blocks=blocks):
                inner = blocks
            case ir.Loop(body=body, orelse=orelse):
                inner = (body, orelse)
            case ir.With(body=body):
                inner = (body,)
            case ir.Try(body=body, handlers=handlers, orelse=orelse, final=final):
                inner = (body, *handlers, orelse, final)
            case _:
                continue
        for below in inner:
            yield from statements(below)


def every_part(node: object) -> Iterator[object]:
    """Return every fact at and below some facts, in order."""
    if is_group(node):
        for part in node:
            yield from every_part(part)
        return
    yield node
    for name in getattr(node, "__slots__", ()):
        yield from every_part(getattr(node, name))


def is_group(node: object) -> TypeGuard[tuple[object, ...]]:
    """Tell whether something is a tuple of facts, not a fact that is a named tuple."""
    return node.__class__ is tuple
