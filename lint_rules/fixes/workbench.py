"""Where fixes are built: files as trees whose nodes know their place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from lint_rules.finding import shown
from lint_rules.fix import Edit, Position
from lint_rules.site import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked
    from lint_rules.project import Project

Path = tuple[cst.CSTNode, ...]
_PRAGMA = re.compile(r"#\s*(type:|noqa|pragma|pylint|durable:|mypy:|pyright:|fmt:)")


class Unfixable(Exception):
    """This finding has no fix that would be right; the message says why."""


@dataclass(slots=True)
class Workbench:
    """The program that fixes are built for; a file is parsed when first asked for."""

    project: Project
    linked: Linked
    _sheets: dict[str, Sheet]

    @classmethod
    def of(cls, project: Project, linked: Linked) -> Workbench:
        """Open a bench for a program."""
        return cls(project, linked, {})

    def sheet(self, module: str) -> Sheet:
        """Return the tree of a module."""
        if module not in self._sheets:
            source = self.project.sources[module]
            path = shown(self.linked.program.modules[module].path)
            self._sheets[module] = Sheet(module, path, source.text)
        return self._sheets[module]

    def function(self, identity: str) -> tuple[Sheet, cst.FunctionDef, Path]:
        """Return where a function or method of the program is defined."""
        facts = self.linked.facts(identity)
        module = identity.partition(":")[0]
        if facts is None or module not in self.project.sources:
            raise Unfixable(f"{identity} is not part of the program")
        sheet = self.sheet(module)
        node, ancestors = sheet.statement(facts.where.at)
        if not isinstance(node, cst.FunctionDef) or node.name.value != facts.name:
            raise Unfixable(f"{identity} has no `def` of its own")
        return sheet, node, ancestors

    def mentioning(self, word: str) -> Iterator[str]:
        """Return the modules whose text contains a word."""
        pattern = re.compile(rf"\b{re.escape(word)}\b")
        for module, source in self.project.sources.items():
            if pattern.search(source.text):
                yield module


class Sheet:
    """One file: its text, its tree, and which text belongs to which node."""

    def __init__(self, name: str, path: str, text: str) -> None:
        """Parse the text; a byte order mark inside the text is beyond us."""
        if "\ufeff" in text:
            raise Unfixable("the file has a byte order mark within its text")
        self.name, self.path, self.text = name, path, text
        try:
            self.module = cst.parse_module(text)
        except cst.ParserSyntaxError as error:
            raise Unfixable(
                "the file has a syntax that libcst does not know"
            ) from error
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        self._spans = wrapper.resolve(ByteSpanPositionProvider)
        self._bytes = b"" if text.isascii() else text.encode()
        self._parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._statements = [(node, above) for _, node, above in walk(self.module)]
        self._lines: dict[cst.CSTNode, cst.CSTNode] = {
            small: line for line in _lines(self.module) for small in line.body
        }

    def statement(self, at: int) -> tuple[cst.CSTNode, Path]:
        """Return a statement by its number in the facts."""
        return self._statements[at]

    def statements(self) -> list[tuple[cst.CSTNode, Path]]:
        """Return every statement, with the compound statements around it."""
        return self._statements

    def line_of(self, small: cst.CSTNode) -> cst.SimpleStatementLine:
        """Return the line of a statement that has the line for itself."""
        line = self._lines.get(small)
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1:
            raise Unfixable("the statement shares its line with another one")
        return line

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return where the text of a node begins and ends."""
        found = self._spans[node]
        start, end = found.start, found.start + found.length
        if self._bytes:
            start = len(self._bytes[:start].decode())
            end = len(self._bytes[:end].decode())
        if isinstance(node, cst.FunctionDef | cst.ClassDef) and node.decorators:
            start = self.span(node.decorators[0])[0]
        return start, end

    def source(self, node: cst.CSTNode) -> str:
        """Return the source of a node, with its parentheses."""
        start, end = self.outer(node)
        return self.text[start:end]

    def outer(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return where a node begins and ends, with its parentheses."""
        start, end = self.span(node)
        left, right = getattr(node, "lpar", ()), getattr(node, "rpar", ())
        if left and right:
            start, end = self.span(left[0])[0], self.span(right[-1])[1]
        return start, end

    def offset(self, line: int, byte: int) -> int:
        """Return where the character is that facts place at a line and a byte."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        before = self.text[start:end].encode()[: byte - 1]
        return start + len(before.decode(errors="ignore"))

    def indent(self, offset: int) -> str:
        """Return the white space that begins the line of a character."""
        start, _ = self.whole_lines(offset, offset)
        found = re.compile(r"[ \t\f]*").match(self.text, start)
        return found.group() if found else ""

    def whole_lines(self, start: int, end: int) -> tuple[int, int]:
        """Widen a stretch of text to the lines it touches, line end included."""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        return first, len(self.text) if last < 0 else last + 1

    def replace(self, start: int, end: int, text: str) -> Edit:
        """Return an edit of a stretch of text."""
        return Edit(self.path, self._position(start), self._position(end), text)

    def insert(self, offset: int, text: str) -> Edit:
        """Return an edit that only adds text."""
        return self.replace(offset, offset, text)

    def rewrite(self, node: cst.CSTNode, text: str) -> Edit:
        """Return an edit that puts other text in the place of a node."""
        return self.replace(*self.span(node), text)

    def remove_lines(self, start: int, end: int) -> Edit:
        """Remove whole lines; what their last comment says stays where they were."""
        first, last = self.whole_lines(start, end)
        rest = self.text[end:last].strip()
        if rest.startswith("#") and not _PRAGMA.match(rest):
            return self.replace(first, last, f"{self.indent(start)}{rest}\n")
        if rest and not rest.startswith("#"):
            raise Unfixable("the line holds something else")
        return self.replace(first, last, "")

    def remove_statement(self, small: cst.CSTNode) -> Edit:
        """Remove a statement that has its line for itself; a block is never empty."""
        line = self.line_of(small)
        block = self.parent(line)
        if isinstance(block, cst.IndentedBlock) and len(block.body) == 1:
            return self.rewrite(line, "pass")
        return self.remove_lines(*self.span(line))

    def remove_block(self, line: cst.SimpleStatementLine) -> Edit:
        """Remove a line, and the smaller one of the gaps that were around it."""
        edit = self.remove_lines(*self.span(line))
        if edit.text:
            return edit
        return self.remove_stretch(*self.whole_lines(*self.span(line)))

    def remove_stretch(self, start: int, end: int) -> Edit:
        """Remove whole lines, and the smaller one of the gaps that were around them."""
        before = re.compile(r"(?m)(?:^[ \t\f]*\n)*\Z").search(self.text[:start])
        after = re.compile(r"(?:[ \t\f]*\n)*").match(self.text, end)
        if before is None or after is None:
            return self.replace(start, end, "")
        if self.text[: before.start()].rstrip().endswith(":"):
            return self.replace(start, after.end(), "")  # the first of its block
        if before.group().count("\n") < after.group().count("\n"):
            return self.replace(before.start() if start else start, end, "")
        return self.replace(start, after.end(), "")

    def above_comments(self, offset: int) -> int:
        """Return the start of a line, or of the comments right above it."""
        start, _ = self.whole_lines(offset, offset)
        while start:
            before, _ = self.whole_lines(start - 1, start - 1)
            if not self.text[before:start].lstrip().startswith("#"):
                break
            start = before
        return start

    def gap_before(self, start: int) -> int:
        """Return how many lines are left free before a definition: one or two."""
        before = re.compile(r"(?m)(?:^[ \t\f]*\n)*\Z").search(self.text[:start])
        return max(1, min(2, before.group().count("\n") if before else 0))

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Return the node that a node is a direct part of."""
        if not self._parents:
            for above in nodes(self.module):
                self._parents.update((child, above) for child in above.children)
        return self._parents.get(node)

    def above(self, node: cst.CSTNode, kind: type[cst.CSTNode]) -> cst.CSTNode | None:
        """Return the innermost node of a kind that a node is in."""
        found = self.parent(node)
        while found is not None and not isinstance(found, kind):
            found = self.parent(found)
        return found

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)


def nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Return a node and every node below it, in the order of the text."""
    yield node
    for child in node.children:
        yield from nodes(child)


def _lines(
    module: cst.Module,
) -> Iterator[cst.SimpleStatementLine | cst.SimpleStatementSuite]:
    for node in nodes(module):
        if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            yield node
