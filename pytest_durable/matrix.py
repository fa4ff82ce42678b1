"""The parity table at the end of a session. Pure: rows in, lines out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_durable.journal import Row

OK = "ok"
DIVERGED = "DIVERGED"
_NAMES_LEAST = 20
Table = dict[tuple[str, str], dict[str, "Row"]]


def parity(
    rows: Sequence[Row],
    executors: Sequence[str],
    reference: str,
    verbosity: int,
    width: int = 80,
) -> Iterator[str]:
    """Yield the table: rows with anything but ``ok``; all with ``-v``, none with
    ``-q``, which leaves the last line. ``width`` is that of the terminal."""
    tests = _by_test(rows)
    if verbosity >= 0:
        shown = {
            test: cells
            for test, cells in tests.items()
            if verbosity > 0 or any(row.verdict != OK for row in cells.values())
        }
        yield from _table(shown, executors, width)
        yield from _reasons(shown)
        yield from _advice(tests)
        for notice in dict.fromkeys(row.notice for row in rows if row.notice):
            yield f"notice: {notice}"
    yield _total(tests, reference, verbosity)


def _by_test(rows: Sequence[Row]) -> Table:
    tests: Table = {}
    for row in sorted(rows, key=lambda row: (row.file, row.test)):
        tests.setdefault((row.file, row.test), {})[row.executor] = row
    return tests


def _table(tests: Table, executors: Sequence[str], width: int) -> Iterator[str]:
    if not tests:
        return
    widths = [max(len(name), len(DIVERGED)) for name in executors]
    longest = max(max(len(file), len(test) + 2) for file, test in tests)
    first = max(_NAMES_LEAST, min(longest, width - sum(widths) - 2 * len(widths)))
    last = None
    for (file, test), cells in tests.items():
        if file != last:
            yield _line(file, executors, first, widths)
            last = file
        words = [cells[n].verdict if n in cells else "-" for n in executors]
        yield _line(f"  {test}", words, first, widths)


def _line(head: str, cells: Sequence[str], first: int, widths: Sequence[int]) -> str:
    if len(head) > first:  # parameters and the test's own name are at the end
        indent = len(head) - len(head.lstrip())
        head = head[:indent] + "..." + head[len(head) - first + indent + 3 :]
    columns = [f"{c:^{width}}" for c, width in zip(cells, widths, strict=True)]
    return f"{head:<{first}}  {'  '.join(columns)}".rstrip()


def _reasons(tests: Table) -> Iterator[str]:
    """Yield why something was not run or not compared, one line for each reason."""
    for (_, test), cells in tests.items():
        reasons: dict[str, list[str]] = {}
        for row in cells.values():
            if row.why:
                reasons.setdefault(row.why, []).append(row.executor)
        for why, names in reasons.items():
            yield f"{test}: {', '.join(names)}: {why}"


def _advice(tests: Table) -> Iterator[str]:
    for (_, test), cells in tests.items():
        for sentence in dict.fromkeys(a for row in cells.values() for a in row.advice):
            yield f"advice: {test}: {sentence}"


def _total(tests: Table, reference: str, verbosity: int) -> str:
    diverged = sum(_has(cells, DIVERGED) for cells in tests.values())
    failed = sum(
        _has(cells, "failed") and not _has(cells, DIVERGED) for cells in tests.values()
    )
    apart = sum(
        any(row.verdict not in (OK, DIVERGED, "failed") for row in cells.values())
        and not _has(cells, DIVERGED)
        and not _has(cells, "failed")
        for cells in tests.values()
    )
    agree = len(tests) - diverged - failed - apart
    parts = [f"{len(tests)} workflow test{'' if len(tests) == 1 else 's'}"]
    parts.append(f"{agree} agree{'s' if agree == 1 else ''}")
    if diverged:
        verb = "diverges" if diverged == 1 else "diverge"
        parts.append(f"{diverged} {verb} from {reference}")
    if failed:
        parts.append(f"{failed} fail{'s' if failed == 1 else ''}")
    if apart:
        parts.append(f"{apart} not comparable everywhere")
    return ", ".join(parts) + (" (-v shows every row)" if verbosity == 0 else "")


def _has(cells: dict[str, Row], verdict: str) -> bool:
    return any(row.verdict == verdict for row in cells.values())
