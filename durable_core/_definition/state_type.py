"""The state a workflow hands from step to step, whatever type its author chose.

A state is its fields, by name. A StateType builds an instance for a step to use, reads
the fields back, and says whether fields fit the type.
"""

from __future__ import annotations

import reprlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Generic, TypeVar

from durable_core.errors import StateError

Fields = dict[str, object]
T = TypeVar("T")

# Not repr: that of a large state would be built whole, to be cut to a line.
_shown = reprlib.Repr()
_shown.maxstring = _shown.maxother = 100


class StateType(ABC, Generic[T]):
    """How one kind of state is built, read and checked."""

    def __init__(self, declared: type[T]) -> None:
        self.declared = declared

    @abstractmethod
    def build(self, fields: Fields) -> T:
        """Return an instance that holds these fields; runs no user code."""

    @abstractmethod
    def fields(self, state: T) -> Fields:
        """Return the fields the instance holds now."""

    @abstractmethod
    def check(self, fields: Fields, subject: str) -> Fields:
        """Return fields that fit the type, or raise StateError naming the key."""

    def start(self, given: object, subject: str) -> Fields:
        """Return the first fields of a run, from a mapping or an instance."""
        if isinstance(given, Mapping):
            return self.check(self._complete(dict(given), subject), subject)
        if self._is_instance(given):
            return self.check(self.fields(given), subject)  # type: ignore[arg-type]
        wanted = self.declared.__name__
        raise StateError(
            subject,
            "",
            f"the state is {type(given).__name__}; pass a dict or {wanted}",
        )

    def _is_instance(self, given: object) -> bool:
        return isinstance(given, self.declared)

    def _complete(self, fields: Fields, subject: str) -> Fields:
        """Return the fields with the type's own defaults added."""
        del subject
        return fields


class NamespaceState(StateType[SimpleNamespace]):
    """``types.SimpleNamespace``: any fields, as attributes."""

    def build(self, fields: Fields) -> SimpleNamespace:
        return SimpleNamespace(**fields)

    def fields(self, state: SimpleNamespace) -> Fields:
        return vars(state)

    def check(self, fields: Fields, subject: str) -> Fields:
        return _with_text_keys(fields, subject)


class DictState(StateType[Fields]):
    """Plain ``dict``: any fields, as keys."""

    def build(self, fields: Fields) -> Fields:
        return fields

    def fields(self, state: Fields) -> Fields:
        return state

    def check(self, fields: Fields, subject: str) -> Fields:
        return _with_text_keys(fields, subject)


def shown(value: object) -> str:
    """Return the value as an error message can show it: short, whatever its size."""
    try:
        return _shown.repr(value)
    except Exception as error:  # noqa: BLE001 - around user code, its __repr__
        return f"<{type(value).__name__}, its repr raised {type(error).__name__}>"


def _with_text_keys(fields: Fields, subject: str) -> Fields:
    for key in fields:
        if type(key) is not str:
            raise StateError(
                subject,
                "",
                f"the key {key!r} is {type(key).__name__}; fields are named by text",
            )
    return fields
