"""Workflow bodies: which code is replayed, and where it may be suspended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.steps import CONTEXT_NAMES
from lint_rules.catalog.workflows import OWN_WAITS, SUSPENDS
from lint_rules.facts import ir
from lint_rules.facts.parts import every_part
from lint_rules.link.origin import Origins
from lint_rules.link.uses import calls
from lint_rules.link.values import Bound, Function, Memo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.facts.ir import FunctionFacts
    from lint_rules.link.linked import Linked


class Body:
    """A function that is run when a workflow's body is: itself, or a helper of it."""

    def __init__(self, linked: Linked, identity: str) -> None:
        """Look at the function `identity`."""
        self.linked, self.identity = linked, identity
        self.facts: FunctionFacts = linked.program.functions[identity]
        module, _, qualname = identity.partition(":")
        self.origins = Origins(linked.machine, module, qualname)

    @property
    def path(self) -> tuple[str, ...]:
        """The calls that lead from a workflow's body to the function."""
        reach = self.linked.body_reach
        bodies = reach.steps_to(self.identity)
        return reach.path(bodies[0], self.identity) if bodies else (self.identity,)

    def suspends(self, node: object) -> bool:
        """Tell whether the run may be suspended within some facts, to go on later."""
        for part in every_part(node):
            if isinstance(part, ir.Awaited):
                return True
        return any(self._is_step_call(call) for call in calls(node))

    def _is_step_call(self, call: ir.Call) -> bool:
        """Tell whether a call runs a step, or asks the context for something."""
        func = call.func
        if isinstance(func, ir.Attr) and self._is_context(func.base):
            return True
        if any(self.linked.is_step(function) for function in self.functions(call)):
            return True
        return bool(self.origins.names(func) & (SUSPENDS | OWN_WAITS))

    def _is_context(self, expr: ir.Expr) -> bool:
        named = isinstance(expr, ir.Name) and expr.kind == "local"
        if not named or not isinstance(expr, ir.Name):
            return False
        params = [param.name for param in self.facts.params]
        return expr.id in params and expr.id in CONTEXT_NAMES - {"_"}

    def functions(self, call: ir.Call) -> list[str]:
        """Return the functions of the program that a call may be of."""
        found: list[str] = []
        for value in self.origins.values(call.func):
            thing = value.thing
            while isinstance(thing, Bound | Memo):
                thing = thing.function
            if isinstance(thing, Function):
                found.append(thing.id)
        return found or self._methods(call)

    def _methods(self, call: ir.Call) -> list[str]:
        """Return the method that `self.method()` calls."""
        func, owner = call.func, self.facts.owner
        if not owner or not isinstance(func, ir.Attr) or not self.facts.params:
            return []
        base, first = func.base, self.facts.params[0].name
        if not isinstance(base, ir.Name) or base.id != first:
            return []
        klass = f"{self.identity.partition(':')[0]}:{owner}"
        return self.linked.methods(klass, func.name)


def replayed(linked: Linked) -> Iterator[Body]:
    """Return the functions that run when a body is replayed."""
    reach = linked.body_reach
    for identity in linked.program.functions:
        if reach.steps_to(identity):
            yield Body(linked, identity)


def coroutines(linked: Linked) -> Iterator[Body]:
    """Return the bodies of workflows, and the functions replayed, that may await."""
    names = {body.identity for body in replayed(linked)} | set(linked.workflow_bodies())
    for identity in sorted(names):
        if linked.program.functions[identity].is_async:
            yield Body(linked, identity)
