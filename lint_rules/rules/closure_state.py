"""DUR107."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.copies import original
from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class ClosureState(StateRule):
    """A function made at import keeps state in its closure, or an iterator advances.

    A decorator or factory that ran at import left its local variables behind, once per
    process. An iterator in a module is such a variable, too: its position is its state.

    Bad:

        import itertools
        from durable_core import step

        numbers = itertools.count(1)

        @step
        def label(state, context):
            return {"label": next(numbers)}  # reported

        STEPS = [label]

    Good:

        import itertools
        from durable_core import step

        @step
        def label(state, context):
            numbers = itertools.count(state.last + 1)
            return {"last": next(numbers)}

        STEPS = [label]
    """

    code = "DUR107"
    name = "closure-state"
    severity = "warn"
    why = "Every process has its own one, and it remembers earlier runs."
    advice = "Pass the value in and return it, so that it travels in the state."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of closures and steps of lasting iterators."""
        for effect in linked.changes("cell"):
            place = effect.place
            if place is not None and linked.form_of(effect) == "cell":
                owner = (
                    original(place.owner).rpartition(":")[2].replace(".<locals>", "")
                )
                subject = f"the variable `{place.name}` that `{owner}` left behind"
                yield candidate_of(effect, change(effect, subject))
        for effect in linked.changes("global"):
            if effect.place is not None and linked.kind_of(effect) == "iterator":
                what = (
                    f"`next` moves the iterator `{effect.place.name}` of the module on"
                )
                yield candidate_of(effect, what)
