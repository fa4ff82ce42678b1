"""Shows what fixes would change, as a unified diff."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from lint_rules.mending.texts import decoded, split_lines

if TYPE_CHECKING:
    from collections.abc import Mapping


def unified(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """Return the differences of all files, as `patch -p0` takes them."""
    return "".join(_of_file(path, before[path], after[path]) for path in sorted(after))


def _of_file(path: str, before: bytes, after: bytes) -> str:
    old, new = (split_lines(decoded(content)[1]) for content in (before, after))
    parts = []
    for line in difflib.unified_diff(old, new, fromfile=path, tofile=path):
        parts.append(line)
        if not line.endswith(("\n", "\r")):
            parts.append("\n\\ No newline at end of file\n")
    return "".join(parts)
