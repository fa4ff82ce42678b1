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
    """Yield each thing that a step wrote and a later one read, the last writer's.

    What a step made an object with is told by the slot that holds the object.
    """
    for one in _joined(run):
        if _slot_of(one) is None:
            yield one


def _joined(run: RunJournal) -> Iterator[Carrier]:
    """Yield what was carried, an object's slot and what it was made with."""
    last: dict[tuple[Kind, str], tuple[Attempt, Write]] = {}
    for attempt in run.attempts:
        for read in attempt.evidence.reads:
            found = last.get((read.kind, read.name))
            if found is None:
                continue
            one = Carrier(writer=found[0], write=found[1], reader=attempt, read=read)
            slot = _slot_of(one)
            # Nobody gets at an object but through what holds it.
            if slot is None or any(
                (through.kind, through.name) == (slot.kind, slot.name)
                for through in attempt.evidence.reads
            ):
                yield one
        for write in attempt.evidence.writes:
            last[write.kind, write.name] = (attempt, write)


def cause_of(difference: Difference, lost: frozenset[Kind]) -> Carrier | None:
    """Return what most likely made the runs part, or None when nothing was seen.

    The reference run shows what was carried; only the kinds in ``lost`` do not reach
    the variant's steps. Whichever of the two ran second was followed line by line for
    what the first had written, and shows the exact lines.
    """
    position = difference.position
    found = [one for one in _joined(difference.reference) if one.kind in lost]
    here = [c for c in found if c.reader and c.reader.position == position]
    before = [c for c in found if c.reader and c.reader.position < position]
    lone = [c for c in unread(difference.reference, position) if c.kind in lost]
    for candidates in (here, before, _likely(lone, difference)):
        if candidates:
            settled = _settled(candidates, difference)
            best = max(settled, key=lambda one: _weight(one, difference))
            return _with_lines_of(best, difference.exact)
    return None


def unread(run: RunJournal, before: int | None = None) -> Iterator[Carrier]:
    """Yield what steps wrote, those in front of a position, whoever may read it."""
    for attempt in run.attempts:
        if before is None or attempt.position < before:
            for write in attempt.evidence.writes:
                yield Carrier(writer=attempt, write=write)


def _is_within(write: Write, slot: Write) -> bool:
    """Whether one is an attribute of the object that the other holds."""
    if write.kind is not Kind.INSTANCE or write is slot:
        return False
    name, (owner, _, label) = slot.name, slot.name.rpartition(".")
    if slot.kind is Kind.CLASS_ATTRIBUTE and "instance" in label.lower():
        # A singleton's attributes are named after its class.
        return write.name.startswith(f"{owner}.")
    return write.name.startswith((f"{name}.", f"{name}["))


def _slot_of(one: Carrier) -> Write | None:
    """Return the slot that the writer put the object in, if it made the object."""
    slots = (w for w in one.writer.evidence.writes if _is_within(one.write, w))
    return next(slots, None)


def _settled(candidates: list[Carrier], difference: Difference) -> list[Carrier]:
    """Leave the slot of an object, or what the object carried.

    A step that makes the object for itself does not miss the object, but what an
    earlier step changed in it. It does miss an object that it only expects.
    """
    left = candidates
    for slot in candidates:
        within = [one for one in candidates if _is_within(one.write, slot.write)]
        if not within:
            continue
        changed: list[Carrier] = []
        if _made_by_reader(slot, difference) is not None:
            changed = [one for one in within if not _made_alike(one, difference)]
        gone = [slot] if changed else []
        gone += [one for one in within if one not in changed]
        left = [one for one in left if one not in gone]
    return left


def _made_by_reader(one: Carrier, difference: Difference) -> Write | None:
    """Return the variant's own write of it, where the reference's step read it."""
    for attempt in difference.variant.attempts:
        if one.reader is not None and attempt.position == one.reader.position:
            for write in attempt.evidence.writes:
                if (write.kind, write.name) == (one.kind, one.name):
                    return write
    return None


def _made_alike(one: Carrier, difference: Difference) -> bool:
    made = _made_by_reader(one, difference)
    return made is not None and made.detail == one.write.detail


def _likely(lone: list[Carrier], difference: Difference) -> list[Carrier]:
    """Leave what the failure names, or the only one there is.

    Nothing was seen to read these: to blame one of several would be a guess.
    """
    named = [one for one in lone if _named(one, difference)]
    outer = [one for one in lone if _slot_of(one) is None]
    return named or (outer if len({one.name for one in outer}) == 1 else [])


def _named(carrier: Carrier, difference: Difference) -> bool:
    failed = next((a for a in difference.variant.attempts if a.failure), None)
    short = carrier.name.rpartition("/" if carrier.kind is Kind.FILE else ".")[2]
    failure = failed.failure if failed is not None else None
    return failure is not None and bool(short) and short in failure.text


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
    named = _named(carrier, difference)
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
    return Carrier(writer=carrier.writer, write=write, reader=carrier.reader, read=read)
