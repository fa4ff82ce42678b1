"""Tells living module states when a user module has just been imported.

Only at that moment is what a step does to the module not yet mixed with what its
import did. A finder at the front of ``sys.meta_path`` asks the finders behind it
and lends the loader a wrapper for the one call that executes the module. It takes
itself off the path when no state is left that wants to know.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pytest_durable.evidence.user_files import module_dict

if TYPE_CHECKING:
    from pytest_durable.evidence.module_state import ModuleState

__all__ = ["IMPORTS", "ImportWatch"]


class _TellingLoader(Loader):
    """Executes a module with its own loader, then tells the watch."""

    def __init__(self, loader: Loader, watch: ImportWatch) -> None:
        self._loader = loader
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        # Code may ask a spec that it only looked up for the source of a module.
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # What the module sees of itself is its own loader.
        names = module_dict(module)
        spec = names["__spec__"]
        spec.loader = names["__loader__"] = self._loader  # type: ignore[attr-defined]
        self._loader.exec_module(module)
        self._watch.imported(module)


class ImportWatch(MetaPathFinder):
    """Knows the living states; a finder only while there are any."""

    def __init__(self) -> None:
        self._states: list[weakref.ref[ModuleState]] = []

    def add(self, state: ModuleState) -> None:
        """Tell a state about imports for as long as it lives."""
        self._states = [known for known in self._states if known() is not None]
        self._states.append(weakref.ref(state))
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self, state: ModuleState) -> None:
        """Tell a state no more, and leave the path after the last one."""
        self._states = [known for known in self._states if known() not in (None, state)]
        if not self._states and self in sys.meta_path:
            sys.meta_path.remove(self)

    def imported(self, module: ModuleType) -> None:
        """Pass a module on to the states it belongs to."""
        name = module_dict(module)["__name__"]
        for known in self._states:
            state = known()
            if state is not None:
                state.include(str(name), module)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module as the next finders do, and lend user modules a loader."""
        states = [state for known in self._states if (state := known()) is not None]
        if not states:
            self._states = []
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            return None
        for finder in _behind(self):
            find = getattr(finder, "find_spec", None)
            spec = None if find is None else find(fullname, path, target)
            if spec is not None:
                self._lend(spec, states)
                return spec  # type: ignore[no-any-return]
        return None

    def _lend(self, spec: ModuleSpec, states: list[ModuleState]) -> None:
        file = spec.origin
        if file is None or spec.loader is None:
            return
        if hasattr(spec.loader, "exec_module") and any(
            state.user_files.owns(file) for state in states
        ):
            spec.loader = _TellingLoader(spec.loader, self)


def _behind(watch: ImportWatch) -> list[object]:
    finders = list(sys.meta_path)
    at = next((i for i, finder in enumerate(finders) if finder is watch), -1)
    return list(finders[at + 1 :])


IMPORTS = ImportWatch()
