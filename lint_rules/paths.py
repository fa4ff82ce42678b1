"""Decides which paths are local to one host."""

from __future__ import annotations

from lint_rules.catalog.files import LOCAL_ROOTS
from lint_rules.link.values import Text

_BASES = {
    "code": "a path next to the code",
    "cwd": "a path in the working directory",
    "home": "a path in the home directory",
}


def local_path(thing: object) -> str:
    """Describe a path when it is local; return nothing for any other."""
    if not isinstance(thing, Text):
        return ""
    if thing.base in _BASES:
        return _BASES[thing.base]
    if thing.base != "literal" or not thing.text or "://" in thing.text:
        return ""
    text = thing.text if thing.exact else f"{thing.text}..."
    if thing.text.startswith("~"):
        return f"`{text}` in the home directory"
    if thing.text.startswith(LOCAL_ROOTS):
        return f"`{text}` on the local disk"
    if thing.text.startswith(("/", "\\")) or thing.text[1:3] == ":\\":
        return ""
    return f"`{text}` in the working directory"
