"""Objects that a step made and left in a slot: a singleton, a lazily filled dict.

They did not exist when the state was captured. They join its walk afterwards, so that
what they hold has the names that later steps, which find them there, give it.
"""

from __future__ import annotations

from itertools import islice
from types import FunctionType
from typing import Any

from pytest_durable.evidence.changes import Change, assigned, counts, different
from pytest_durable.evidence.contents import EMPTY, DictContent
from pytest_durable.evidence.naming import Naming
from pytest_durable.evidence.probes import Probe
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.shapes import inherits
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.visit_containers import CONTAINERS
from pytest_durable.evidence.walk import Walk, is_atom

__all__ = ["Fresh", "has_slots"]

# A step that builds a table of objects is told about by the table.
_OBJECTS_MOST = 20
_ATTRIBUTES_MOST = 40


class Fresh:
    """The objects that one walk has met since it ended."""

    def __init__(self, walk: Walk, naming: Naming) -> None:
        self._walk = walk
        self._naming = naming
        self._indexes: set[int] = set()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._indexes)

    def meet(self, index: int) -> list[Record]:
        """Record what is new in the slots of one record, and return the new records."""
        walk, record = self._walk, self._walk.records[index]
        # The entries of a cache, the members of a list have no name of their own.
        if not has_slots(record):
            return []
        now = record.content.take(record.holder)
        return self.meet_values(
            index,
            [
                (label, new)
                for label, new in different(record.saved, now)
                if counts(record, label, new) and _may_be_state(walk, new)
            ],
        )

    def meet_values(self, index: int, found: list[tuple[Any, Any]]) -> list[Record]:
        """Record the new objects among the values of a record's slots."""
        walk = self._walk
        start, truncated = len(walk.records), walk.truncated
        for label, value in found:
            if _may_be_state(walk, value):
                walk.queue(value, index, label)
        walk.run()
        # What is too large is so in the next step as well, which will say it.
        walk.truncated = truncated
        self._indexes.update(range(start, len(walk.records)))
        return walk.records[start:]

    def changes(self) -> list[Change]:
        """Return the attributes of the objects that slots of the walk hold now."""
        found: list[Change] = []
        objects = (
            record
            for record in (self._walk.records[i] for i in sorted(self._indexes))
            if record.kind is Kind.INSTANCE and self._is_in_a_slot(record)
        )
        for record in islice(objects, _OBJECTS_MOST):
            found += islice(self._attributes(record), _ATTRIBUTES_MOST)
        return found

    def _attributes(self, record: Record) -> list[Change]:
        now = record.content.take(record.holder)
        return [
            Change(
                kind=Kind.INSTANCE,
                name=self._naming.slot(record, label),
                detail=assigned(self._naming.short(record, label), value),
                rebinds=True,
            )
            for label, value in zip(now.labels, now.values, strict=True)
            if value is not EMPTY and counts(record, label, value)
        ]

    def _is_in_a_slot(self, record: Record) -> bool:
        """Return whether only dicts are between an object and what was there before.

        The attributes of its attributes are left out, and so is what the step has
        replaced since.
        """
        while True:
            parent = self._walk.records[record.parent]
            now = parent.content.take(parent.holder)
            if not any(value is record.holder for value in now.values):
                return False
            if record.parent not in self._indexes:
                return has_slots(parent)
            if parent.kind is not None or not has_slots(parent):
                return False
            record = parent


def has_slots(record: Record) -> bool:
    """Return whether what a record holds has names of its own, entry by entry."""
    if record.kind is None:
        return isinstance(record.content, DictContent)
    return not isinstance(record.content, Probe) and record.kind is not Kind.CACHE


def _may_be_state(walk: Walk, value: object) -> bool:
    """Return whether an object is new and can hold something under a name."""
    if is_atom(value) or id(value) in walk.at or type(value) is FunctionType:
        return False
    if id(type(value)) in CONTAINERS:
        return True
    if inherits(value, type):
        return False
    shape = walk.shapes.of(type(value))
    return shape is not None and shape.user and not shape.step
