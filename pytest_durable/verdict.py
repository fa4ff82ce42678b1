"""From two journals of one test to a verdict: agreement with advice, or a divergence."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pytest_durable.carriers import Carrier, carriers, cause_of
from pytest_durable.compare import Difference, first_difference, pairs
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

    ``isolated`` says whether the variant's steps share no memory. ``unstable`` is
    asked for the state keys that differ between two runs of the reference itself.
    """

    scene: Scene
    ignore_state: frozenset[str]
    ignore_globals: tuple[str, ...]
    isolated: bool
    unstable: Callable[[RunJournal], frozenset[str]]

    def judge(
        self, reference: TestJournal, variant: TestJournal, failure: str
    ) -> Judgement:
        """Return the verdict; ``failure`` is how the test failed in the variant."""
        both = list(pairs(reference, variant))
        advice: list[str] = []
        for ours, theirs in both:
            difference, notes = self._difference(ours, theirs)
            advice += notes
            if difference is not None:
                report = explain(difference, cause_of(difference), self.scene)
                return Judgement(report=report)
        for ours, theirs in both:
            handoff = self._handoff(ours, theirs)
            if handoff is not None:
                report = explain_handoff(handoff, self.scene)
                return Judgement(report=report)
        if failure and reference.passed:
            cause = self._left_behind(both)
            report = explain_test_only(failure, cause, self.scene)
            return Judgement(report=report)
        advice += [text for ours, _ in both for text in self._waste(ours)]
        incomparable = ""
        if reference.runs and variant.runs and not both:
            incomparable = f"no run has the same input as one on {reference.executor}"
        return Judgement(
            advice=tuple(dict.fromkeys(advice)), incomparable=incomparable
        )

    def _difference(
        self, ours: RunJournal, theirs: RunJournal
    ) -> tuple[Difference | None, list[str]]:
        """Return a difference that is no accident, and notes on those that are."""
        found = first_difference(ours, theirs, self.ignore_state)
        if found is None or not found.keys:
            return found, []
        unstable = self.unstable(ours)
        if not unstable.intersection(found.keys):
            return found, []
        notes = [
            f"state.{key} differs from run to run and was not compared "
            "(name it in durable_ignore_state)"
            for key in sorted(unstable - self.ignore_state)
        ]
        again = first_difference(ours, theirs, self.ignore_state | unstable)
        return again, notes

    def _carriers(self, run: RunJournal) -> Iterator[Carrier]:
        """Yield what was carried from one step to another, less what is ignored."""
        for one in carriers(run):
            ignored = any(fnmatchcase(one.name, p) for p in self.ignore_globals)
            if not ignored and one.reader is not one.writer:
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
