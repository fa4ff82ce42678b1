"""What reachable code does to the world outside one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.catalog.resources import FORK_SAFE
from lint_rules.link.values import Made, Scalar, Text

if TYPE_CHECKING:
    from lint_rules.facts.ir import Where
    from lint_rules.link.values import Place, Thing


@dataclass(frozen=True, slots=True)
class Effect:
    """One statement's effect on one place.

    `kind`: rebind, attribute, item, method, delete (changes), use (a method of an
    object that is not ours), write, read, remove (a file), temporary, database,
    environment, return, state, deliver (to another step), passed (a temporary path, to
    what is not known), outside (a call), talk (a method), asks
    (for a variable of the environment), unordered, memo. `others` counts the things
    that the statement may change instead, and that die with the step.
    """

    kind: str
    module: str
    function: str
    where: Where
    place: Place | None
    detail: str
    things: tuple[Thing, ...] = ()
    through_self: bool = False
    receiver: Thing | None = None
    others: int = 0

    @property
    def site(self) -> str:
        """The place in the source, as objects that are made there carry it."""
        return f"{self.module}:{self.where.line}:{self.where.column}"


@dataclass(frozen=True, slots=True)
class Edge:
    """A call from one function to another, made while a step runs."""

    caller: str
    callee: str
    line: int
    at: int


def is_constant(effect: Effect) -> bool:
    """Tell whether the same literal is stored every time."""
    things = [thing for thing in effect.things if thing != effect.receiver]
    return bool(things) and all(
        (isinstance(thing, Text) and thing.exact and thing.base == "literal")
        or (isinstance(thing, Scalar) and thing.type != "result")
        for thing in things
    )


def keeps_clients(effect: Effect) -> bool:
    """Tell whether all that is kept are clients that connect late and notice a fork."""
    things = [thing for thing in effect.things if thing != effect.receiver]
    return bool(things) and all(
        isinstance(thing, Made) and thing.type in FORK_SAFE for thing in things
    )
