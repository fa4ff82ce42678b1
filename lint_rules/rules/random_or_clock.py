"""DUR701."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.varying import CLOCKS, IDENTITY, RANDOM
from lint_rules.facts import ir
from lint_rules.facts.parts import statements
from lint_rules.link.bodies import Body
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked


class RandomOrClock(Rule):
    """A workflow body asks the clock or draws a random number.

    A body is run again from the start when it is resumed. What it asks the clock for
    is another value then, and it may take another branch than before. The same goes
    for environment variables, the name of the host and the order of a set.

    Bad:

        import random
        from durable_core import step, workflow

        @step
        def inspect(state, context):
            return {"inspected": True}

        @workflow
        def order(state, context):
            if random.random() < 0.1:  # reported
                context.run(inspect, state)

    Good:

        from durable_core import step, workflow

        @step
        def inspect(state, context):
            return {"inspected": True}

        @workflow
        def order(state, context):
            if context.random() < 0.1:
                context.run(inspect, state)
    """

    code = "DUR701"
    name = "random-or-clock"
    severity = "error"
    why = "The body runs again when it is resumed, and then gets another value."
    advice = "Take the value from the context, which records it, or in a step."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate calls of clocks and random generators in workflow bodies."""
        for effect in linked.machine.effects:
            if not _varies(effect, linked):
                continue
            bodies = linked.body_reach.steps_to(effect.function)
            if bodies:
                path = linked.body_reach.path(bodies[0], effect.function)
                yield Candidate(
                    module=effect.module,
                    where=effect.where,
                    what=_what(effect),
                    path=path,
                )


_ASKED = CLOCKS | RANDOM | IDENTITY
_ENVIRONMENT = frozenset({"os.environ", "os.environ.get", "os.getenv"})


def _varies(effect: Effect, linked: Linked) -> bool:
    if effect.kind != "unordered":
        return effect.kind == "outside" and effect.detail in _ASKED | _ENVIRONMENT
    if effect.detail != "set" or not linked.body_reach.steps_to(effect.function):
        return True
    body = Body(linked, effect.function)
    loops = (s for s in statements(body.facts.body) if isinstance(s, ir.Loop))
    # What a loop only adds up does not depend on the order.
    return any(s.where == effect.where and body.suspends(s.body) for s in loops)


def _what(effect: Effect) -> str:
    if effect.kind == "unordered" and effect.detail == "set":
        return (
            "a workflow body goes through a set, whose order differs between processes"
        )
    if effect.kind == "unordered":
        return f"`{effect.detail}` takes any element of a set in a workflow body"
    verb = "is read" if effect.detail in _ENVIRONMENT else "is called"
    return f"`{effect.detail}` {verb} in a workflow body"
