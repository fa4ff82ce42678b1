"""Removes a suppression comment that hides nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lint_rules.fix import Edit, Fix, Position

if TYPE_CHECKING:
    from lint_rules.suppressions import Suppression


# `#12` in a reason is a ticket.
_OTHER = re.compile(r"#(?!\d)")


def removal(text: str, comment: Suppression) -> Fix:
    """Return the fix that takes a comment away, and its line if nothing is left on it.

    What follows behind another `#` in the same comment belongs to another tool.
    """
    lines = text.split("\n")
    line = lines[comment.line - 1]
    begin, code = comment.column - 1, line[: comment.column - 1]
    other = _OTHER.search(line, begin + 1)
    if other:
        return _fix(comment, begin, comment.line, other.start())
    if code.strip() or comment.line == len(lines):
        return _fix(comment, len(code.rstrip()), comment.line, len(line))
    return _fix(comment, 0, comment.line + 1, 0)


def narrowing(text: str, comment: Suppression, kept: list[str]) -> Fix:
    """Return the fix that leaves only some of the rules that a comment names."""
    line = text.split("\n")[comment.line - 1]
    begin = line.index("[", comment.column - 1) + 1
    first = Position(comment.line, begin + 1)
    last = Position(comment.line, line.index("]", begin) + 1)
    edit = Edit(comment.path, first, last, ", ".join(kept))
    return Fix("Leave out the rules that it hides nothing of.", "safe", (edit,))


def _fix(comment: Suppression, start: int, end_line: int, end: int) -> Fix:
    first = Position(comment.line, start + 1)
    edit = Edit(comment.path, first, Position(end_line, end + 1), "")
    return Fix("Remove the suppression, which hides nothing.", "safe", (edit,))
