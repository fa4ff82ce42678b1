"""The steps of two runs side by side, up to the first that differs. Pure."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from pytest_durable.readable import readable, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_durable.compare import Difference
    from pytest_durable.journal import Attempt

CELL = 34
_BEFORE = 8  # letters that two long texts have in common, shown in front of the rest


def side_by_side(difference: Difference, reference: str, variant: str) -> Iterator[str]:
    """Yield a line for each attempt; what a cell has no room for, in full below."""
    rows = [("step", reference, variant)]
    both = zip_longest(difference.reference.attempts, difference.variant.attempts)
    last: tuple[Attempt | None, Attempt | None] = (None, None)
    for number, last in enumerate(both):
        rows.append(
            _row(*last, keys=difference.keys if number == difference.row else ())
        )
        if number == difference.row:
            break
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for step, left, right in rows:
        yield f"  {step:<{widths[0]}}  {left:<{widths[1]}}  {right}".rstrip()
    for attempt, name in zip(last, (reference, variant), strict=True):
        text = _failure(attempt)
        if len(text) > CELL:
            yield from ("", f"  {name}: {text}")


def cell(
    attempt: Attempt | None,
    keys: tuple[str, ...] = (),
    *,
    other: Attempt | None = None,
) -> str:
    """Return what an attempt did in a few words; of all it changed, only ``keys``.

    Where a value is too long, what it has in common with the other one's is left out.
    """
    if attempt is None:
        return "not run"
    if attempt.failure is not None:
        return _cut(_failure(attempt))
    changed = [
        f"{key} = {_value(attempt, other, key)}"
        for key in attempt.update
        if not keys or key in keys
    ]
    gone = keys or attempt.removed
    changed += [f"no {key}" for key in gone if key not in attempt.update]
    return _cut(", ".join(changed) or "no change")


def _row(
    ours: Attempt | None, theirs: Attempt | None, *, keys: tuple[str, ...]
) -> tuple[str, str, str]:
    step = (ours or theirs).step  # type: ignore[union-attr]
    left, right = cell(ours, keys, other=theirs), cell(theirs, keys, other=ours)
    return step, left, "same" if left == right and not keys else right


def _failure(attempt: Attempt | None) -> str:
    if attempt is None or attempt.failure is None:
        return ""
    failure = attempt.failure
    text = f"{failure.type}: {failure.text}" if failure.text else failure.type
    return " ".join(text.split())


def _value(attempt: Attempt, other: Attempt | None, key: str) -> str:
    text = readable(attempt.update[key])
    if other is None or key not in other.update or len(text) <= CELL - len(key):
        return text
    if same(attempt.update[key], other.update[key]):
        return text
    other_text = readable(other.update[key])
    both = zip(text, other_text, strict=False)
    parted = next((i for i, (a, b) in enumerate(both) if a != b), len(other_text))
    start = parted - _BEFORE
    return f"...{text[start:]}" if start > _BEFORE else text


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CELL else line[: CELL - 3] + "..."
