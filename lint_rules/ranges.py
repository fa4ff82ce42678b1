"""Where what a finding is about begins and ends, counted in characters.

Facts say where something begins, in bytes, as `ast` does. Only files with findings need
more, so only they are parsed once more, and nothing of that is kept in the facts.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEADER = re.compile(r"(?:async\s+)?(?:def|class)\s+\w+")
_WORD = re.compile(r"\w+|\S")
_PRIMARY = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


class Span(NamedTuple):
    """From the first character to the one behind the last; all count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


class Ranges:
    """The ranges of one file."""

    def __init__(self, text: str, places: Iterable[tuple[int, int]] = ()) -> None:
        """Take the decoded text of a file, and the places whose ranges will be asked.

        A place is a line and a byte, both from 1. Of a generated file with a million
        nodes only those at these places are kept.
        """
        self._text = text.removeprefix("\ufeff")
        self._lines = self._text.split("\n")
        self._nodes: dict[tuple[int, int], list[ast.AST]] = {}
        asked = {(line, byte - 1) for line, byte in places}
        for node in ast.walk(self._tree()) if asked else ():
            place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
            if place in asked:
                self._nodes.setdefault(place, []).append(node)

    def at(self, line: int, byte: int) -> Span:
        """Return the range of what begins at a line and a byte, both from 1."""
        begin = self._column(line, byte - 1)
        headed = _HEADER.match(self._line(line), begin - 1)
        if headed:
            return Span(line, begin, line, headed.end() + 1)
        node = _meant(self._nodes.get((line, byte - 1), []))
        if node is None or _end(node) == (0, 0):
            return self.word(line, begin)
        end_line, end_byte = _end(node)
        return Span(line, begin, end_line, self._column(end_line, end_byte))

    def word(self, line: int, column: int) -> Span:
        """Return the range of the word at a line and a character."""
        word = _WORD.match(self._line(line), column - 1)
        return Span(line, column, line, word.end() + 1 if word else column)

    def rest(self, line: int, column: int, name: str = "") -> Span:
        """Return the range of a name at a line and a character, or of all behind it."""
        if name and self._line(line).startswith(name, column - 1):
            return Span(line, column, line, column + len(name))
        end = len(self._line(line).rstrip()) + 1
        return Span(line, column, line, max(end, column))

    def _line(self, line: int) -> str:
        return self._lines[line - 1] if 0 < line <= len(self._lines) else ""

    def _column(self, line: int, byte: int) -> int:
        text = self._line(line)
        if text.isascii():
            return byte + 1
        return len(text.encode("utf-8", "replace")[:byte].decode("utf-8", "ignore")) + 1

    def _tree(self) -> ast.Module:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module(body=[], type_ignores=[])


def _meant(nodes: list[ast.AST]) -> ast.AST | None:
    """Return the node a finding means, among those that begin at one place.

    Of `seen.append(order)` that is the call, not `seen`, nor a comparison it is part
    of; where no such expression begins it is the smallest node that does. Of a
    statement with a block it is the last expression before the block.
    """
    primaries = [node for node in nodes if isinstance(node, _PRIMARY)]
    if primaries:
        return max(primaries, key=_end)
    node = min(nodes, key=_end, default=None)
    if isinstance(getattr(node, "body", None), list):
        return max(_header(node), key=_end, default=None)
    return node


def _header(node: ast.AST | None) -> Iterator[ast.expr]:
    for item in getattr(node, "items", ()):
        yield item.optional_vars or item.context_expr
    for name in ("test", "iter", "type"):
        found = getattr(node, name, None)
        if found is not None:
            yield found


def _end(node: ast.AST) -> tuple[int, int]:
    line, byte = getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
    return line or 0, byte or 0
