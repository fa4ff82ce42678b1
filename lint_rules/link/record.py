"""What evaluations tell: effects and calls.

A function is evaluated again whenever something that it has read grows. What its last
evaluation told is what holds, so each one replaces what the one before has told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lint_rules.link.cells import LARGEST
from lint_rules.link.effects import Edge, Effect
from lint_rules.link.values import IMPORT, MANY, STEP

if TYPE_CHECKING:
    from lint_rules.facts.ir import Expr, FunctionFacts, Where
    from lint_rules.link.cells import Reader
    from lint_rules.link.frame import Frame
    from lint_rules.link.values import Place, Thing, Values

ImportEffects = dict[str, dict[tuple[str, "Where", str], str]]


@dataclass(frozen=True, slots=True)
class _Told:
    """An effect as it was told, before its values are put in order."""

    module: str
    qualname: str
    values: Values
    through_self: bool
    receiver: Thing | None


@dataclass(slots=True)
class _Evaluation:
    effects: dict[tuple[str, str, Where, Place | None, str], _Told] = field(
        default_factory=dict
    )
    edges: dict[tuple[str, str, int], Edge] = field(default_factory=dict)
    others: dict[tuple[str, Where], set[Thing]] = field(default_factory=dict)


class Record:
    """The effects and calls of every function's last evaluation."""

    def __init__(self) -> None:
        """Start empty."""
        self._last: dict[Reader, _Evaluation] = {}
        self._now = _Evaluation()

    def begin(self, reader: Reader) -> None:
        """Forget what the last evaluation of a function has told."""
        self._now = self._last[reader] = _Evaluation()

    def effect(
        self,
        frame: Frame,
        kind: str,
        where: Where,
        place: Place | None,
        detail: str,
        values: Values,
        through: Expr | None,
        receiver: Thing | None,
    ) -> None:
        """Note an effect; what is told of it at another time is added."""
        key = (kind, frame.id, where, place, detail)
        older = self._now.effects.get(key)
        if older is not None:
            values |= older.values
            receiver = min(receiver, older.receiver, key=str)
        through_self = is_first_parameter(through, frame.facts)
        self._now.effects[key] = _Told(
            frame.module, frame.qualname, values, through_self, receiver
        )

    def other(self, function: str, where: Where, thing: Thing) -> None:
        """Note a thing that a statement may change and that dies with the step."""
        self._now.others.setdefault((function, where), set()).add(thing)

    def call(self, caller: str, callee: str, where: Where) -> None:
        """Note a call."""
        edge = Edge(caller, callee, where.line, where.at)
        self._now.edges.setdefault((caller, callee, where.at), edge)

    def edges(self) -> list[Edge]:
        """Return the calls made while steps run, each once."""
        found: dict[tuple[str, str, int], Edge] = {}
        for (phase, _), evaluation in self._last.items():
            if phase == STEP:
                for key, edge in evaluation.edges.items():
                    found.setdefault(key, edge)
        return [found[key] for key in sorted(found)]

    def effects(self) -> list[Effect]:
        """Return the effects of code that runs in steps."""
        found = [
            _effect(key, told, evaluation)
            for (phase, _), evaluation in self._last.items()
            if phase == STEP
            for key, told in evaluation.effects.items()
        ]
        return sorted(found, key=_order)

    def import_effects(self) -> ImportEffects:
        """Return what imports do: by module, and the function that does it."""
        found: ImportEffects = {}
        for (phase, _), evaluation in self._last.items():
            if phase == IMPORT:
                for (kind, _, where, _, detail), told in evaluation.effects.items():
                    of_module = found.setdefault(told.module, {})
                    of_module[kind, where, detail] = told.qualname
        return found


def _effect(
    key: tuple[str, str, Where, Place | None, str], told: _Told, among: _Evaluation
) -> Effect:
    kind, function, where, place, detail = key
    return Effect(
        kind,
        told.module,
        function,
        where,
        place,
        detail,
        tuple(sorted({value.thing for value in told.values}, key=str)),
        told.through_self,
        told.receiver,
        _count(among.others.get((function, where), set())),
    )


def _count(others: set[Thing]) -> int:
    return LARGEST if MANY in others else len(others)


def _order(effect: Effect) -> tuple[object, ...]:
    where = effect.where
    place = str(effect.place)
    return effect.function, where.at, where.column, effect.kind, place, effect.detail


def is_first_parameter(expr: Expr | None, facts: FunctionFacts | None) -> bool:
    """Tell whether an expression starts at a method's first parameter."""
    if facts is None or not facts.owner or not facts.params:
        return False
    while expr is not None:
        if getattr(expr, "kind", "") == "local":
            return getattr(expr, "id", "") == facts.params[0].name
        func = getattr(expr, "func", None)
        expr = getattr(expr, "base", None) or func
    return False
