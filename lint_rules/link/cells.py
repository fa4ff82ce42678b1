"""The store of the analysis: sets of values that only grow, and who read them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from lint_rules.link.values import NOTHING

if TYPE_CHECKING:
    from lint_rules.link.values import Values

Key: TypeAlias = tuple[object, ...]
Reader: TypeAlias = tuple[str, str]

LARGEST = 40


class Cells:
    """Remembers values per key and wakes the readers of what has grown."""

    def __init__(self) -> None:
        """Start empty."""
        self._values: dict[Key, Values] = {}
        self._readers: defaultdict[Key, set[Reader]] = defaultdict(set)
        self.dirty: dict[Reader, None] = {}
        self.reader: Reader = ("", "")

    def read(self, key: Key) -> Values:
        """Return the values of a key; the current reader is told when they grow."""
        self._readers[key].add(self.reader)
        return self._values.get(key, NOTHING)

    def join(self, key: Key, values: Values) -> None:
        """Add values to a key."""
        before = self._values.get(key, NOTHING)
        if values <= before or len(before) >= LARGEST:
            return
        self._values[key] = before | values
        for reader in self._readers[key]:
            self.dirty[reader] = None

    def peek(self, key: Key) -> Values:
        """Return the values of a key without becoming its reader."""
        return self._values.get(key, NOTHING)

    def keys(self) -> list[Key]:
        """Return every key that has values."""
        return list(self._values)

    def readers(self, key: Key, phase: str) -> set[str]:
        """Return who read a key in a phase."""
        return {name for when, name in self._readers[key] if when == phase}
