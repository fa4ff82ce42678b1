"""DUR102."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.values import Made, Place
from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import TRAVEL, keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class GlobalRebind(StateRule):
    """A step assigns a module global.

    The new value exists in the process that ran the step. The next step may run in
    another process, where the global still has the value it got at import.

    Bad:

        from durable_core import step

        rate = 0

        @step
        def choose(state, context):
            global rate
            rate = len(state.zone)  # reported

        @step
        def price(state, context):
            return {"price": rate * state.quantity}

        STEPS = [choose, price]

    Good:

        from durable_core import step

        @step
        def choose(state, context):
            return {"rate": len(state.zone)}

        @step
        def price(state, context):
            return {"price": state.rate * state.quantity}

        STEPS = [choose, price]
    """

    code = "DUR102"
    name = "global-rebind"
    severity = "warn"
    why = "Another process still has the value from import time."
    advice = TRAVEL

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate bindings of globals in reachable code."""
        resources = linked.resources.held | linked.resources.fork_safe
        for effect in linked.changes("global"):
            place = effect.place
            if place is None or (effect.kind != "rebind" and place.name != "*"):
                continue
            kinds = {t.type for t in effect.things if isinstance(t, Made)}
            if effect.detail == "import" or kinds & resources:
                continue
            yield candidate_of(
                effect, _what(place, effect.detail), advice=keep(effect, linked)
            )


def _what(place: Place, how: str) -> str:
    if place.name == "*":
        return (
            f"The globals of module `{place.owner}` are changed through its namespace"
        )
    verb = "deleted" if how == "delete" else "assigned"
    return f"The module global `{place.name}` is {verb}"
