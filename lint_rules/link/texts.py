"""Texts that are put together, and what their beginning says about a path."""

from __future__ import annotations

import re

from lint_rules.facts import ir

# What a placeholder at the beginning of a path is called when it is a folder or a path.
_PATH_WORDS = re.compile(
    r"path|file|dir|folder|root|base|dest|target|out|prefix|url|uri|loc|home|mount|share"
    r"|source|src|bucket|where|place|store",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,7}$")


def names_a_file(pattern: str) -> bool:
    """Tell whether a pattern that begins with a placeholder is a bare file name."""
    return "/" not in pattern and _SUFFIX.search(pattern) is not None


def begins_with_a_name(expr: ir.Joined) -> bool:
    """Tell whether an f-string is a bare file name, such as `f"{order}.json"`."""
    first, *rest = expr.parts
    texts = [part.text or "" for part in rest if isinstance(part, ir.Const)]
    if any("/" in text for text in texts) or not texts:
        return False
    word = getattr(first, "name", getattr(first, "id", ""))
    if isinstance(first, ir.Item) and isinstance(first.index, ir.Const):
        word = first.index.text or ""
    if not word or _PATH_WORDS.search(word):
        return False
    return isinstance(expr.parts[-1], ir.Const) and names_a_file(texts[-1])
