"""Chooses the StateType for what a workflow declared as its ``state``."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

from typing_extensions import is_typeddict

from durable_core._definition.state_models import ModelState, is_model_type
from durable_core._definition.state_type import DictState, NamespaceState, StateType
from durable_core._definition.state_typed import DataclassState, TypedDictState
from durable_core.errors import DefinitionError


def state_type_for(declared: object, subject: str) -> StateType[Any]:
    """Return the StateType for what a workflow declared as its ``state``.

    Raises DefinitionError for a type that cannot carry a state.
    """
    chosen: StateType[Any] | None = None
    if declared is SimpleNamespace:
        chosen = NamespaceState(SimpleNamespace)
    elif declared is dict:
        chosen = DictState(dict)
    elif not isinstance(declared, type):
        pass
    elif is_typeddict(declared):
        chosen = TypedDictState(declared)
    elif dataclasses.is_dataclass(declared):
        chosen = DataclassState(declared)
    elif is_model_type(declared):
        chosen = ModelState(declared)
    if chosen is None:
        raise DefinitionError(
            subject,
            f"{declared!r} cannot be a state",
            "Use a pydantic model, a dataclass, a TypedDict, dict or SimpleNamespace",
        )
    return chosen
