"""Tells which files cannot be parsed without ending the whole process.

A parser that recurses on the stack of the machine crashes on a file that is nested too
deep: libcst's does, and that of Python 3.10. Also, libcst takes a time that doubles
with each level of a pattern. So such files are found by a search, in the text.
"""

from __future__ import annotations

import re
import sys

# Libcst copes with twice as much, Python 3.10 with ten times as much, on the stack of
# 8 MB that a process usually has.
DEEPEST_FOR_LIBCST = 600
DEEPEST_FOR_AST = 10_000
_DEEPEST_PATTERN = 9
_LONGEST_CHAIN = 1000
_PATTERN = re.compile(
    r"^[ \t]*case\b(?:[^\n\[({]*[\[({]){%d}" % (_DEEPEST_PATTERN + 1),  # noqa: UP031
    re.MULTILINE,
)
_ELIF = re.compile(r"^[ \t]*elif\b", re.MULTILINE)
# What an f-string contains is searched as if it stood outside.
_TOKEN = re.compile(
    r"""
      \#[^\n]*
    | \b[rRbBuU]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"{3}(?:\\.|[^\\])*?\"{3})
    | (?<![fFtT])[rRbBuU]?(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")
    | (?P<open>[\[({])
    | (?P<close>[\])}])
    | (?P<end>[,;:\n])
    | (?P<trailer>\.)
    | (?P<operator>[-+*/%@&|^~<>]+ | \b(?:if|else|not|lambda|await|for|and|or|case)\b)
    """,
    re.VERBOSE | re.DOTALL,
)


def has_deep_pattern(text: str) -> bool:
    """Tell whether a `case` is nested deeper than libcst can parse in a moment."""
    return "case" in text and _PATTERN.search(text) is not None


def libcst_may_crash(text: str) -> bool:
    """Tell whether a file may be nested too deep for libcst."""
    if has_deep_pattern(text) or len(_ELIF.findall(text)) > _LONGEST_CHAIN:
        return True
    return _is_deep(text, DEEPEST_FOR_LIBCST)


def ast_may_crash(text: str) -> bool:
    """Tell whether a file may be nested too deep for `ast` of this Python."""
    if sys.hexversion >= 0x030B0000 or len(text) < 10 * DEEPEST_FOR_AST:
        return False
    return _is_deep(text, DEEPEST_FOR_AST)


def _is_deep(text: str, deepest: int) -> bool:
    # For each open bracket: how many operators, and trailers after the last of them.
    around: list[int] = []
    operators = trailers = depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += operators + trailers + 1
            around.append(operators)
            around.append(trailers)
            operators = trailers = 0
        elif kind == "close" and around:
            trailers, operators = around.pop() + 1, around.pop()
            depth -= operators + trailers
        elif kind == "end" and not (around and match[0] == "\n"):
            operators = trailers = 0
        elif kind == "trailer":
            trailers += 1
        elif kind == "operator":
            operators, trailers = operators + 1, 0
        if depth + operators + trailers > deepest:
            return True
    return False
