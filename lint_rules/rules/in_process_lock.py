"""DUR312."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.linked import CHANGES
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked
    from lint_rules.site import Site

_SIGNALS = frozenset({"set", "notify", "notify_all", "set_result"})
_GUARD = "Workers in other processes have a lock of their own and are not kept out."


class InProcessLock(Rule):
    """A step relies on a lock, semaphore or event of its own process.

    A lock that one step takes and another releases, an event that one step sets and
    another waits for, and a lock around an effect outside the process do not work when
    steps run in several processes. Guarding the lazy making of an object is fine.

    Bad:

        import threading
        from durable_core import step

        slot = threading.Semaphore(1)

        @step
        def occupy(state, context):
            return {"free": slot.acquire(timeout=1)}  # reported

        @step
        def leave(state, context):
            slot.release()

        STEPS = [occupy, leave]

    Good:

        import threading
        from durable_core import step

        def total(rows):
            lock, found = threading.Lock(), []
            for row in rows:
                with lock:
                    found.append(row)
            return len(found)

        @step
        def count(state, context):
            return {"total": total(state.rows)}

        STEPS = [count]
    """

    code = "DUR312"
    name = "in-process-lock"
    severity = "warn"
    why = "Workers in other processes have one of their own and do not notice."
    advice = "Use a lock outside the process, or make the step idempotent."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate uses of locks, semaphores and events that outlive the step."""
        paired = {
            (effect.function, effect.place)
            for effect in linked.of_kind("use")
            if effect.detail == "release"
        }
        for effect in linked.of_kind("use"):
            place = effect.place
            if place is None or linked.kind_of(effect) != "lock":
                continue
            barrier = effect.detail == "wait" and "Barrier" in str(effect.receiver)
            if effect.detail in _SIGNALS or barrier:
                what = f"`{place.name}.{effect.detail}` reaches this process only"
                yield candidate_of(effect, what)
            elif effect.detail == "acquire" and (effect.function, place) not in paired:
                what = f"`{place.name}` is taken here and kept when the function ends"
                yield candidate_of(effect, what)
            elif effect.detail in {"acquire", "__enter__"}:
                what = f"`{place.name}` guards something outside the process"
                yield candidate_of(effect, what, why=_GUARD)

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Keep a guard only when it guards something outside the process."""
        if candidate.why != _GUARD:
            return candidate
        first, last = site.numbers(candidate.where.at)
        if _keeps_inside(candidate, site, first, last):
            return None
        return candidate if _acts_outside(candidate, site, first, last) else None


def _keeps_inside(candidate: Candidate, site: Site, first: int, last: int) -> bool:
    """Tell whether the block changes what the process keeps: that needs such a lock."""
    linked = site.linked
    below: set[str] = set()
    for edge in linked.machine.edges:
        if edge.caller == candidate.function and first <= edge.at <= last:
            below |= linked.reach.below(edge.callee)
    return any(
        effect.kind in CHANGES
        and effect.place is not None
        and effect.place != candidate.place
        and (
            effect.function in below
            or (
                effect.function == candidate.function
                and first <= effect.where.at <= last
            )
        )
        for effect in linked.machine.effects
    )


def _acts_outside(candidate: Candidate, site: Site, first: int, last: int) -> bool:
    linked = site.linked
    for effect in linked.machine.effects:
        here = effect.function == candidate.function
        if here and first <= effect.where.at <= last and linked.is_outside(effect):
            return True
    return any(
        edge.caller == candidate.function
        and first <= edge.at <= last
        and linked.acts_outside(edge.callee)
        for edge in linked.machine.edges
    )
