"""DUR702."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import statements
from lint_rules.link.bodies import Body, replayed
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class SwallowedSuspension(Rule):
    """A workflow body catches what suspends it.

    A body that waits for a step, a timer or a signal is left by an exception that does
    not derive from `Exception`, and runs again from its start later. A handler that
    catches everything catches that, too, and the body goes on without the result.

    Bad:

        from durable_core import step, workflow

        @step
        def charge(state, context):
            return {"paid": True}

        @workflow
        async def order(state, context):
            try:
                await charge(state)
            except:  # reported
                return {"paid": False}

    Good:

        from durable_core import step, workflow

        @step
        def charge(state, context):
            return {"paid": True}

        @workflow
        async def order(state, context):
            try:
                await charge(state)
            except Exception:
                return {"paid": False}
    """

    code = "DUR702"
    name = "swallowed-suspension"
    severity = "error"
    why = "It also catches what suspends the run, which then goes on without a result."
    advice = "Catch `Exception`, or a type of your own, or raise what was caught again."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate handlers of everything around what may suspend the run."""
        for body in replayed(linked):
            for statement in statements(body.facts.body):
                if isinstance(statement, ir.Try) and body.suspends(statement.body):
                    yield from _handlers(statement, body)
                elif isinstance(statement, ir.With) and body.suspends(statement.body):
                    yield from _suppressed(statement, body)


def _handlers(statement: ir.Try, body: Body) -> Iterator[Candidate]:
    for catch, handler in zip(statement.catches, statement.handlers, strict=True):
        if _raises_again(catch, handler):
            return  # what suspends the run may be what this handler lets through
        if catch.type is None or _is_everything(catch.type, body):
            word = "`except:`" if catch.type is None else "`except BaseException`"
            yield _candidate(
                body, catch.where, f"{word} catches what suspends the body"
            )


def _suppressed(statement: ir.With, body: Body) -> Iterator[Candidate]:
    for context, _ in statement.items:
        if not isinstance(context, ir.Call):
            continue
        names = body.origins.names(context.func)
        wide = any(_is_everything(argument, body) for argument in context.args)
        if "contextlib.suppress" in names and wide:
            what = "`suppress(BaseException)` hides what suspends the body"
            yield _candidate(body, context.where, what)


def _candidate(body: Body, where: ir.Where, what: str) -> Candidate:
    module = body.identity.partition(":")[0]
    return Candidate(module=module, where=where, what=what, path=body.path)


def _is_everything(expr: ir.Expr, body: Body) -> bool:
    if isinstance(expr, ir.Display):
        return any(_is_everything(element, body) for element in expr.elements)
    return "builtins.BaseException" in body.origins.names(expr)


def _raises_again(catch: ir.Catch, handler: tuple[ir.Stmt, ...]) -> bool:
    """Tell whether a handler raises what it caught, on some path at least."""
    for statement in statements(handler):
        if isinstance(statement, ir.Leave) and statement.raises:
            raised = [getattr(part, "id", "") for part in statement.parts]
            if not raised or (catch.name and catch.name == raised[0]):
                return True
    return False
