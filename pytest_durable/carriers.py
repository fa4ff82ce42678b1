"""What carried something from one step to another beside the state.

Pure: it joins what one step wrote with what a later one read, by kind and name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_durable.evidence.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_durable.compare import Difference
    from pytest_durable.evidence.values import Read, Write
    from pytest_durable.journal import Attempt, RunJournal


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """``writer`` set it, ``reader`` read it; None when no later step was seen to."""

    writer: Attempt
    write: Write
    reader: Attempt | None = None
    read: Read | None = None

    @property
    def kind(self) -> Kind:
        """Where the value was kept."""
        return self.write.kind

    @property
    def name(self) -> str:
        """What a person would call that place."""
        return self.write.name


def carriers(run: RunJournal) -> Iterator[Carrier]:
    """Yield each thing that a step wrote and a later one read, the last writer's."""
    last: dict[tuple[Kind, str], tuple[Attempt, Write]] = {}
    for attempt in run.attempts:
        for read in attempt.evidence.reads:
            found = last.get((read.kind, read.name))
            if found is not None:
                yield Carrier(
                    writer=found[0], write=found[1], reader=attempt, read=read
                )
        for write in attempt.evidence.writes:
            last[write.kind, write.name] = (attempt, write)


def cause_of(difference: Difference) -> Carrier | None:
    """Return what most likely made the runs part, or None when nothing was seen.

    The reference run shows what was carried. Whichever of the two ran second was
    followed line by line for what the first had written, and shows the exact lines.
    """
    found = list(carriers(difference.reference))
    here = [c for c in found if c.reader and c.reader.position == difference.position]
    before = [c for c in found if c.writer.position <= difference.position]
    lone = list(_unread(difference.reference, difference.position))
    for candidates in (here, before, lone):
        if candidates:
            best = max(candidates, key=lambda one: _weight(one, difference))
            return _with_lines_of(best, difference.exact)
    return None


def _unread(run: RunJournal, position: int) -> Iterator[Carrier]:
    """Yield what steps before ``position`` wrote, read by nobody as far as seen."""
    for attempt in run.attempts:
        if attempt.position < position:
            for write in attempt.evidence.writes:
                yield Carrier(writer=attempt, write=write)


def _weight(carrier: Carrier, difference: Difference) -> tuple[bool, bool, bool, int]:
    """Rank: named by the failure, read on its line, seen by the variant; the latest."""
    failed = next((a for a in difference.variant.attempts if a.failure), None)
    failure = failed.failure if failed is not None else None
    reads = [
        read
        for attempt in difference.variant.attempts
        for read in attempt.evidence.reads
        if (read.kind, read.name) == (carrier.kind, carrier.name)
    ]
    on_line = failure is not None and any(
        read.place is not None and read.place == failure.place for read in reads
    )
    short = carrier.name.rpartition("/" if carrier.kind is Kind.FILE else ".")[2]
    named = failure is not None and bool(short) and short in failure.text
    return (on_line, named, bool(reads), carrier.writer.position)


def _with_lines_of(carrier: Carrier, exact: RunJournal) -> Carrier:
    """Prefer the lines that this run saw, where it saw the same write and read."""
    write, read = carrier.write, carrier.read
    for attempt in exact.attempts:
        if attempt.position == carrier.writer.position:
            for seen in attempt.evidence.writes:
                if (seen.kind, seen.name) == (write.kind, write.name) and seen.place:
                    write = seen
        if carrier.reader and attempt.position == carrier.reader.position:
            for looked in attempt.evidence.reads:
                same = (looked.kind, looked.name) == (write.kind, write.name)
                if same and looked.place:
                    read = looked
    return Carrier(
        writer=carrier.writer, write=write, reader=carrier.reader, read=read
    )
