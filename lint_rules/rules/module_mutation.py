"""DUR103."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import TRAVEL, change, keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class ModuleMutation(StateRule):
    """A step changes an object that a module holds.

    What one step puts into a module's list or dict stays in the memory of the process
    that ran it. A step that looks for it elsewhere finds nothing, and a second run in
    the same process finds what the first one left behind.

    Bad:

        from durable_core import step

        totals = {}

        @step
        def count(state, context):
            totals[state.order] = len(state.lines)  # reported

        @step
        def report(state, context):
            return {"lines": totals[state.order]}

        STEPS = [count, report]

    Good:

        from durable_core import step

        @step
        def count(state, context):
            return {"totals": len(state.lines)}

        @step
        def report(state, context):
            return {"lines": state.totals}

        STEPS = [count, report]
    """

    code = "DUR103"
    name = "module-mutation"
    severity = "warn"
    why = "Another process does not see the change, and later runs here do."
    advice = TRAVEL

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of what globals hold."""
        for effect in linked.changes("global"):
            place = effect.place
            if place is None or effect.kind == "rebind" or place.name == "*":
                continue
            if linked.kind_of(effect) == "object":
                what = change(effect, f"`{place.name}` of module `{place.owner}`")
                yield candidate_of(effect, what, advice=keep(effect, linked))
