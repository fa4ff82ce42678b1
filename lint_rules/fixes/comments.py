"""Removes a suppression comment that hides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.fix import Edit, Fix, Position

if TYPE_CHECKING:
    from lint_rules.suppressions import Suppression


def removal(text: str, comment: Suppression) -> Fix:
    """Return the fix that takes a comment away, and its line if nothing is left on it.

    What follows behind another `#` in the same comment belongs to another tool.
    """
    lines = text.split("\n")
    line = lines[comment.line - 1]
    begin, code = comment.column - 1, line[: comment.column - 1]
    other = line.find("#", begin + 1)
    if other >= 0:
        return _fix(comment, begin, comment.line, other)
    if code.strip() or comment.line == len(lines):
        return _fix(comment, len(code.rstrip()), comment.line, len(line))
    return _fix(comment, 0, comment.line + 1, 0)


def _fix(comment: Suppression, start: int, end_line: int, end: int) -> Fix:
    first = Position(comment.line, start + 1)
    edit = Edit(comment.path, first, Position(end_line, end + 1), "")
    return Fix("Remove the suppression, which hides nothing.", "safe", (edit,))
