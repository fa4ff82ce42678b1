"""Makes texts harmless for terminals, logs and strict parsers.

Names of files and what string literals hold are copied into messages; either may
contain escape sequences, line ends, or halves of characters that no encoding has.
"""

from __future__ import annotations

import re
import unicodedata

_JOINERS = "\u200c\u200d"
_HALF = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\ufffd"


def visible(text: str) -> str:
    """Return a text with a visible sign for every character that would act."""
    return text if text.isprintable() else "".join(map(_sign, text))


def encodable(text: str) -> str:
    """Return a text without halves of characters."""
    return text if text.isascii() else _HALF.sub(REPLACEMENT, text)


def cells(char: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _sign(char: str) -> str:
    if char.isprintable() or char in _JOINERS:
        return char
    number = ord(char)
    if number < 0x20:
        return chr(0x2400 + number)
    if number == 0x7F:
        return "\u2421"
    return " " if unicodedata.category(char) == "Zs" else REPLACEMENT
