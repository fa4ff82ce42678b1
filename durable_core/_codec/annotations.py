"""Which classes a function or a state type declares by its annotations."""

from __future__ import annotations

import builtins
import inspect
import sys
import types
from collections.abc import Iterable, Iterator
from dataclasses import InitVar
from enum import Enum
from functools import partial
from typing import (
    Annotated,
    Any,
    ForwardRef,
    TypeVar,
    get_args,
    get_origin,
)

from durable_core._codec import pydantic_models
from durable_core._codec.declared import ways_of

__all__ = ["declared_types"]


# Enough for any stack of decorators, and an end for one that wraps itself.
_MOST_WRAPPERS = 20

# Callable before 3.11, though nobody calls them.
_SPELLINGS = (ForwardRef, TypeVar)


class _Names(dict[str, Any]):
    """Names an annotation may use; one that cannot be found says nothing."""

    def __init__(self, scope: dict[str, Any], own: dict[str, Any]) -> None:
        super().__init__({**scope, **own})

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, Any)


def declared_types(*sources: object) -> frozenset[type]:
    """The classes a codec must know for values annotated like ``sources``.

    A source is a class (dataclass, model, TypedDict, NamedTuple, Enum), a type
    expression, or a function, whose parameters and result are read. Annotations that
    cannot be resolved are ignored, and so are exceptions, which need no declaration.
    """
    found: set[type] = set()
    seen: set[int] = set()
    # The expressions stay referenced, or a new one might get the id of a dead one.
    alive: list[object] = []
    pending: list[tuple[object, _Names]] = [
        (source, _Names({}, {})) for source in sources
    ]
    while pending:
        expression, names = pending.pop()
        if id(expression) in seen:
            continue
        seen.add(id(expression))
        alive.append(expression)
        if isinstance(expression, type) and _can_be_kept(expression):
            found.add(expression)
        pending.extend(_parts(expression, names))
    return frozenset(found)


def _parts(expression: Any, names: _Names) -> Iterator[tuple[object, _Names]]:
    """What one type expression is made of, each part with the names it may use."""
    if get_origin(expression) is not None:
        parts = get_args(expression)
        yield get_origin(expression), names
        for part in parts[:1] if get_origin(expression) is Annotated else parts:
            yield part, names
    elif isinstance(expression, type):
        yield from _of_class(expression)
    elif callable(expression) and not isinstance(expression, _SPELLINGS):
        yield from _of_function(expression)
    for part in _stands_for(expression, names):
        yield part, names


def _stands_for(expression: Any, names: _Names) -> Iterable[object]:
    """What an expression that is no class, generic or function means."""
    if isinstance(expression, str):
        return [_resolved(expression, names)]
    if isinstance(expression, ForwardRef):
        return [_resolved(expression.__forward_arg__, names)]
    if isinstance(expression, Enum):
        return [type(expression)]  # from Literal[Color.RED]
    if isinstance(expression, TypeVar):
        return [expression.__bound__, *expression.__constraints__]
    if isinstance(expression, (list, tuple)):
        return expression  # the parameters of a Callable
    if isinstance(expression, InitVar):
        return [expression.type]
    aliases = ("__supertype__", "__value__")  # NewType; type X = ...
    return [_quietly(expression, alias) for alias in aliases]


def _can_be_kept(cls: type) -> bool:
    # Before 3.11 list[int] passes for a class.
    return get_origin(cls) is None and ways_of(cls) is not None


def _of_class(cls: type) -> Iterator[tuple[object, _Names]]:
    if cls.__module__ == "builtins" or (
        ways_of(cls) is None and "__required_keys__" not in vars(cls)
    ):
        return
    if pydantic_models.is_model(cls):
        for annotation in pydantic_models.annotations_of(cls):
            yield annotation, _Names({}, {})
    for parent in cls.__mro__:
        scope = vars(sys.modules.get(parent.__module__, types.ModuleType("")))
        names = _Names(scope, {**vars(parent), parent.__name__: parent})
        for annotation in _annotations(parent):
            yield annotation, names
    # What a class of no declared fields keeps, its constructor is usually given.
    yield from _of_function(inspect.getattr_static(cls, "__init__"))


def _of_function(function: object) -> Iterator[tuple[object, _Names]]:
    for _ in range(_MOST_WRAPPERS):
        if isinstance(function, partial):
            function = function.func
        function = getattr(function, "__wrapped__", function)
    function = getattr(function, "__func__", function)
    if isinstance(function, types.FunctionType):
        names = _Names(function.__globals__, _closed_over(function))
        for annotation in _annotations(function):
            yield annotation, names


def _closed_over(function: types.FunctionType) -> dict[str, Any]:
    closed: dict[str, Any] = {}
    for name, cell in zip(
        function.__code__.co_freevars,
        function.__closure__ or (),
        strict=True,
    ):
        try:
            closed[name] = cell.cell_contents
        except ValueError:
            continue  # not assigned yet
    return closed


def _annotations(owner: Any) -> list[object]:
    try:
        return list(inspect.get_annotations(owner).values())
    except Exception:  # noqa: BLE001 - user code: an annotation may compute anything
        return []


def _resolved(text: str, names: _Names) -> object:
    """The value of a string annotation, which is source code of the application."""
    try:
        return eval(text, {}, names)  # noqa: S307 - the application's own source
    except Exception:  # noqa: BLE001 - user code: an annotation may compute anything
        return None


def _quietly(owner: object, attribute: str) -> object:
    if isinstance(owner, type):
        return None
    try:
        return getattr(owner, attribute, None)
    except Exception:  # noqa: BLE001 - user code: an alias is evaluated on access
        return None
