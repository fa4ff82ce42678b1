"""From two journals of one test to a verdict: agreement with advice, or a divergence."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pytest_durable.carriers import Carrier, carriers, cause_of
from pytest_durable.compare import (
    Difference,
    differing_keys,
    first_difference,
    pairs,
)
from pytest_durable.evidence.values import Kind
from pytest_durable.explain import explain, explain_handoff, explain_test_only
from pytest_durable.wording import waste

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_durable.explain import Scene
    from pytest_durable.journal import RunJournal, TestJournal

# Kinds that only a host has, however many processes run on it.
_HOST_LOCAL = frozenset({Kind.FILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What two journals amount to; ``report`` is None when they agree.

    ``incomparable`` says why nothing could be compared, where that is so.
    """

    report: str | None = None
    advice: tuple[str, ...] = ()
    incomparable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Compares a variant with its reference.

    ``isolated`` says whether the variant's steps share no memory; ``shared`` are the
    directories that they share on purpose. ``run_again`` runs the reference once more,
    and is asked only before a value is called different: a time stamp or a random
    number differs between any two runs.
    """

    scene: Scene
    ignore_state: frozenset[str]
    ignore_globals: tuple[str, ...]
    shared: tuple[str, ...]
    isolated: bool
    run_again: Callable[[], TestJournal | None]

    def judge(self, reference: TestJournal, variant: TestJournal) -> Judgement:
        """Return the verdict on the variant."""
        both = list(pairs(reference, variant))
        difference = self._difference(reference, variant, frozenset())
        advice: list[str] = []
        if difference is not None and difference.keys:
            again = self.run_again()
            unstable = frozenset() if again is None else differing_keys(reference, again)
            difference = self._difference(reference, variant, unstable)
            advice += [_unstable(key) for key in sorted(unstable - self.ignore_state)]
        if difference is not None:
            report = explain(difference, cause_of(difference), self.scene)
            return Judgement(report=report, advice=tuple(advice))
        for ours, theirs in both:
            handoff = self._handoff(ours, theirs)
            if handoff is not None:
                report = explain_handoff(handoff, self.scene)
                return Judgement(report=report)
        if variant.failure and not reference.failure:
            cause = self._left_behind(both)
            report = explain_test_only(variant.failure, cause, self.scene)
            return Judgement(report=report)
        advice += [text for ours, _ in both for text in self._waste(ours)]
        incomparable = ""
        if reference.runs and variant.runs and not both:
            incomparable = f"no run has the same input as one on {reference.executor}"
        return Judgement(
            advice=tuple(dict.fromkeys(advice)), incomparable=incomparable
        )

    def _difference(
        self, reference: TestJournal, variant: TestJournal, unstable: frozenset[str]
    ) -> Difference | None:
        """Return the first difference of any two runs."""
        ignore = self.ignore_state | unstable
        for ours, theirs in pairs(reference, variant):
            exact = theirs if variant.watched else ours
            found = first_difference(ours, theirs, ignore, exact=exact)
            if found is not None:
                return found
        return None

    def _carriers(self, run: RunJournal) -> Iterator[Carrier]:
        """Yield what was carried from one step to another, less what is ignored."""
        for one in carriers(run):
            ignored = any(fnmatchcase(one.name, p) for p in self.ignore_globals)
            shared = one.kind is Kind.FILE and any(
                one.name == path or one.name.startswith(os.path.join(path, ""))
                for path in self.shared
            )
            if not ignored and not shared and one.reader is not one.writer:
                yield one

    def _handoff(self, ours: RunJournal, theirs: RunJournal) -> Carrier | None:
        """Return a hand-over that works on one host only, if the variant has one.

        In a variant with private directories the reader finds no file, and what it
        made of that has been compared already: only what it still found counts.
        """
        if not self.isolated:
            return None
        found = {(one.kind, one.name) for one in self._carriers(theirs)}
        for one in self._carriers(ours):
            if one.kind in _HOST_LOCAL and (one.kind, one.name) in found:
                return one
        return None

    def _left_behind(
        self, both: list[tuple[RunJournal, RunJournal]]
    ) -> Carrier | None:
        """Return the last thing that a step of the reference left behind."""
        left = [
            Carrier(writer=attempt, write=write)
            for ours, _ in both
            for attempt in ours.attempts
            for write in attempt.evidence.writes
        ]
        return left[-1] if left else None

    def _waste(self, run: RunJournal) -> Iterator[str]:
        """Yield what each process makes again, although the results agree."""
        for one in self._carriers(run):
            if self.isolated and one.kind not in _HOST_LOCAL:
                where = one.write.place
                at = f" ({self.scene.path(where)})" if where is not None else ""
                yield waste(one) + at


def _unstable(key: str) -> str:
    return (
        f"state.{key} differs from run to run and was not compared "
        "(name it in durable_ignore_state)"
    )
