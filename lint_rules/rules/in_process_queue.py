"""DUR113."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class InProcessQueue(Rule):
    """A step puts something into a queue that only this process has.

    Steps that talk through `queue.Queue` need to run in the same process.

    Bad:

        import queue
        from durable_core import step

        jobs = queue.Queue()

        @step
        def produce(state, context):
            jobs.put(state.job)  # reported

        @step
        def consume(state, context):
            return {"job": jobs.get(timeout=1)}  # reported

        STEPS = [produce, consume]

    Good:

        import queue
        from durable_core import step

        @step
        def produce(state, context):
            jobs = queue.Queue()
            jobs.put(state.job)
            return {"job": jobs.get()}

        STEPS = [produce]
    """

    code = "DUR113"
    name = "in-process-queue"
    severity = "warn"
    why = "A queue in the memory of one process is empty in every other."
    advice = "Hand the items over in the state, or use a queue outside the process."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate puts into queues that outlive the step."""
        for effect in linked.of_kind("use"):
            place = effect.place
            if place is None or linked.kind_of(effect) != "queue":
                continue
            if effect.detail in {
                "put",
                "put_nowait",
                "get",
                "get_nowait",
                "send",
                "recv",
            }:
                what = f"`{effect.detail}` uses the in-process queue `{place.name}`"
                yield candidate_of(effect, what)
