"""Where the nodes of a concrete tree start, as `ast` counts."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING, TypeVar

from libcst.metadata import MetadataWrapper, PositionProvider

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    import libcst as cst

Node = TypeVar("Node", bound="ast.AST")


class Spots:
    """The source of one file: positions, and which Python its syntax needs."""

    def __init__(self, module: cst.Module) -> None:
        """Find the positions of all nodes."""
        self.module = module
        self.needed: tuple[int, int] = (3, 10)
        self._lines = module.code.split("\n")
        # The tree is ours alone: nothing can change it while it is read.
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self._ranges = wrapper.resolve(PositionProvider)

    @property
    def is_newer(self) -> bool:
        """Tell whether the running Python does not know the syntax."""
        return self.needed > sys.version_info[:2]

    def need(self, minor: int) -> None:
        """Note the first version of Python 3 that has some syntax."""
        self.needed = max(self.needed, (3, minor))

    def put(self, made: Node, node: cst.CSTNode, *, end: bool = False) -> Node:
        """Give a node the place where another one starts, or ends."""
        found = self._ranges[node].end if end else self._ranges[node].start
        line = self._lines[found.line - 1]
        column = found.column
        if not line.isascii():
            # `ast` counts bytes.
            column = len(line[:column].encode("utf-8", "surrogatepass"))
        vars(made).update(lineno=found.line, col_offset=column)
        return made

    def source(self, node: cst.CSTNode) -> str:
        """Return the source of a node."""
        return self.module.code_for_node(node)


def identifier(name: cst.Name | str) -> str:
    """Return a name as Python compares it."""
    text = name if isinstance(name, str) else name.value
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def innermost(node: cst.Tuple | cst.GeneratorExp) -> cst.CSTNode:
    """Return where a display begins whose own brackets are parentheses."""
    brackets: Sequence[cst.LeftParen] = node.lpar
    return brackets[-1] if brackets else node
