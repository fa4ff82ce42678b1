"""From two journals of one test to a verdict: agreement with advice, or divergence."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pytest_durable.carriers import Carrier, carriers, cause_of, unread
from pytest_durable.compare import differing_keys, first_difference, pairs
from pytest_durable.evidence.values import Kind
from pytest_durable.explain import explain, explain_handoff, explain_test_only
from pytest_durable.journal import Ending
from pytest_durable.options import ISOLATED
from pytest_durable.wording import carried, waste

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_durable.compare import Difference, Pair
    from pytest_durable.explain import Scene
    from pytest_durable.journal import RunJournal, TestJournal

# Kinds that only a host has, however many processes run on it.
_HOST_LOCAL = frozenset({Kind.FILE})
# What the steps of an executor do not share. One that is not listed, such as an entry
# point's, may run its steps anywhere.
_LOST = {
    "sync": frozenset[Kind](),
    "celery-eager": frozenset[Kind](),
    "thread": frozenset({Kind.CONTEXT, Kind.THREAD_LOCAL, Kind.THREAD}),
}


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

    ``shared`` are the directories that steps share on purpose. ``run_again`` runs the
    reference once more, and is asked only before a value is called different: a time
    stamp or a random number differs between any two runs.
    """

    scene: Scene
    ignore_state: frozenset[str]
    ignore_globals: tuple[str, ...]
    shared: tuple[str, ...]
    run_again: Callable[[], TestJournal | None]

    def judge(
        self, reference: TestJournal, variant: TestJournal, how_it_failed: str
    ) -> Judgement:
        """Return the verdict on the variant; ``how_it_failed`` is pytest's report."""
        if reference.ending is Ending.SKIPPED:
            return Judgement(incomparable=f"skipped on {reference.executor}")
        both = list(pairs(reference, variant))
        difference, advice = self._real_difference(reference, variant)
        if difference is not None:
            cause = cause_of(difference, self._lost)
            report = explain(difference, cause, self.scene)
            return Judgement(report=report, advice=advice)
        for pair in both:
            handoff = self._handoff(pair)
            if handoff is not None:
                return Judgement(report=explain_handoff(handoff, self.scene))
        if variant.ending is not reference.ending:
            failed = max(
                reference, variant, key=lambda one: one.ending is Ending.FAILED
            )
            report = explain_test_only(
                failed,
                self._looked_at(failed, both),
                self.scene,
                runs_agree=bool(both) and len(reference.runs) == len(variant.runs),
                how_it_failed=how_it_failed if failed is variant else "",
            )
            return Judgement(report=report)
        waste = [text for pair in both for text in self._waste(pair)]
        return Judgement(
            advice=tuple(dict.fromkeys((*advice, *waste))),
            incomparable=self._incomparable(reference, variant, both),
        )

    @property
    def _lost(self) -> frozenset[Kind]:
        mine = _LOST.get(self.scene.variant, frozenset(Kind))
        # Where the reference is the isolated one, what is lost is lost in it.
        return mine | _LOST.get(self.scene.reference, frozenset(Kind))

    @property
    def _isolated(self) -> bool:
        return self.scene.variant == ISOLATED

    def _real_difference(
        self, reference: TestJournal, variant: TestJournal
    ) -> tuple[Difference | None, tuple[str, ...]]:
        """Return the first difference that is not one between any two runs."""
        difference = self._difference(reference, variant, frozenset())
        if difference is None or not difference.keys:
            return difference, ()
        again = self.run_again()
        unstable = frozenset() if again is None else differing_keys(reference, again)
        advice = tuple(_unstable(key) for key in sorted(unstable - self.ignore_state))
        return self._difference(reference, variant, unstable), advice

    def _difference(
        self, reference: TestJournal, variant: TestJournal, unstable: frozenset[str]
    ) -> Difference | None:
        """Return the first difference of any two runs."""
        ignore = self.ignore_state | unstable
        for pair in pairs(reference, variant):
            exact = pair.variant if variant.watched else pair.reference
            found = first_difference(pair, ignore, exact=exact)
            if found is not None:
                return found
        return None

    def _carriers(self, run: RunJournal) -> Iterator[Carrier]:
        """Yield what was carried from one step to another, less what is ignored."""
        for one in carriers(run):
            if not self._ignored(one) and one.reader is not one.writer:
                yield one

    def _ignored(self, one: Carrier) -> bool:
        if one.kind is Kind.FILE:
            return any(
                one.name == path or one.name.startswith(os.path.join(path, ""))
                for path in self.shared
            )
        return any(fnmatchcase(one.name, p) for p in self.ignore_globals)

    def _handoff(self, pair: Pair) -> Carrier | None:
        """Return a hand-over that works on one host only, if the variant has one.

        In a variant with private directories the reader finds no file, and what it
        made of that has been compared already: only what it still found counts.
        """
        if not self._isolated:
            return None
        found = {(one.kind, one.name) for one in self._carriers(pair.variant)}
        for one in self._carriers(pair.reference):
            if one.kind in _HOST_LOCAL and (one.kind, one.name) in found:
                return one
        return None

    def _looked_at(self, failed: TestJournal, both: list[Pair]) -> Carrier | None:
        """Return what a step of the reference left behind and the test's code uses."""
        names = set(failed.looks_at)
        left = [
            one
            for pair in both
            for one in unread(pair.reference)
            if one.name in names and one.kind in self._lost and not self._ignored(one)
        ]
        return left[-1] if left else None

    def _waste(self, pair: Pair) -> Iterator[str]:
        """Yield what each process makes again, although the results agree."""
        if not self._isolated:
            return
        for one in self._carriers(pair.reference):
            if one.kind in _HOST_LOCAL or one.reader is None:
                continue
            remade = _writes_again(pair.variant, one)
            text = waste(one) if remade else carried(one)
            where = one.write.place
            yield text + (f" ({self.scene.path(where)})" if where is not None else "")

    def _incomparable(
        self, reference: TestJournal, variant: TestJournal, both: list[Pair]
    ) -> str:
        changed = sorted({key for pair in both for key in pair.changed})
        if changed:
            names = ", ".join(f"state.{key}" for key in changed)
            return (
                f"only outcomes were compared: it starts with another {names} each time"
            )
        if reference.runs and variant.runs and not both:
            return f"no run has the same input as one on {reference.executor}"
        return ""


def _writes_again(run: RunJournal, carrier: Carrier) -> bool:
    """Whether the step that reads it makes it for itself."""
    return any(
        (write.kind, write.name) == (carrier.kind, carrier.name)
        for attempt in run.attempts
        if carrier.reader is not None and attempt.position == carrier.reader.position
        for write in attempt.evidence.writes
    )


def _unstable(key: str) -> str:
    return (
        f"state.{key} differs from run to run and was not compared "
        "(name it in durable_ignore_state)"
    )
