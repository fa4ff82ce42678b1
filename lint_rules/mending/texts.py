"""Applies edits to the bytes of a file; what no edit touches stays as it is."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

from lint_rules.fix import Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE_END = re.compile(r"\r\n|\r|\n")


class Inapplicable(Exception):
    """The edits cannot be made in this file; the message says why."""


def overlap(first: Iterable[Edit], second: Iterable[Edit]) -> bool:
    """Tell whether two sets of edits touch the same text."""
    others = list(second)
    return any(_touch(a, b) for a in first for b in others)


def _touch(a: Edit, b: Edit) -> bool:
    return a.path == b.path and a.start <= b.end and b.start <= a.end


def is_consistent(fix: Fix) -> bool:
    """Tell whether no edit of a fix lies within another one."""
    edits = sorted(fix.edits)
    pairs = pairwise(edits)
    return all(a.path != b.path or a.end <= b.start for a, b in pairs)


def apply(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a file's bytes with the edits made."""
    encoding, text = decoded(content)
    ends = [0, *(found.end() for found in _LINE_END.finditer(text))]
    newline = _newline(text)
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        start = ends[edit.start.line - 1] + edit.start.column - 1
        end = ends[edit.end.line - 1] + edit.end.column - 1
        if start < done:
            raise Inapplicable("two edits overlap")
        parts += [text[done:start], edit.text.replace("\n", newline)]
        done = end
    parts.append(text[done:])
    try:
        changed = "".join(parts).encode(encoding)
    except UnicodeEncodeError as error:
        raise Inapplicable(f"{encoding} has no character for the new text") from error
    _require_python(changed)
    return changed


def decoded(content: bytes) -> tuple[str, str]:
    """Return encoding and text, line ends as they are.

    Some encodings spell one text in several ways: there, bytes that no edit touches
    would change, so such a file is not for us.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    text = content.decode(encoding)
    if text.encode(encoding) != content:
        raise Inapplicable(f"its {encoding} would not survive being written again")
    return encoding, text


def _newline(text: str) -> str:
    """Return the line end that a file uses; the most frequent one, if several."""
    found = _LINE_END.findall(text)
    return max(("\n", "\r\n", "\r"), key=found.count)


def _require_python(content: bytes) -> None:
    import libcst as cst

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(content)
        cst.parse_module(content)
    except (SyntaxError, ValueError, RecursionError, cst.ParserSyntaxError) as error:
        raise Inapplicable("the result would not be valid Python") from error


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as Python counts them, with their ends."""
    ends = [0, *(found.end() for found in _LINE_END.finditer(text)), len(text)]
    lines = [text[a:b] for a, b in pairwise(ends)]
    return [line for line in lines if line]
