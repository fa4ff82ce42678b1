"""What folders contain; each is listed once.

Resolving imports asks for the same few folders again and again: with a question to the
file system each time, that would take longer than reading the files.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOLDER, _FILE, _LINK = 1, 2, 4


class Folders:
    """Listings of folders, and what follows from them."""

    def __init__(self) -> None:
        """Start with nothing listed."""
        self._listings: dict[str, dict[str, int]] = {}
        self._real: dict[str, str] = {}
        self._roots: dict[str, Path] = {}
        self._modules: dict[
            tuple[Path, tuple[str, ...]], tuple[list[Path], Path | None]
        ] = {}

    def is_file(self, folder: str, name: str) -> bool:
        """Tell whether a folder has a file of that name."""
        return bool(self._listing(folder).get(name, 0) & _FILE)

    def is_folder(self, folder: str, name: str) -> bool:
        """Tell whether a folder has a folder of that name."""
        return bool(self._listing(folder).get(name, 0) & _FOLDER)

    def inside(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files in a folder.

        A link to a folder is none of them: it may lead back to where it is.
        """
        listing = self._listing(folder)
        inner = [n for n, kind in listing.items() if kind == _FOLDER]
        files = [n for n, kind in listing.items() if not kind & _FOLDER]
        return sorted(inner), sorted(files)

    def digest(self, folder: str) -> bytes:
        """Return a digest of the names in a folder that an import may find."""
        listing = self._listing(folder)
        names = [
            f"{name}\0{kind}"
            for name, kind in listing.items()
            if name.endswith(".py") or (kind & _FOLDER and name[0] not in "._")
        ]
        text = "\n".join(sorted(names))
        return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()

    def digests(self) -> dict[str, bytes]:
        """Return the digests of all folders that were looked into."""
        return {folder: self.digest(folder) for folder in self._listings}

    def _listing(self, folder: str) -> dict[str, int]:
        found = self._listings.get(folder)
        if found is None:
            found = self._listings[folder] = _listed(folder)
        return found

    def real(self, folder: str) -> str:
        """Return the one path that a folder has whatever links lead to it."""
        found = self._real.get(folder)
        if found is None:
            found = self._real[folder] = os.path.realpath(folder)
        return found

    def location(self, path: Path) -> Path:
        """Return a file's path with the links of its folder resolved."""
        folder, name = os.path.split(path)
        return Path(self.real(folder), name)

    def identity(self, path: Path) -> Path:
        """Return the one path that a file or folder has whatever links lead to it."""
        folder, name = os.path.split(path)
        folder = self.real(folder)
        kind = self._listing(folder).get(name, _LINK)
        if kind & (_LINK | _FOLDER):
            return Path(os.path.realpath(path))
        return Path(folder, name)

    def package_root(self, path: Path) -> Path:
        """Return the folder that the topmost package of a file is in."""
        start = self.real(os.path.split(path)[0])
        found = self._roots.get(start)
        if found is None:
            folder = start
            while self.is_file(folder, "__init__.py"):
                above = os.path.dirname(folder)
                if above == folder:
                    break
                folder = above
            found = self._roots[start] = Path(folder)
        return found

    def packages_above(self, path: Path) -> list[Path]:
        """Return the `__init__.py` files of the packages that a file is in."""
        root, folder = self.package_root(path), self.location(path).parent
        found: list[Path] = []
        while folder not in {root, folder.parent}:
            if self.is_file(str(folder), "__init__.py"):
                found.append(folder / "__init__.py")
            folder = folder.parent
        return found

    def module(
        self, root: Path, parts: Sequence[str]
    ) -> tuple[list[Path], Path | None]:
        """Follow a dotted name: return the files on the way, and what is at its end.

        That is the module, the package, or at least the folder of that name, or None.
        """
        key = (root, tuple(parts))
        if key not in self._modules:
            self._modules[key] = self._follow(root, parts)
        return self._modules[key]

    def _follow(
        self, root: Path, parts: Sequence[str]
    ) -> tuple[list[Path], Path | None]:
        folder, end = str(root), root
        found: list[Path] = []
        for part in parts:
            inside = os.path.join(folder, part)
            is_folder = self.is_folder(folder, part)
            if is_folder and self.is_file(inside, "__init__.py"):
                end = Path(inside, "__init__.py")
                found.append(end)
            elif self.is_file(folder, f"{part}.py"):
                end = Path(folder, f"{part}.py")
                found.append(end)
            elif is_folder:
                end = Path(inside)
            else:
                return found, None
            folder = inside
        return found, end


def _listed(folder: str) -> dict[str, int]:
    found: dict[str, int] = {}
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                found[entry.name] = _kind(entry)
    except OSError:
        pass
    return found


def _kind(entry: os.DirEntry[str]) -> int:
    try:
        kind = _FOLDER if entry.is_dir() else _FILE if entry.is_file() else 0
        return kind | (_LINK if entry.is_symlink() else 0)
    except OSError:
        return 0
