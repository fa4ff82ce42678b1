"""Where two runs of one workflow part. Pure: journals in, a difference out.

Runs are paired by workflow and input, never by call order: Hypothesis draws other
inputs for each variant. Only where a test draws nothing, and yet starts a run with
another input (an id, a directory), its n-th run is paired with the n-th of the other;
of these, outcomes are compared and values are not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from pytest_durable.normalizing import settled
from pytest_durable.readable import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_durable.journal import Attempt, RunJournal, TestJournal, Wire

_Key = tuple[str, tuple[tuple[str, str], ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A run of the reference and one of the variant.

    ``changed`` are the fields that they were started with other values of.
    """

    reference: RunJournal
    variant: RunJournal
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two runs part at ``position``: in these state ``keys``, or in an outcome.

    ``row`` counts attempts, which a retry makes more than positions. ``keys`` is empty
    when one failed, or made another step, where the other did not. ``exact`` is the
    run of the two whose evidence has the exact lines.
    """

    reference: RunJournal
    variant: RunJournal
    exact: RunJournal
    position: int
    row: int = 0
    keys: tuple[str, ...] = ()


def pairs(reference: TestJournal, variant: TestJournal) -> Iterator[Pair]:
    """Yield the runs that can be compared, in the variant's order."""
    known = dict(_numbered(reference))
    alone: dict[str, list[RunJournal]] = defaultdict(list)
    for key, run in _numbered(variant):
        if key in known:
            yield _pair(known.pop(key), run)
        else:
            alone[run.workflow].append(run)
    if reference.drawn or variant.drawn:
        return
    for workflow, runs in alone.items():
        left = [run for run in known.values() if run.workflow == workflow]
        for ours, theirs in zip(left, runs, strict=False):
            changed = tuple(
                name
                for name in {**ours.inputs, **theirs.inputs}
                if ours.inputs.get(name) != theirs.inputs.get(name)
            )
            yield _pair(ours, theirs, changed)


def _pair(
    reference: RunJournal, variant: RunJournal, changed: tuple[str, ...] = ()
) -> Pair:
    # A field may be replaced in one of them and happen to be right in the other.
    fields = frozenset((*reference.replaced, *variant.replaced))
    return Pair(
        reference=settled(reference, fields),
        variant=settled(variant, fields),
        changed=changed,
    )


def first_difference(
    pair: Pair, ignore: frozenset[str], *, exact: RunJournal
) -> Difference | None:
    """Return where the runs part first, or None when they agree."""
    both = zip_longest(pair.reference.attempts, pair.variant.attempts)
    for row, (ours, theirs) in enumerate(both):
        keys: tuple[str, ...] = ()
        if ours is not None and theirs is not None and _same_outcome(ours, theirs):
            keys = () if pair.changed else _differing(ours, theirs, ignore)
            if not keys:
                continue
        return Difference(
            reference=pair.reference,
            variant=pair.variant,
            exact=exact,
            position=(theirs or ours).position,
            row=row,
            keys=keys,
        )
    return None


def differing_keys(first: TestJournal, second: TestJournal) -> frozenset[str]:
    """Return every state key that any step of the paired runs changed differently."""
    nothing: frozenset[str] = frozenset()
    return frozenset(
        key
        for pair in pairs(first, second)
        for ours, theirs in zip(
            pair.reference.attempts, pair.variant.attempts, strict=False
        )
        for key in _differing(ours, theirs, nothing)
    )


def _numbered(journal: TestJournal) -> Iterator[tuple[_Key, RunJournal]]:
    seen: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
    for run in journal.runs:
        key = (run.workflow, tuple(sorted(run.inputs.items())))
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
        if key not in ignore and not same(left.get(key), right.get(key))
    )


def _changes(attempt: Attempt) -> Mapping[str, list[Wire]]:
    """Return the changed keys; a removed one has no value, a changed one has one."""
    return {
        **{key: [] for key in attempt.removed},
        **{key: [value] for key, value in attempt.update.items()},
    }
