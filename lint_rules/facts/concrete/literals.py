"""Turns strings and numbers of the concrete tree into those of `ast`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from lint_rules.facts.syntax import Interpolation, TemplateStr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lint_rules.facts.concrete.spots import Spots

    Lower = Callable[[cst.BaseExpression], ast.expr]

_COMMENT = re.compile(r"#[^\n]*")
Piece = cst.SimpleString | cst.FormattedString | cst.TemplatedString
_Part: TypeAlias = str | ast.expr


def number(node: cst.BaseNumber) -> ast.expr:
    """Return a number."""
    return ast.Constant(ast.literal_eval(getattr(node, "value", "0")))


def text(node: cst.BaseString, spots: Spots, lower: Lower) -> ast.expr:
    """Return a string, which may be written in several pieces."""
    pieces = list(_pieces(node))
    plain = [p for p in pieces if isinstance(p, cst.SimpleString)]
    if len(plain) == len(pieces):
        values = [_evaluated(piece.value) for piece in plain]
        # A list of strings may be of text or of bytes.
        return spots.put(ast.Constant(values[0][:0].join(values)), node)
    parts: list[_Part] = []
    for piece in pieces:
        if isinstance(piece, cst.SimpleString):
            parts.append(str(_evaluated(piece.value)))
        else:
            parts += _parts(piece.parts, piece.start, spots, lower)
    if any(isinstance(piece, cst.TemplatedString) for piece in pieces):
        spots.need(14)
        made: ast.expr = spots.put(TemplateStr(values=_merged(parts)), node)
        return made
    return spots.put(ast.JoinedStr(_merged(parts)), node)


def _pieces(node: cst.BaseString) -> Iterator[Piece]:
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    if isinstance(node, Piece):
        yield node


def _evaluated(source: str) -> str:
    """Return the value of a literal; one of bytes is handled alike."""
    value: str = ast.literal_eval(source)
    return value


def _parts(
    parts: Sequence[cst.CSTNode], start: str, spots: Spots, lower: Lower
) -> Iterator[_Part]:
    quote = start.lstrip("fFrRtT")
    is_raw = "r" in start.lower()
    for part in parts:
        if isinstance(part, cst.FormattedStringText | cst.TemplatedStringText):
            yield _unescaped(part.value, quote, is_raw=is_raw)
        elif isinstance(
            part, cst.FormattedStringExpression | cst.TemplatedStringExpression
        ):
            _judge(spots.source(part), quote, spots)
            if part.equal is not None:
                yield _shown(part, spots)
            yield _replacement(part, start, spots, lower)


def _replacement(
    part: cst.FormattedStringExpression | cst.TemplatedStringExpression,
    start: str,
    spots: Spots,
    lower: Lower,
) -> ast.expr:
    value = lower(part.expression)
    spec: ast.expr | None = None
    if part.format_spec is not None:
        inner = list(_parts(part.format_spec, start, spots, lower))
        spec = spots.put(ast.JoinedStr(_merged(inner)), part)
    if isinstance(part, cst.TemplatedStringExpression):
        made: ast.expr = Interpolation(
            value=value, str=None, conversion=-1, format_spec=spec
        )
        return made
    return ast.FormattedValue(value, -1, spec)


def _judge(source: str, quote: str, spots: Spots) -> None:
    """Note a replacement field as only Python 3.12 and later read it."""
    breaks = "\n" in source and len(quote) == 1
    if breaks or quote in source or "\\" in source or "#" in source:
        spots.need(12)


def _shown(
    part: cst.FormattedStringExpression | cst.TemplatedStringExpression, spots: Spots
) -> str:
    """Return the text that `{value = }` starts with."""
    source = spots.source(part.whitespace_before_expression)
    source += spots.source(part.expression)
    if part.equal is not None:
        # Python leaves out the comments there.
        source += _COMMENT.sub("", spots.source(part.equal))
    return source


def _unescaped(source: str, quote: str, *, is_raw: bool) -> str:
    source = source.replace("{{", "{").replace("}}", "}")
    if is_raw or "\\" not in source:
        return source
    # A backslash before a brace is one itself.
    ends = len(source) - len(source.rstrip("\\"))
    return _evaluated(quote + source + "\\" * (ends % 2) + quote)


def _merged(parts: Sequence[_Part]) -> list[ast.expr]:
    merged: list[ast.expr] = []
    pending: list[str] = []
    for part in [*parts, None]:
        if isinstance(part, str):
            pending.append(part)
            continue
        text = "".join(pending)
        if text:
            merged.append(ast.Constant(text))
        pending = []
        if part is not None:
            merged.append(part)
    return merged
