"""DUR108."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lint_rules.catalog.coordination import LOCALS
from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place


class ThreadLocalState(StateRule):
    """A step leaves a value in a thread local or a context variable.

    The next step may run in another thread or process. A context variable that is set
    and reset within the step is fine.

    Bad:

        from contextvars import ContextVar
        from durable_core import step

        tenant = ContextVar("tenant")

        @step
        def choose(state, context):
            tenant.set(state.tenant)  # reported

        STEPS = [choose]

    Good:

        from contextvars import ContextVar
        from durable_core import step

        tenant = ContextVar("tenant")

        @step
        def choose(state, context):
            token = tenant.set(state.tenant)
            try:
                return {"name": tenant.get()}
            finally:
                tenant.reset(token)

        STEPS = [choose]
    """

    code = "DUR108"
    name = "thread-local-state"
    severity = "warn"
    why = "A step in another process or thread does not find it."
    advice = (
        "Pass the value as an argument, or reset the variable before the step ends."
    )

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of thread locals, context variables and thread objects."""
        reset = {
            effect.place.base
            for effect in linked.of_kind("use")
            if effect.place is not None and effect.detail == "reset"
        }
        emptied = _emptied(linked)
        for effect in linked.effects:
            place = effect.place
            if (
                place is None
                or linked.kind_of(effect) != "local"
                or place.base in reset
                or set(linked.reach.steps_to(effect.function)) <= emptied[_slot(place)]
            ):
                continue
            name = place.name or place.owner
            if effect.kind == "use" and effect.detail == "set":
                yield candidate_of(effect, f"the context variable `{name}` is set")
            elif effect.kind in {"attribute", "item", "method"}:
                yield candidate_of(effect, change(effect, f"`{name}`"))


def _slot(place: Place) -> tuple[Place, tuple[str, ...]]:
    return place.base, place.path[:1]


def _emptied(linked: Linked) -> defaultdict[tuple[Place, tuple[str, ...]], set[str]]:
    """Return the steps that take away again what is kept for their thread."""
    found: defaultdict[tuple[Place, tuple[str, ...]], set[str]] = defaultdict(set)
    for effect in linked.effects:
        if effect.place is not None and linked.kind_of(effect) == "local":
            kinds = {getattr(t, "type", "") for t in effect.things}
            none = (
                effect.kind == "attribute" and len(kinds - {"NoneType"} - LOCALS) == 0
            )
            if effect.detail in {"delete", "clear"} or (none and "NoneType" in kinds):
                found[_slot(effect.place)].update(
                    linked.reach.steps_to(effect.function)
                )
    return found
