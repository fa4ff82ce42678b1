"""Which files and modules are the user's own code.

Own code is what lies below the root directory, or below an entry of ``sys.path``
that is neither the standard library nor an installed package. Never own code: the
standard library, ``site-packages``, virtual environments and this project itself.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from pytest_durable.evidence.shapes import inherits

__all__ = ["UserFiles", "module_dict"]

_OWN_PACKAGES = ("durable_core", "lint_rules", "pytest_durable")
_INSTALLED = ("site-packages", "dist-packages")
_module_dict: Any = vars(ModuleType)["__dict__"].__get__


def module_dict(module: ModuleType) -> dict[str, object]:
    """Return a module's globals, past any ``__getattr__`` it may define."""
    found: dict[str, object] = _module_dict(module)
    return found


def _folder(path: str) -> str:
    return os.path.join(os.path.abspath(path), "")


def _standard_library() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple({_folder(paths[name]) for name in ("stdlib", "platstdlib")})


def _own_packages() -> tuple[str, ...]:
    parent = Path(__file__).parents[2]
    return tuple(_folder(str(parent / name)) for name in _OWN_PACKAGES)


def _holds_packages(folder: str) -> bool:
    """Return whether packages were installed into a folder, or it is the root."""
    try:
        names = os.listdir(folder)
    except OSError:  # a zip file, or gone
        return True
    return folder == os.sep or any(name.endswith(".dist-info") for name in names)


class UserFiles:
    """The user's files, below ``rootdir``, ``extra_roots`` and ``sys.path``."""

    def __init__(self, rootdir: Path, extra_roots: Iterable[Path] = ()) -> None:
        self._roots = tuple(_folder(str(root)) for root in (rootdir, *extra_roots))
        self._never = (*_standard_library(), *_own_packages())
        self._searched: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._verdicts: dict[str, bool] = {}
        self._classes: dict[str, bool] = {}
        self._environments: dict[str, bool] = {}
        self._listed: tuple[tuple[int, str, int], list[tuple[str, ModuleType]]] | None
        self._listed = None

    def owns(self, file: str) -> bool:
        """Return whether a source file is the user's own."""
        verdict = self._verdicts.get(file)
        if verdict is None:
            verdict = self._verdicts[file] = self._decide(file)
        return verdict

    def owns_module(self, name: str) -> bool:
        """Return whether a module, known by its name, is the user's own."""
        verdict = self._classes.get(name)
        if verdict is None:
            module = sys.modules.get(name)
            if module is None:
                return False
            verdict = self._classes[name] = self._owns_loaded(module)
        return verdict

    def modules(self) -> list[tuple[str, ModuleType]]:
        """Return the loaded modules of the user, by name."""
        loaded = sys.modules
        last = next(reversed(loaded))
        # The common case, nothing was imported since, must not look at 1,000 names.
        stamp = (len(loaded), last, id(loaded[last]))
        if self._listed is None or self._listed[0] != stamp:
            found = [
                (name, module)
                for name, module in list(loaded.items())
                if self._owns_loaded(module)
            ]
            self._listed = (stamp, found)
        return self._listed[1]

    def _owns_loaded(self, module: object) -> bool:
        if not inherits(module, ModuleType):
            return False
        file = module_dict(module).get("__file__")  # type: ignore[arg-type]
        return type(file) is str and self.owns(file)

    def _decide(self, file: str) -> bool:
        if file.startswith("<"):
            return False
        path = os.path.abspath(file)
        if path.startswith(self._never) or any(name in path for name in _INSTALLED):
            return False
        if self._in_environment(os.path.dirname(path)):
            return False
        return path.startswith((*self._roots, *self._search_path()))

    def _search_path(self) -> tuple[str, ...]:
        entries = tuple(entry for entry in sys.path if type(entry) is str)
        if self._searched[0] != entries:
            never = (_folder(sys.prefix), _folder(sys.base_prefix), *self._never)
            folders = [_folder(entry) for entry in entries]
            found = tuple(
                folder
                for folder in folders
                if not folder.startswith(never) and not _holds_packages(folder)
            )
            self._searched = (entries, found)
        return self._searched[1]

    def _in_environment(self, folder: str) -> bool:
        verdict = self._environments.get(folder)
        if verdict is None:
            parent = os.path.dirname(folder)
            verdict = os.path.exists(os.path.join(folder, "pyvenv.cfg")) or (
                parent != folder and self._in_environment(parent)
            )
            self._environments[folder] = verdict
        return verdict
