"""Which file an import means, and by which one name the program knows it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.catalog.steps import LIBRARIES
from lint_rules.discover import installed_here

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lint_rules.folders import Folders

# In ids a colon stands between module and function.
_COLON = "\uff1a"


class Imports:
    """The names of a program's files.

    A module is named by its path below the first root that contains it, so that every
    file has one name, however it is imported.
    """

    def __init__(
        self, paths: Iterable[Path], folders: Folders, roots: Iterable[Path] = ()
    ) -> None:
        """Find the folders that module names start at, the inner ones first."""
        self.folders = folders
        self.roots = sorted(roots, key=lambda root: -len(root.parts))
        paths = list(paths)
        for path in paths:
            folder = path if path.is_dir() else path.parent
            root = folders.package_root(folder / "module.py")
            for candidate in (root / "src", root):
                if candidate.is_dir() and candidate not in self.roots:
                    self.roots.append(candidate)
        self._installed = self._installed_below(paths)
        self._names: dict[Path, str] = {}

    def _installed_below(self, paths: list[Path]) -> dict[Path, set[Path]]:
        """Return what belongs to the program of each folder of installed packages.

        A package that is linted where it is installed lies beside all others there.
        """
        found: dict[Path, set[Path]] = {}
        given = [self.folders.identity(path) for path in paths]
        for root in filter(installed_here, self.roots):
            tops = {
                root / path.relative_to(root).parts[0]
                for path in given
                if root in path.parents
            }
            found[root] = {root} if root in given else tops
        return found

    def owns(self, file: Path) -> bool:
        """Tell whether a file is part of the program, not a package beside it."""
        for root, tops in self._installed.items():
            if _is_below(file, root):
                return any(top == file or _is_below(file, top) for top in tops)
        return True

    def name(self, path: Path) -> str:
        """Return the program's name for a file or folder."""
        if path not in self._names:
            self._names[path] = self._name(self.folders.location(path))
        return self._names[path]

    def _name(self, location: Path) -> str:
        for root in self.roots:
            if _is_below(location, root):
                return _dotted(location.relative_to(root))
        root = self.folders.package_root(location)
        return f"{root.name}~{_dotted(location.relative_to(root))}"

    def follow(self, dotted: str) -> list[Path]:
        """Return the files behind a name that starts at a root."""
        parts = dotted.split(".")
        if parts[0] in LIBRARIES:
            return []
        return [
            file
            for root in self.roots
            for file in self.folders.module(root, parts)[0]
            if self.owns(file)
        ]

    def of(self, path: Path) -> Importer:
        """Return what the imports in one file mean."""
        return Importer(self, path)


class Importer:
    """Turns the names in one file into the program's own.

    `asked` remembers each answer, `found` the files behind them.
    """

    def __init__(self, imports: Imports, path: Path) -> None:
        """Look names up beside the file, at its package's root, and at all roots."""
        folders = imports.folders
        near = [folders.package_root(path), folders.location(path).parent]
        self._searched = list(dict.fromkeys([*near, *imports.roots]))
        self._imports = imports
        self.asked: dict[str, str] = {}
        self.found: dict[Path, None] = {}

    def __call__(self, dotted: str) -> str:
        """Return the program's name for what an absolute import names."""
        if dotted not in self.asked:
            self.asked[dotted] = self._look_up(dotted)
        return self.asked[dotted]

    def _look_up(self, dotted: str) -> str:
        parts = dotted.split(".")
        if parts[0] in LIBRARIES or not parts[0]:
            return dotted
        for root in self._searched:
            files, end = self._imports.folders.module(root, parts)
            if end is not None and self._imports.owns(end):
                self.found.update(dict.fromkeys(files))
                return self._imports.name(end)
        return dotted


def _is_below(path: Path, folder: Path) -> bool:
    """Tell whether a path is in a folder; `Path.parents` is many times slower."""
    return str(path).startswith(f"{str(folder).rstrip(os.sep)}{os.sep}")


def _dotted(path: Path) -> str:
    parts = list(path.parts)
    parts[-1] = parts[-1].removesuffix(".py")
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts).replace(":", _COLON)
