"""The state a workflow hands from step to step, whatever type its author chose.

A state is its fields, by name. A StateType builds an instance for a step to use, reads
the fields back, and says whether fields fit the type. ``state_type_for`` picks one.
"""

from __future__ import annotations

import dataclasses
import reprlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from typing_extensions import is_typeddict

from durable_core.errors import DefinitionError, StateError

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


def state_type_for(declared: object, subject: str) -> StateType[Any]:
    """Return the StateType for what a workflow declared as its ``state``.

    Raises DefinitionError for a type that cannot carry a state.
    """
    # Kept out of the module's head: typed states load their checkers only when used.
    from durable_core._definition import state_models, state_typed  # noqa: PLC0415

    chosen: StateType[Any] | None = None
    if declared is SimpleNamespace:
        chosen = NamespaceState(SimpleNamespace)
    elif declared is dict:
        chosen = DictState(dict)
    elif not isinstance(declared, type):
        pass
    elif is_typeddict(declared):
        chosen = state_typed.TypedDictState(declared)
    elif dataclasses.is_dataclass(declared):
        chosen = state_typed.DataclassState(declared)
    elif state_models.is_model_type(declared):
        chosen = state_models.ModelState(declared)
    if chosen is None:
        raise DefinitionError(
            subject,
            f"{declared!r} cannot be a state",
            "Use a pydantic model, a dataclass, a TypedDict, dict or SimpleNamespace",
        )
    return chosen


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
