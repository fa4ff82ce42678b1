"""Patterns of the configuration: of files, of dotted names, of shared paths."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pathspec import GitIgnoreSpec

_WILDCARDS = "*?["


@dataclass(frozen=True)
class FilePatterns:
    """Patterns of files as in a `.gitignore` that lies in the folder `base`."""

    base: str = ""
    lines: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    def match(self, path: Path) -> bool:
        """Tell whether a file, or a folder above it, is meant."""
        if not self.lines:
            return False
        # The file itself may be a link to elsewhere: it is named by where it stands.
        place = os.path.join(os.path.realpath(path.parent), path.name)
        relative = os.path.relpath(place, self.base)
        if relative.startswith(os.pardir):
            relative = place.lstrip(os.sep)
        return self._spec.match_file(relative)

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        # Not at the top: most programs have no patterns, and the import is felt.
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.lines)


def matches_name(dotted: str, patterns: Iterable[str]) -> bool:
    """Tell whether a dotted name is meant; `*` stands for dots as well."""
    return any(fnmatchcase(dotted, pattern) for pattern in patterns)


def may_match_below(module: str, patterns: Iterable[str]) -> bool:
    """Tell whether a pattern may mean a function of a module."""
    for pattern in patterns:
        literal = pattern
        for sign in _WILDCARDS:
            literal = literal.partition(sign)[0]
        inner = f"{module}."
        if inner.startswith(literal) or literal.startswith(inner):
            return True
    return False


def is_below(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a path is one of `patterns`, or lies below one.

    A pattern is compared part by part, so that `/mnt/shared` is not `/mnt/shared2`.
    """
    parts = _parts(path) if path else []
    for pattern in patterns:
        wanted = _parts(pattern)
        enough = len(wanted) <= len(parts)
        if enough and all(map(fnmatchcase, parts, wanted)):
            return True
    return False


def _parts(path: str) -> list[str]:
    """Split a path; the first part of an absolute one is empty."""
    return posixpath.normpath(path.replace("\\", "/")).split("/")
