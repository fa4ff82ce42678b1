"""A statement in the concrete syntax tree, with what surrounds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lint_rules.link.linked import Linked

_UNDO = "pop|remove|discard|reset|set|clear"
_REMOVALS = ("os.remove(", "os.unlink(", ".unlink(", "rmtree(")


@dataclass(frozen=True, slots=True)
class Site:
    """A statement, the compound statements around it, and the linked facts."""

    node: cst.CSTNode
    ancestors: tuple[cst.CSTNode, ...]
    module: cst.Module
    linked: Linked

    def source(self, node: cst.CSTNode) -> str:
        """Return the source of a node."""
        return self.module.code_for_node(node).strip()

    def head(self) -> str:
        """Return the source of the statement without the blocks below it."""
        if isinstance(self.node, cst.With):
            return ", ".join(map(self.source, self.node.items))
        if isinstance(getattr(self.node, "body", None), cst.BaseSuite):
            return ""
        return self.source(self.node)

    def numbers(self, at: int) -> tuple[int, int]:
        """Return the numbers of the first and last statement of the guarded block.

        For a statement without a block that is the rest of the block it stands in.
        """
        block = self.node
        if not isinstance(block, cst.With) and self.ancestors:
            block = self.ancestors[-1]
            at -= 1
        inner = sum(1 for _ in _statements([block], ()))
        return at, at + inner - 1

    def function_node(self) -> cst.FunctionDef | None:
        """Return the innermost function around the statement."""
        for node in reversed(self.ancestors):
            if isinstance(node, cst.FunctionDef):
                return node
        return None

    def tests(self) -> list[str]:
        """Return the sources of the `if` tests around, within the function."""
        found: list[str] = []
        for node in reversed(self.ancestors):
            if isinstance(node, cst.FunctionDef | cst.ClassDef):
                break
            if isinstance(node, cst.If):
                found.append(self.source(node.test))
        return found

    def puts_back(self, name: str) -> bool:
        """Tell whether a `finally` of the function takes back a change of `name`."""
        function = self.function_node()
        if function is None or not name:
            return False
        word = rf"\b{re.escape(name)}\b"
        part = r"(\.\w+|\[.*\])*"
        undo = rf"{word}({part}\.({_UNDO})\(|{part}\s*=[^=])|del .*{word}"
        for node in statements_of(function):
            final = getattr(node, "finalbody", None)
            if final is not None and re.search(undo, self.module.code_for_node(final)):
                return True
        return False

    def undone_by(self, word: str) -> bool:
        """Tell whether a `finally` around or after the statement mentions `word`.

        A `yield` in a context manager counts as the body that is protected.
        """
        function = self.function_node()
        if function is None:
            return False
        for _, node, _ancestors in _numbered(function.body.body):
            final = getattr(node, "finalbody", None)
            if final is not None and word in self.module.code_for_node(final):
                return True
        return False

    def removes_files(self) -> bool:
        """Tell whether the function around the statement removes a file, too."""
        function = self.function_node()
        text = self.source(function.body) if function is not None else ""
        return any(word in text for word in _REMOVALS)

    def within(self, kind: type[cst.CSTNode]) -> list[cst.CSTNode]:
        """Return the ancestors of a kind, innermost first, within the function."""
        found: list[cst.CSTNode] = []
        for node in reversed(self.ancestors):
            if isinstance(node, cst.FunctionDef | cst.ClassDef):
                break
            if isinstance(node, kind):
                found.append(node)
        return found


def walk(
    module: cst.Module,
) -> Iterator[tuple[int, cst.CSTNode, tuple[cst.CSTNode, ...]]]:
    """Return every statement with its number, in the order of the facts."""
    yield from _numbered(module.body)


def statements_of(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """Return every statement in a function, in document order."""
    for node, _ in _statements(function.body.body, ()):
        yield node


def statements_below(block: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    """Return every statement in a block, in document order."""
    for node, _ in _statements(_body(block), ()):
        yield node


def _numbered(
    body: Sequence[cst.CSTNode],
) -> Iterator[tuple[int, cst.CSTNode, tuple[cst.CSTNode, ...]]]:
    for number, (node, ancestors) in enumerate(_statements(body, ())):
        yield number, node, ancestors


def _statements(
    body: Sequence[cst.CSTNode], ancestors: tuple[cst.CSTNode, ...]
) -> Iterator[tuple[cst.CSTNode, tuple[cst.CSTNode, ...]]]:
    for node in body:
        if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            for small in node.body:
                yield small, ancestors
            continue
        yield node, ancestors
        inner = (*ancestors, node)
        for block in _blocks(node):
            if isinstance(block, cst.If):
                yield from _statements([block], ancestors)
            else:
                yield from _statements(_body(block), inner)


def _body(block: cst.CSTNode) -> Sequence[cst.CSTNode]:
    if isinstance(block, cst.SimpleStatementSuite):
        return [block]
    return getattr(block, "body", ())


def _blocks(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Match):
        for case in node.cases:
            yield case.body
        return
    body = getattr(node, "body", None)
    if isinstance(body, cst.CSTNode):
        yield body
    for handler in getattr(node, "handlers", ()):
        yield handler.body
    orelse = getattr(node, "orelse", None)
    if isinstance(orelse, cst.If):
        yield orelse
    elif isinstance(orelse, cst.Else):
        yield orelse.body
    final = getattr(node, "finalbody", None)
    if isinstance(final, cst.Finally):
        yield final.body
