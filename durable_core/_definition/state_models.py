"""States declared as a pydantic model. Never imports pydantic: a model type can only
exist when the application has imported it already."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from durable_core._definition.state_type import Fields, StateType, shown
from durable_core.errors import StateError

if TYPE_CHECKING:
    from pydantic import BaseModel


def is_model_type(declared: type) -> bool:
    """Whether the type is a pydantic model."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(declared, pydantic.BaseModel)


class ModelState(StateType["BaseModel"]):
    """A pydantic model; what it validates and coerces is pydantic's own meaning."""

    def build(self, fields: Fields) -> BaseModel:
        return self.declared.model_construct(None, **fields)

    def fields(self, state: BaseModel) -> Fields:
        return {**vars(state), **(state.model_extra or {})}

    def check(self, fields: Fields, subject: str) -> Fields:
        extra = self.declared.model_config.get("extra")
        known = self.declared.model_fields
        for key in fields:
            if key not in known and extra != "allow":
                names = ", ".join(known) or "none"
                raise StateError(
                    subject,
                    str(key),
                    f"{self.declared.__name__} has no such field; it has: {names}",
                )
        return self._validated(fields, subject, by_name=True)

    def _complete(self, fields: Fields, subject: str) -> Fields:
        return self._validated(fields, subject, by_name=None)

    def _validated(
        self, fields: Fields, subject: str, *, by_name: bool | None
    ) -> Fields:
        """Return validated fields; the input of a run may use the model's aliases."""
        by_alias = None if by_name is None else not by_name
        try:
            model = self.declared.model_validate(
                fields, by_name=by_name, by_alias=by_alias
            )
        except sys.modules["pydantic"].ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            problem = f"{shown(first.get('input'))}: {first['msg']}"
            raise StateError(subject, key, problem) from error
        return self.fields(model)
