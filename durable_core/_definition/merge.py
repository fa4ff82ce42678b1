"""How the result of a step joins the state: one implementation for every executor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

Fields = dict[str, object]


class Merge(str, Enum):
    """A merge strategy; ``shallow`` is the default."""

    SHALLOW = "shallow"
    DEEP = "deep"
    REPLACE = "replace"
    APPEND = "append"


def merge(strategy: Merge, state: Fields, result: Mapping[str, object]) -> Fields:
    """Return the state with the result of a step merged in; changes neither."""
    return _STRATEGIES[strategy](state, result)


def _shallow(state: Fields, result: Mapping[str, object]) -> Fields:
    """Returned keys replace those of the state."""
    return {**state, **result}


def _deep(state: Fields, result: Mapping[str, object]) -> Fields:
    """Dicts on both sides are merged key by key, all else is replaced."""
    merged = dict(state)
    for key, value in result.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = _deep(old, value) if both else value  # type: ignore[arg-type]
    return merged


def _replace(state: Fields, result: Mapping[str, object]) -> Fields:
    """What was returned is the whole state."""
    del state
    return dict(result)


def _append(state: Fields, result: Mapping[str, object]) -> Fields:
    """Lists on both sides are joined, all else is replaced."""
    merged = dict(state)
    for key, value in result.items():
        old = merged.get(key)
        both = isinstance(old, list) and isinstance(value, list)
        merged[key] = [*old, *value] if both else value  # type: ignore[misc]
    return merged


_STRATEGIES: dict[Merge, Callable[[Fields, Mapping[str, object]], Fields]] = {
    Merge.SHALLOW: _shallow,
    Merge.DEEP: _deep,
    Merge.REPLACE: _replace,
    Merge.APPEND: _append,
}
