"""Finds the files below some paths, and which of them may define steps.

Parsing costs a hundred times what a search in the bytes does, and hardly any file of a
large tree has steps. The search may say yes too often, but not no to a step module.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.catalog.steps import DECORATED, IMPORT, IMPORTED, SIGNED, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.folders import Folders

_SKIPPED = frozenset(
    {"__pycache__", "node_modules", "site-packages", "build", "dist", "venv"}
)
# Files that may name steps by their paths.
DEFINITIONS = frozenset({".yaml", ".yml", ".json"})
_ENDINGS = (".py", *DEFINITIONS)
_IMPORT, _DECORATED, _SIGNED = map(re.compile, (IMPORT, DECORATED, SIGNED))


def may_define_steps(content: bytes) -> bool:
    """Tell whether a file's bytes show a sign of steps."""
    if any(word in content for word in WORDS):
        return True
    if any(name in content for name in IMPORTED) and _IMPORT.search(content):
        return True
    return bool(_DECORATED.search(content) or _SIGNED.search(content))


def program_files(paths: Iterable[Path], folders: Folders) -> list[tuple[Path, bool]]:
    """Return the Python, YAML and JSON files at or below some paths, each once.

    The second part tells whether the file itself was named: a named file is parsed
    whatever it contains.
    """
    found: dict[Path, tuple[Path, bool]] = {}
    paths = list(paths)
    for path in paths:
        if not path.is_dir():
            found.setdefault(folders.identity(path), (path, True))
    for path in paths:
        for file in _below(path, folders) if path.is_dir() else ():
            found.setdefault(folders.identity(file), (file, False))
    return list(found.values())


def _below(top: Path, folders: Folders) -> Iterator[Path]:
    pending = [str(top)]
    while pending:
        folder = pending.pop()
        inner, files = folders.inside(folder)
        for name in files:
            if name.endswith(_ENDINGS):
                yield Path(folder, name)
        names = [n for n in inner if n not in _SKIPPED and n[0] != "."]
        pending += [os.path.join(folder, name) for name in reversed(names)]


def installed_here(root: Path) -> bool:
    """Tell whether packages were installed into a folder, which nobody wrote there."""
    if root.name in {"site-packages", "dist-packages"}:
        return True
    return any(name.endswith(".dist-info") for name in os.listdir(root))
