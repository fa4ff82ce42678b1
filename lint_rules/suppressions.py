"""`# durable: ignore[CODE] reason` comments."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

# Other tools' comments may stand on the same line, before ours or behind it; `#12` in
# a reason is a ticket.
_COMMENT = re.compile(
    r"#\s*durable:\s*ignore\b(?:\[(?P<rules>[^\]]*)\])?(?P<reason>(?:[^#]|#\d)*)"
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment and the lines of the logical line it stands on."""

    path: str
    line: int
    column: int
    first: int
    last: int
    rules: tuple[str, ...]
    reason: str
    blanket: bool

    def names(self, code: str, name: str) -> bool:
        """Tell whether the comment names a rule."""
        return bool(self.naming(code, name))

    def naming(self, code: str, name: str) -> list[str]:
        """Return the words by which it names a rule: an empty one when it names all."""
        if self.blanket:
            return [""]
        return [word for word in self.rules if word in {code, name}]


def read_suppressions(source: str, path: str) -> list[Suppression]:
    """Return every suppression of a file; a string that looks like one is none."""
    if "durable:" not in source:
        return []
    found: list[Suppression] = []
    comments: list[tokenize.TokenInfo] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                comments.append(token)
            if token.type in {tokenize.NL, tokenize.COMMENT}:
                if not first and token.type == tokenize.NL:
                    found += _suppressions(comments, path, 0, 0)
                    comments = []
                continue
            if token.type in {tokenize.NEWLINE, tokenize.ENDMARKER}:
                last = token.start[0]
                found += _suppressions(comments, path, first or last, last)
                comments, first = [], 0
            elif token.type not in {tokenize.INDENT, tokenize.DEDENT} and not first:
                first = token.start[0]
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return found
    return found


def _suppressions(
    comments: list[tokenize.TokenInfo], path: str, first: int, last: int
) -> list[Suppression]:
    found: list[Suppression] = []
    for token in comments:
        match = _COMMENT.search(token.string)
        if match is None:
            continue
        rules = match["rules"] or ""
        named = tuple(part.strip() for part in rules.split(",") if part.strip())
        line, column = token.start[0], token.start[1] + match.start() + 1
        reason = match["reason"].strip(" \t:-")
        begin, end = (first, last) if first else (line, line)
        found.append(
            Suppression(path, line, column, begin, end, named, reason, not named)
        )
    return found
