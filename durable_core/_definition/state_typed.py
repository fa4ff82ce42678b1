"""States declared as a dataclass or a TypedDict, checked against their annotations."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from typing_extensions import get_type_hints

from durable_core._definition.state_type import Fields, StateType, shown
from durable_core.errors import StateError


class DataclassState(StateType[object]):
    """A dataclass; fields are set directly, so ``__post_init__`` runs only at start."""

    def build(self, fields: Fields) -> object:
        state = object.__new__(self.declared)
        for name, value in fields.items():
            object.__setattr__(state, name, value)
        return state

    def fields(self, state: object) -> Fields:
        found = {
            field.name: getattr(state, field.name)
            for field in dataclasses.fields(self.declared)  # type: ignore[arg-type]
            if hasattr(state, field.name)
        }
        # What a step set beside the fields is reported, not lost in silence.
        return {**found, **getattr(state, "__dict__", {})}

    def check(self, fields: Fields, subject: str) -> Fields:
        return _checked(self.declared, fields, subject)

    def _complete(self, fields: Fields, subject: str) -> Fields:
        known = {f.name for f in dataclasses.fields(self.declared)}  # type: ignore[arg-type]
        for key in fields:
            if key not in known:
                raise _unknown(self.declared, str(key), subject)
        try:
            return self.fields(self.declared(**fields))
        except TypeError as error:
            raise StateError(subject, "", str(error)) from error


class TypedDictState(StateType[Fields]):
    """A TypedDict: a dict whose keys and types are declared."""

    def build(self, fields: Fields) -> Fields:
        return fields

    def fields(self, state: Fields) -> Fields:
        return state

    def check(self, fields: Fields, subject: str) -> Fields:
        required: frozenset[str] = getattr(self.declared, "__required_keys__")  # noqa: B009
        for key in sorted(required):
            if key not in fields:
                raise StateError(
                    subject, key, f"missing; {self.declared.__name__} requires it"
                )
        return _checked(self.declared, fields, subject)

    def _is_instance(self, given: object) -> bool:
        return isinstance(given, dict)


def _checked(declared: type, fields: Fields, subject: str) -> Fields:
    """Return the fields when each is known and of the annotated type."""
    import typeguard

    hints = _hints(declared)
    for key, value in fields.items():
        if key not in hints:
            raise _unknown(declared, str(key), subject)
        try:
            typeguard.check_type(
                value,
                hints[key],
                forward_ref_policy=typeguard.ForwardRefPolicy.IGNORE,
                collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS,
            )
        except typeguard.TypeCheckError as error:
            raise StateError(subject, key, f"{shown(value)}: {error}") from error
    return fields


@functools.lru_cache(maxsize=256)
def _hints(declared: type) -> dict[str, Any]:
    """Return the annotations; what cannot be resolved accepts anything."""
    try:
        return dict(get_type_hints(declared))
    except NameError:
        names: dict[str, Any] = {}
        for base in reversed(declared.__mro__):
            names.update(dict.fromkeys(getattr(base, "__annotations__", {}), Any))
        return names


def _unknown(declared: type, key: str, subject: str) -> StateError:
    known = ", ".join(_hints(declared)) or "none"
    return StateError(
        subject, key, f"{declared.__name__} has no such field; it has: {known}"
    )
