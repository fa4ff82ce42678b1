"""The facts of modules that have not changed since an earlier run.

Facts are known by the content of their file and by what its imports mean, so a file
that is touched, moved back or checked out again needs no new reading. Whether a file
shows signs of steps is known by its size and time: it is asked of every file of a tree.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

from lint_rules.cache.place import SETTLED_NS, Place, stamp, version
from lint_rules.cache.values import from_bytes, to_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from lint_rules.facts.ir import ModuleFacts
    from lint_rules.imports import Importer
    from lint_rules.source import Source

_FILE = "facts"
LARGEST = 256_000_000
_Kept: TypeAlias = "tuple[bytes, tuple[tuple[str, str], ...], bytes]"
_Stamp: TypeAlias = "tuple[int, int, bool]"


class KeptFacts:
    """Facts by path and module name, signs of steps by path."""

    def __init__(self, place: Place) -> None:
        """Read what earlier runs have kept in `place`."""
        self._place = place
        self._facts: dict[tuple[str, str], _Kept] = {}
        self._signs: dict[str, _Stamp] = {}
        self._used: set[tuple[str, str]] = set()
        self._is_changed = False
        self._read()
        self._began = place.now()

    def _read(self) -> None:
        content = self._place.read(_FILE)
        found = None if content is None else from_bytes(content)
        if isinstance(found, tuple) and len(found) == 3 and found[0] == version():
            self._facts, self._signs = found[1:]

    def signs(self, path: Path) -> bool | None:
        """Tell whether a file shows signs of steps, if that is known."""
        known = self._signs.get(str(path))
        if known is None:
            return None
        return known[2] if stamp(path) == known[:2] else None

    def keep_signs(self, path: Path, *, signs: bool) -> None:
        """Remember whether a file shows signs of steps."""
        if self._place.folder is None:
            return
        now = stamp(path)
        if now is not None and now[0] < self._began - SETTLED_NS:
            self._signs[str(path)] = (*now, signs)
            self._is_changed = True

    def facts(
        self, name: str, source: Source, importer: Importer
    ) -> ModuleFacts | None:
        """Return the facts of a module, if its file and imports are as they were."""
        key = (str(source.path), name)
        kept = self._facts.get(key)
        if kept is None or kept[0] != _digest(source):
            return None
        if any(importer(dotted) != meant for dotted, meant in kept[1]):
            return None
        from lint_rules.facts import ir

        classes = (value for value in vars(ir).values() if isinstance(value, type))
        ours = [found for found in classes if found.__module__ == ir.__name__]
        found = from_bytes(kept[2], ours)
        self._used.add(key)
        return found if isinstance(found, ir.ModuleFacts) else None

    def keep_facts(
        self, name: str, source: Source, importer: Importer, facts: ModuleFacts
    ) -> None:
        """Remember the facts of a module."""
        if self._place.folder is None:
            return
        key = (str(source.path), name)
        asked = tuple(importer.asked.items())
        self._facts[key] = (_digest(source), asked, to_bytes(facts))
        self._used.add(key)
        self._is_changed = True

    def save(self) -> None:
        """Write what is kept, if there is anything new."""
        if not self._is_changed:
            return
        size = sum(len(kept[2]) for kept in self._facts.values())
        if size > LARGEST:
            self._facts = {key: self._facts[key] for key in self._used}
        content = to_bytes((version(), self._facts, self._signs))
        self._place.write(_FILE, content)


def _digest(source: Source) -> bytes:
    return blake2b(source.content, digest_size=16).digest()
