"""The shallow content of objects that can change: taken, compared, put back.

Each kind of holder has one content class. ``take`` returns labels and values,
``same`` compares identities, ``put`` edits the very object. The base class's own
methods are called unbound (``dict.items(value)``), so that what a user's subclass
overrides never runs.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from operator import is_
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

from pytest_durable.evidence.shapes import inherits

__all__ = [
    "DEQUE",
    "DICT",
    "EMPTY",
    "LIST",
    "ORDERED",
    "SET",
    "Content",
    "DictContent",
    "Saved",
    "SequenceContent",
    "SetContent",
    "identical",
    "ignored",
    "is_module",
    "is_scalar",
    "key_of",
    "replace",
    "same_value",
]


class _Empty:
    """Stands for a cell or a slot without a value."""

    def __repr__(self) -> str:
        return "<empty>"


EMPTY = _Empty()

_SCALARS = frozenset(
    map(id, (int, str, float, bool, type(None), bytes, complex, type(...)))
)


def is_scalar(value: object) -> bool:
    """Return whether a value is compared by type and value instead of identity."""
    return id(type(value)) in _SCALARS


def same_value(old: object, new: object) -> bool:
    """Return whether a binding kept its meaning: the same object or equal scalars."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if type(old) is tuple and type(new) is tuple:
        return len(old) == len(new) and all(map(same_value, old, new))
    # Not a number is not equal to itself.
    return is_scalar(old) and (old == new or (old != old and new != new))  # noqa: PLR0124


def key_of(label: object) -> object:
    """Return a key that stands for a label without the label's own hash."""
    if is_scalar(label):
        return type(label).__name__, label
    if type(label) is tuple:
        return tuple(map(key_of, label))
    return id(label)


def ignored(label: object) -> bool:
    """Return whether an attribute is bookkeeping of Python, pytest or a library."""
    if type(label) is not str:
        return False
    if label.startswith("__"):
        return label.endswith("__")
    return label.startswith(("@", "_abc_", "_sa_"))


def is_module(value: object) -> bool:
    """Return whether a value is a module: every process imports it on its own."""
    return inherits(value, ModuleType)


class Saved(NamedTuple):
    """Labels (keys, attribute names, positions) and the values they held."""

    labels: tuple[Any, ...]
    values: tuple[Any, ...]


class Content:
    """What one kind of holder holds; a change under a hidden label tells nothing."""

    hidden: ClassVar[frozenset[str]] = frozenset()

    def take(self, holder: Any) -> Saved:
        """Return what the holder holds now."""
        raise NotImplementedError

    def put(self, holder: Any, saved: Saved) -> None:
        """Make the holder hold what it held, in place."""
        raise NotImplementedError

    def same(self, holder: Any, saved: Saved) -> bool:
        """Return whether the holder holds the very same objects."""
        now = self.take(holder)
        return identical(now.values, saved.values) and identical(
            now.labels, saved.labels
        )


def identical(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    """Return whether two tuples hold the very same objects."""
    return len(left) == len(right) and all(map(is_, left, right))


def replace(target: dict[Any, Any], saved: Saved, *, ordered: bool) -> None:
    """Make a dict hold what it held, in place."""
    # Key by key: clearing first would pull a module's globals from under the code
    # that runs in another thread.
    added = {key_of(key): key for key in dict.keys(target)}
    for key, old in zip(saved.labels, saved.values, strict=True):
        added.pop(key_of(key), None)
        if dict.get(target, key, EMPTY) is not old:
            dict.__setitem__(target, key, old)
    for key in added.values():
        dict.__delitem__(target, key)
    if ordered and not identical(tuple(dict.keys(target)), saved.labels):
        dict.clear(target)
        for key, old in zip(saved.labels, saved.values, strict=True):
            dict.__setitem__(target, key, old)


class DictContent(Content):
    """A dict of any class; ``reach`` finds it from the holder."""

    def __init__(
        self, reach: Callable[[Any], dict[Any, Any]], *, ordered: bool = False
    ) -> None:
        self._reach = reach
        self._ordered = ordered

    def take(self, holder: Any) -> Saved:
        found = self._reach(holder)
        return Saved(tuple(dict.keys(found)), tuple(dict.values(found)))

    def same(self, holder: Any, saved: Saved) -> bool:
        found = self._reach(holder)
        return (
            dict.__len__(found) == len(saved.labels)
            and all(map(is_, saved.values, dict.values(found)))
            and all(map(is_, saved.labels, dict.keys(found)))
        )

    def put(self, holder: Any, saved: Saved) -> None:
        replace(self._reach(holder), saved, ordered=self._ordered)


class OrderedContent(DictContent):
    """An OrderedDict, which keeps an order of its own beside the dict's."""

    def take(self, holder: Any) -> Saved:
        found = tuple(OrderedDict.items(holder))
        return Saved(tuple(k for k, _ in found), tuple(v for _, v in found))

    def same(self, holder: Any, saved: Saved) -> bool:
        return Content.same(self, holder, saved)

    def put(self, holder: Any, saved: Saved) -> None:
        OrderedDict.clear(holder)
        for key, old in zip(saved.labels, saved.values, strict=True):
            OrderedDict.__setitem__(holder, key, old)


class SequenceContent(Content):
    """A list or a deque."""

    def __init__(self, base: type[list[Any] | deque[Any]]) -> None:
        self._base = base

    def take(self, holder: Any) -> Saved:
        values = tuple(self._base.__iter__(holder))
        return Saved(tuple(range(len(values))), values)

    def same(self, holder: Any, saved: Saved) -> bool:
        return self._base.__len__(holder) == len(saved.values) and all(
            map(is_, saved.values, self._base.__iter__(holder))
        )

    def put(self, holder: Any, saved: Saved) -> None:
        self._base.clear(holder)
        self._base.extend(holder, saved.values)


class SetContent(Content):
    """A set: its members are labels and values at once, in no order."""

    def take(self, holder: Any) -> Saved:
        members = tuple(set.__iter__(holder))
        return Saved(members, members)

    def same(self, holder: Any, saved: Saved) -> bool:
        # The order of a set may change while its members do not.
        return set.__len__(holder) == len(saved.values) and set(
            map(id, set.__iter__(holder))
        ) == set(map(id, saved.values))

    def put(self, holder: Any, saved: Saved) -> None:
        set.clear(holder)
        set.update(holder, saved.values)


def _itself(holder: dict[Any, Any]) -> dict[Any, Any]:
    return holder


DICT = DictContent(_itself, ordered=True)
ORDERED = OrderedContent(_itself, ordered=True)
LIST = SequenceContent(list)
DEQUE = SequenceContent(deque)
SET = SetContent()
