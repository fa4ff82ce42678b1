"""DUR111."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lint_rules.catalog import resources
from lint_rules.catalog.steps import TASK_CLASSES
from lint_rules.link.effects import is_constant
from lint_rules.link.values import Made
from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place


class InstanceState(StateRule):
    """A step method keeps something on `self`.

    The object behind `self` of a step method, or of a bound task, is one per process.

    Bad:

        from durable_core import Workflow, step

        class Plan(Workflow):
            @step
            def gather(self, state, context):
                self.items = state.items  # reported

            @step
            def finish(self, state, context):
                return {"count": len(self.items)}

    Good:

        from durable_core import Workflow, step

        class Plan(Workflow):
            @step
            def gather(self, state, context):
                return {"items": sorted(state.items)}

            @step
            def finish(self, state, context):
                return {"count": len(state.items)}
    """

    code = "DUR111"
    name = "instance-state"
    severity = "error"
    why = "Another step, or another attempt, may get another instance."
    advice = "Return the value, so that it travels in the state or the event."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of `self` in steps that are methods or bound tasks."""
        for effect in linked.changes("instance"):
            place = effect.place
            told = effect.kind == "attribute" and is_constant(effect)
            if told and place is not None and _is_task(place, linked):
                continue  # every delivery says the same
            if place is not None and not _keeps_connection(effect, linked):
                part = place.path[0] if place.path else ""
                subject = f"`self.{part}`" if part not in {"", "[]"} else "`self`"
                rest = effect.place.path[1:] if effect.place else ()
                shown = replace(effect, place=place._replace(path=rest))
                yield candidate_of(effect, change(shown, subject))


_RESOURCES = resources.CONNECTIONS | resources.SESSIONS | resources.FORK_SAFE


def _keeps_connection(effect: Effect, linked: Linked) -> bool:
    """Tell whether a task class keeps a connection, as Celery's own pages advise.

    A worker makes one object of the class and uses it for every delivery, so that the
    connection is opened once per process, after the fork.
    """
    place = effect.place
    kinds = {thing.type for thing in effect.things if isinstance(thing, Made)}
    if place is None or effect.kind != "attribute" or not kinds & _RESOURCES:
        return False
    return _is_task(place, linked)


def _is_task(place: Place, linked: Linked) -> bool:
    """Tell whether `self` is the one object that a worker has for a Celery task."""
    if place.owner.startswith("task "):
        return True
    return any(base in TASK_CLASSES for base in linked.ancestors(place.owner))
