"""DUR104."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import change, keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class ClassState(StateRule):
    """A step changes a class, or a container that all instances share.

    A class attribute is as global as a module's variable: one per process. A list or
    dict written in the class body is shared by all instances, also through `self`.

    Bad:

        from durable_core import step

        class Basket:
            items = []

            def add(self, item):
                self.items.append(item)  # reported

        @step
        def fill(state, context):
            Basket().add(state.item)

        STEPS = [fill]

    Good:

        from durable_core import step

        class Basket:
            def __init__(self):
                self.items = []

            def add(self, item):
                self.items.append(item)

        @step
        def fill(state, context):
            basket = Basket()
            basket.add(state.item)
            return {"items": basket.items}

        STEPS = [fill]
    """

    code = "DUR104"
    name = "class-state"
    severity = "warn"
    why = "Every process has its own class object, which outlives the run."
    advice = "Keep the value on an instance made in the step, or in the state."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of class attributes."""
        for effect in linked.changes("class"):
            place = effect.place
            if linked.kind_of(effect) == "cache":
                continue
            if place is not None and linked.form_of(effect) == "class":
                owner = place.owner.partition(":")[2]
                what = change(effect, f"`{owner}.{place.name}`")
                yield candidate_of(effect, what, advice=keep(effect, linked))
