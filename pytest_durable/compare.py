"""Where two runs of one workflow part. Pure: journals in, a difference out.

Runs are paired by workflow and input, never by call order: Hypothesis draws other
inputs for each variant.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_durable.journal import Attempt, RunJournal, TestJournal, Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two runs part at ``position``: in these state ``keys``, or in an outcome.

    ``keys`` is empty when one failed, or made another step, where the other did not.
    ``exact`` is the run of the two whose evidence has the exact lines.
    """

    reference: RunJournal
    variant: RunJournal
    exact: RunJournal
    position: int
    keys: tuple[str, ...] = ()


def pairs(
    reference: TestJournal, variant: TestJournal
) -> Iterator[tuple[RunJournal, RunJournal]]:
    """Yield the runs of the same workflow with the same input, n-th with n-th."""
    known = dict(_numbered(reference))
    for key, run in _numbered(variant):
        if key in known:
            yield known[key], run


def first_difference(
    reference: RunJournal,
    variant: RunJournal,
    ignore: frozenset[str],
    *,
    exact: RunJournal,
) -> Difference | None:
    """Return where the runs part first, or None when they agree."""
    for ours, theirs in zip_longest(reference.attempts, variant.attempts):
        keys: tuple[str, ...] = ()
        if ours is not None and theirs is not None and _same_outcome(ours, theirs):
            keys = _differing(ours, theirs, ignore)
            if not keys:
                continue
        return Difference(
            reference=reference,
            variant=variant,
            exact=exact,
            position=(theirs or ours).position,
            keys=keys,
        )
    return None


def differing_keys(first: TestJournal, second: TestJournal) -> frozenset[str]:
    """Return every state key that any step of the paired runs changed differently."""
    nothing: frozenset[str] = frozenset()
    return frozenset(
        key
        for one, other in pairs(first, second)
        for ours, theirs in zip(one.attempts, other.attempts, strict=False)
        for key in _differing(ours, theirs, nothing)
    )


def _numbered(
    journal: TestJournal,
) -> Iterator[tuple[tuple[str, str, int], RunJournal]]:
    seen: Counter[tuple[str, str]] = Counter()
    for run in journal.runs:
        key = (run.workflow, run.key)
        yield (*key, seen[key]), run
        seen[key] += 1


def _same_outcome(ours: Attempt, theirs: Attempt) -> bool:
    """Whether both made the same step with the same kind of ending."""
    if (ours.step, ours.position) != (theirs.step, theirs.position):
        return False
    if ours.failure is None or theirs.failure is None:
        return ours.failure is theirs.failure
    return ours.failure.type == theirs.failure.type


def _differing(
    ours: Attempt, theirs: Attempt, ignore: frozenset[str]
) -> tuple[str, ...]:
    left, right = _changes(ours), _changes(theirs)
    return tuple(
        key
        for key in {**left, **right}
        if key not in ignore and left.get(key) != right.get(key)
    )


def _changes(attempt: Attempt) -> Mapping[str, list[Wire]]:
    """Return the changed keys; a removed one has no value, a changed one has one."""
    return {
        **{key: [] for key in attempt.removed},
        **{key: [value] for key, value in attempt.update.items()},
    }
