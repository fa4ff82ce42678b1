"""The store of the analysis: sets of values that only grow, and who read them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from lint_rules.link.values import MANY, NOTHING, Unknown, Value

if TYPE_CHECKING:
    from lint_rules.link.values import Values

Key: TypeAlias = tuple[object, ...]
Reader: TypeAlias = tuple[str, str]

# What may be one of more things than this could be anything: to follow all of them is
# slow, and what is found that way is far from what the program does.
LARGEST = 40
MOST_PLACES = 8
_MANY = Value(MANY)
# Read in too many places to tell: nothing can be added to it any more.
_ANYTHING = Value(Unknown("anything"))
_HIERARCHY = ("bases", "keyword")


class Cells:
    """Remembers values per key and wakes the readers of what has grown."""

    def __init__(self) -> None:
        """Start empty."""
        self._values: dict[Key, Values] = {}
        # In the order of their reading, so that two runs work alike.
        self._readers: defaultdict[Key, dict[Reader, None]] = defaultdict(dict)
        self.dirty: dict[Reader, None] = {}
        self.reader: Reader = ("", "")
        self.hierarchy_age = 0

    def read(self, key: Key) -> Values:
        """Return the values of a key; the current reader is told when they grow."""
        self._readers[key][self.reader] = None
        return self._values.get(key, NOTHING)

    def join(self, key: Key, values: Values) -> None:
        """Add values to a key."""
        before = self._values.get(key, NOTHING)
        if values <= before or _ANYTHING in before:
            return
        after = before | values
        if len(after) > LARGEST or _MANY in before:
            after = _widened(after)
            if after == before:
                return
        self._values[key] = after
        if key[0] in _HIERARCHY:
            self.hierarchy_age += 1
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


def _widened(values: Values) -> Values:
    """Forget what values are, and remember where they were read."""
    places = {value.via for value in values} - {None}
    if len(places) > MOST_PLACES:
        return frozenset({_ANYTHING})
    return frozenset(Value(MANY, place) for place in (*places, None))
