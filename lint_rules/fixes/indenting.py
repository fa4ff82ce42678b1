"""Moves lines to the right or left; what is within a string stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fixes.workbench import nodes

if TYPE_CHECKING:
    from lint_rules.fixes.workbench import Sheet


def shifted(sheet: Sheet, start: int, end: int, by: str | int) -> str:
    """Return whole lines, each with more white space before it, or (-n) with less."""
    strings = [
        sheet.span(node)
        for node in nodes(sheet.module)
        if isinstance(node, cst.SimpleString | cst.FormattedString)
    ]
    found, offset = [], start
    for line in sheet.text[start:end].split("\n"):
        inside = any(first < offset < last for first, last in strings)
        found.append(line if inside or not line.strip() else _moved(line, by))
        offset += len(line) + 1
    return "\n".join(found)


def _moved(line: str, by: str | int) -> str:
    if isinstance(by, str):
        return by + line
    blank = len(line) - len(line.lstrip(" \t"))
    return line[min(-by, blank) :]
