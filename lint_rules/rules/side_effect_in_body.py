"""DUR704."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog import outside, varying
from lint_rules.link.values import Text
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked

_ASKED = varying.CLOCKS | varying.RANDOM | varying.IDENTITY
_DRAWN = ("uuid", "secrets", "random")


class SideEffectInBody(Rule):
    """A workflow body reads or writes something outside, and not in a step.

    A body is run again from its start each time it goes on. What it sends is sent
    again, and what it reads may have changed. The result of a step is recorded.

    Bad:

        import requests
        from durable_core import step, workflow

        @step
        def ship(state, context):
            return {"shipped": True}

        @workflow
        async def order(state, context):
            await ship(state)
            requests.post("https://mail.example/shipped")  # reported

    Good:

        import requests
        from durable_core import step, workflow

        @step
        def ship(state, context):
            return {"shipped": True}

        @step
        def tell(state, context):
            requests.post("https://mail.example/shipped")

        @workflow
        async def order(state, context):
            await ship(state)
            await tell(state)
    """

    code = "DUR704"
    name = "side-effect-in-body"
    severity = "warn"
    why = "The body runs again when it goes on, and does this again."
    advice = "Do it in a step, whose result is recorded."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate reads and writes outside the process in workflow bodies."""
        reach = linked.body_reach
        told: set[tuple[str, int]] = set()
        for effect in linked.machine.effects:
            what = _what(effect)
            key = (effect.function, effect.where.line)
            bodies = reach.steps_to(effect.function) if what else []
            if bodies and key not in told:
                told.add(key)
                yield Candidate(
                    module=effect.module,
                    where=effect.where,
                    what=what,
                    path=reach.path(bodies[0], effect.function),
                )


def _what(effect: Effect) -> str:
    """Say what an effect reaches outside the process; nothing if it reaches nothing."""
    detail = effect.detail
    if effect.kind == "write":
        return f"`{detail}` writes a file in a workflow body"
    if effect.kind == "database":
        return f"`{detail}` opens a database in a workflow body"
    if effect.kind == "read":
        paths = [thing for thing in effect.things if isinstance(thing, Text)]
        beside = bool(paths) and all(path.base == "code" for path in paths)
        return "" if beside else f"`{detail}` reads a file in a workflow body"
    if effect.kind not in {"outside", "talk"} or detail in _ASKED:
        return ""
    if detail.partition(".")[0] in _DRAWN or not outside.does_io(detail):
        return ""
    return f"`{detail}` reaches outside the process in a workflow body"
