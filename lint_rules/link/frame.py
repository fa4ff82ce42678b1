"""One evaluation of one function, or of a module's body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lint_rules.link.copies import original, suffix
from lint_rules.link.shared import as_declared
from lint_rules.link.values import (
    IMPORT,
    NOTHING,
    External,
    Function,
    Klass,
    Module,
    Place,
    Scalar,
    Text,
    Thing,
    Value,
    Values,
    reached,
)

if TYPE_CHECKING:
    from lint_rules.facts.ir import Expr, FunctionFacts, Name, Where
    from lint_rules.link.machine import Machine

# What cannot be changed, and what always outlives a step.
_NEVER_OTHERS = (Scalar, Text, Module, Klass, Function, External)


@dataclass(slots=True)
class Frame:
    """The local names of a function while its body is evaluated.

    A function is evaluated once for all of its calls. For a small one, each call is
    also evaluated on its own (`depth` > 0), only to learn what it returns there.
    """

    machine: Machine
    phase: str
    module: str
    qualname: str
    facts: FunctionFacts | None
    env: dict[str, Values] = field(default_factory=dict)
    ended: bool = False
    depth: int = 0
    returned: Values = NOTHING

    @property
    def id(self) -> str:
        """The id of the function that is evaluated."""
        return f"{self.module}:{self.qualname}"

    def site(self, where: Where) -> str:
        """Name the place in the source where an object is made."""
        name = f"{self.module}:{where.line}:{where.column}"
        self.machine.sites[name] = where
        return name

    def load(self, name: Name) -> Values:
        """Return what a name may be."""
        if name.kind == "local":
            return self.env.get(name.id, NOTHING)
        if name.kind == "cell":
            return self._load_cell(name)
        if name.kind == "class":
            own = self.machine.cells.read(
                ("class", f"{self.module}:{name.owner}", name.id)
            )
            if own:
                return own
        return self.machine.names.module_attribute(self.module, name.id, builtins=True)

    def _load_cell(self, name: Name) -> Values:
        owner = f"{self.module}:{name.owner}"
        cells = self.machine.cells
        if self.phase != IMPORT:
            inner = cells.read(("var", self.phase, owner, name.id))
            if inner:
                return inner
        own = suffix(self.id)
        outer = cells.read(("captured", self.id, owner, name.id)) if own else NOTHING
        outer = outer or cells.read(("var", IMPORT, owner, name.id))
        place = None if self.phase == IMPORT else Place("cell", owner + own, name.id)
        return reached(outer, place)

    def bind(
        self, name: Name, values: Values, where: Where, how: str = "", module: str = ""
    ) -> None:
        """Bind a name; binding one of an outer scope is an effect.

        A global belongs to the module of the function, or to `module`.
        """
        machine = self.machine
        module = module or self.module
        if name.kind == "local":
            self.env[name.id] = values
            if self.depth:
                return
            machine.cells.join(("var", self.phase, original(self.id), name.id), values)
            return
        if name.kind == "class":
            owner = f"{self.module}:{name.owner}"
            machine.cells.join(("class", owner, name.id), values)
            return
        if name.kind == "cell":
            self._bind_cell(name, values, where, how)
            return
        machine.cells.join(("global", module, name.id), values)
        if self.qualname:
            place = Place("global", module, name.id)
            self.effect("rebind", where, place, how, values)

    def _bind_cell(self, name: Name, values: Values, where: Where, how: str) -> None:
        owner = f"{self.module}:{name.owner}"
        cells = self.machine.cells
        lasting = not cells.read(("var", self.phase, owner, name.id))
        cells.join(("var", IMPORT if lasting else self.phase, owner, name.id), values)
        if lasting and self.phase != IMPORT:
            place = Place("cell", owner + suffix(self.id), name.id)
            self.effect("rebind", where, place, how, values)

    def effect(
        self,
        kind: str,
        where: Where,
        place: Place | None,
        detail: str = "",
        values: Values = NOTHING,
        *,
        through: Expr | None = None,
        receiver: Thing | None = None,
    ) -> None:
        """Record an effect of this function."""
        if self.depth:
            return
        if self.machine.config.shared_paths:
            values = as_declared(values, self.machine.config.shared_paths)
        self.machine.record.effect(
            self, kind, where, place, detail, values, through, receiver
        )

    def change(
        self,
        kind: str,
        target: Value,
        where: Where,
        detail: str = "",
        values: Values = NOTHING,
        *,
        through: Expr | None = None,
    ) -> None:
        """Record a change of `target` if it outlives the step."""
        self.touch(target, where)
        place = self.machine.lasting_place(target)
        if place is not None:
            held = values | {Value(target.thing)}
            self.effect(
                kind,
                where,
                place,
                detail,
                held,
                through=through,
                receiver=target.thing,
            )

    def touch(self, target: Value, where: Where) -> None:
        """Note a thing that a statement may change if it dies with the step."""
        if self.depth or isinstance(target.thing, _NEVER_OTHERS):
            return
        if self.machine.lasting_place(target) is None:
            self.machine.record.other(self.id, where, target.thing)
