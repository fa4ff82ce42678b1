"""DUR703."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.workflows import WAITS
from lint_rules.facts import ir
from lint_rules.facts.parts import statements
from lint_rules.link.bodies import Body, coroutines
from lint_rules.link.uses import Uses, locals_of
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.linked import Linked


class UnawaitedStep(Rule):
    """A workflow body calls a step, or a wait, and does not await it.

    Such a call only makes something that can be awaited. Without `await` nothing is
    run, and the body goes on as if it had been.

    Bad:

        from durable_core import step, workflow

        @step
        def charge(state, context):
            return {"paid": True}

        @workflow
        async def order(state, context):
            charge(state)  # reported

    Good:

        from durable_core import step, workflow

        @step
        def charge(state, context):
            return {"paid": True}

        @workflow
        async def order(state, context):
            await charge(state)
    """

    code = "DUR703"
    name = "unawaited-step"
    severity = "error"
    why = "Nothing is run: the call only makes what can be awaited."
    advice = "Write `await` before the call, or hand it to `gather`."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate calls that need to be awaited and are not."""
        for body in coroutines(linked):
            for call in _unawaited(linked, body):
                name = _needs_await(call, body)
                if name:
                    yield Candidate(
                        module=body.identity.partition(":")[0],
                        where=call.where,
                        what=f"`{name}` is called and not awaited",
                        path=body.path,
                        symbol=name,
                    )

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Await the call."""
        from lint_rules.fixes.awaiting import awaited

        return awaited(candidate, bench)


def _unawaited(linked: Linked, body: Body) -> Iterator[ir.Call]:
    """Return calls whose value is dropped, or used as if it were the result."""
    uses = Uses(linked.program, body.identity)
    yield from uses.dropped()
    for statement in statements(body.facts.body):
        if isinstance(statement, ir.Branch):
            value: object = statement.test
        elif isinstance(statement, ir.Loop):
            value = statement.source
        else:
            value = getattr(statement, "value", None)
        inner = _used_as_result(value)
        if inner is not None:
            yield inner
        elif isinstance(value, ir.Call) and (
            isinstance(statement, ir.Branch | ir.Loop)
            or (isinstance(statement, ir.Assign) and _is_opened(statement, uses))
        ):
            yield value


def _is_opened(statement: ir.Assign, uses: Uses) -> bool:
    """Tell whether a local is used for what it holds alone, as if it were a result."""
    held = [part for name in locals_of(statement) for part in uses.of(name)]
    return bool(held) and all(isinstance(part, ir.Attr | ir.Item) for part in held)


def _used_as_result(value: object) -> ir.Call | None:
    """Return the call in `step(x).name` or `step(x)["name"]`."""
    while isinstance(value, ir.Attr | ir.Item):
        value = value.base
        if isinstance(value, ir.Call):
            return value
    return None


def _needs_await(call: ir.Call, body: Body) -> str:
    """Return the name of what must be awaited, if a call is of such a thing."""
    for function in body.functions(call):
        facts = body.linked.program.functions[function]
        ours = "durable_core.step" in body.linked.decorators(function)
        if (ours and body.linked.is_step(function)) or (
            facts.is_async and not facts.is_generator
        ):
            return facts.name
    names = body.origins.names(call.func) & WAITS
    return min(names, default="").rpartition(".")[2]
