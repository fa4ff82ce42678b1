"""How output looks on the terminal it goes to."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TextIO

_CODES = {"error": "1;31", "warn": "1;33", "info": "1;36", "place": "34", "bold": "1"}
NARROWEST, WIDEST = 40, 120


@dataclass(frozen=True, slots=True)
class Style:
    """A width in columns, and whether colours are understood."""

    width: int = 100
    colour: bool = False

    def paint(self, text: str, role: str) -> str:
        """Give a text the colour of a role: a severity, `place` or `bold`."""
        return f"\033[{_CODES[role]}m{text}\033[0m" if self.colour else text


def style_of(stream: TextIO) -> Style:
    """Return the style for a stream; NO_COLOR and FORCE_COLOR are heeded."""
    columns = shutil.get_terminal_size((100, 24)).columns
    width = min(max(columns, NARROWEST), WIDEST)
    if os.environ.get("NO_COLOR"):
        return Style(width)
    forced = bool(os.environ.get("FORCE_COLOR"))
    able = stream.isatty() and os.environ.get("TERM") != "dumb"
    return Style(width, colour=forced or able)
