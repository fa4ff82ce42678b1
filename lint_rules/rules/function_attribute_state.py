"""DUR105."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import TRAVEL, change, keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class FunctionAttributeState(StateRule):
    """A step keeps something on a function object.

    An attribute of a function is a global in disguise.

    Bad:

        from durable_core import step

        @step
        def notify(state, context):
            notify.calls += 1  # reported
            return {"number": notify.calls}

        notify.calls = 0
        STEPS = [notify]

    Good:

        from durable_core import step

        @step
        def notify(state, context):
            return {"number": state.number + 1}

        STEPS = [notify]
    """

    code = "DUR105"
    name = "function-attribute-state"
    severity = "warn"
    why = "A function object lives in one process and keeps the attribute between runs."
    advice = TRAVEL

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of attributes of functions."""
        for effect in linked.changes("function"):
            place = effect.place
            if place is not None:
                owner = place.owner.rpartition(":")[2].replace(".<locals>", "")
                what = change(effect, f"the function attribute `{owner}.{place.name}`")
                yield candidate_of(effect, what, advice=keep(effect, linked))
