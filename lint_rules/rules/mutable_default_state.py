"""DUR106."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class MutableDefaultState(StateRule):
    """A default argument collects values from call to call.

    A default is made when the function is defined, once per process.

    Bad:

        from durable_core import step

        def fresh(names, seen=set()):
            for name in names:
                seen.add(name)  # reported
            return seen

        @step
        def collect(state, context):
            return {"names": sorted(fresh(state.names))}

        STEPS = [collect]

    Good:

        from durable_core import step

        def fresh(names, seen=None):
            seen = set() if seen is None else seen
            for name in names:
                seen.add(name)
            return seen

        @step
        def collect(state, context):
            return {"names": sorted(fresh(state.names))}

        STEPS = [collect]
    """

    code = "DUR106"
    name = "mutable-default-state"
    severity = "warn"
    why = "Calls in one process see each other's values; another process has its own."
    advice = "Use `None` as the default, and make the container in the function."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of default arguments."""
        for effect in linked.changes("default"):
            place = effect.place
            if place is not None:
                owner = place.owner.rpartition(":")[2].replace(".<locals>", "")
                subject = (
                    f"the default value of the parameter `{place.name}` of `{owner}`"
                )
                yield candidate_of(effect, change(effect, subject))
