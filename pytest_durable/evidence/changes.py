"""The difference between what a record held and what it holds, as code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pytest_durable.evidence.contents import (
    EMPTY,
    Saved,
    SequenceContent,
    SetContent,
    ignored,
    is_module,
    key_of,
    same_value,
)
from pytest_durable.evidence.naming import Naming
from pytest_durable.evidence.probes import LRU_CACHE_TYPE, CacheContent, Probe
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.wording import shorten, spell

__all__ = [
    "Change",
    "assigned",
    "changes_of",
    "counts",
    "different",
    "sequence_change",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One variable that is different now; ``detail`` says how, as code.

    ``rebinds`` tells a variable with another value from one whose value changed.
    """

    kind: Kind
    name: str
    detail: str
    rebinds: bool = False


def changes_of(record: Record, naming: Naming) -> list[Change]:
    """Return the changes of one record since it was taken."""
    now = record.content.take(record.holder)
    content = type(record.content)
    if content is CacheContent:
        return _cache(record, now, naming)
    if record.kind is not None:
        return [
            Change(
                kind=record.kind,
                name=naming.slot(record, label),
                detail=assigned(naming.short(record, label), new),
                rebinds=True,
            )
            for label, new in different(record.saved, now)
            if counts(record, label, new)
        ]
    kind, name = naming.variable(record)
    short = naming.owner(record)
    if content is SequenceContent:
        details = [sequence_change(short, record.saved.values, now.values)]
    elif content is SetContent:
        details = _set(short, record.saved.values, now.values)
    elif content is Probe:
        details = [_moved(record, short)]
    else:
        details = [
            assigned(naming.short(record, label), new)
            for label, new in different(record.saved, now)
            if counts(record, label, new)
        ]
    details = [detail for detail in details if detail]
    if not details:
        return []
    return [Change(kind=kind, name=name, detail=_join(details))]


def _join(details: list[str]) -> str:
    return details[0] if len(details) == 1 else shorten("; ".join(details), 120)


def different(saved: Saved, now: Saved) -> list[tuple[Any, Any]]:
    """Return the labels whose values differ, with the values they have now."""
    before = {
        key_of(label): value
        for label, value in zip(saved.labels, saved.values, strict=True)
    }
    found = []
    for label, value in zip(now.labels, now.values, strict=True):
        if not same_value(before.pop(key_of(label), EMPTY), value):
            found.append((label, value))
    if before:
        found += [(label, EMPTY) for label in saved.labels if key_of(label) in before]
    return found


def counts(record: Record, label: Any, new: Any) -> bool:
    """Return whether a label is a variable, not bookkeeping or a module."""
    if record.kind is None:
        return True
    if ignored(label):
        return False
    if is_module(new) or type(label) is not str:
        return False
    return label not in record.content.hidden


def assigned(short: str, new: object) -> str:
    """Return the code that gives a variable its value."""
    return f"del {short}" if new is EMPTY else f"{short} = {spell(new)}"


def sequence_change(short: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> str:
    count = len(old)
    """Return the likely code behind the difference of two sequences."""
    if len(new) > count and all(map(same_value, old, new)):
        added = new[count:]
        if len(added) == 1:
            return f"{short}.append({spell(added[0])})"
        return f"{short}.extend({spell(list(added))})"
    if len(new) == count:
        pairs = enumerate(zip(old, new, strict=True))
        moved = [(at, item) for at, (was, item) in pairs if not same_value(was, item)]
        if len(moved) == 1:
            return f"{short}[{moved[0][0]}] = {spell(moved[0][1])}"
        if not moved:
            return ""
    return f"{short}[:] = {spell(list(new))}"


def _set(short: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> list[str]:
    before, after = set(map(key_of, old)), set(map(key_of, new))
    added = [
        f"{short}.add({spell(item)})" for item in new if key_of(item) not in before
    ]
    gone = [item for item in old if key_of(item) not in after]
    return added + [f"{short}.discard({spell(item)})" for item in gone]


def _moved(record: Record, short: str) -> str:
    content = record.content
    return content.word.format(name=short) if type(content) is Probe else short


def _evicted(record: Record, now: Saved) -> bool:
    most = LRU_CACHE_TYPE.cache_info(record.holder)[2]
    missed: bool = now.values[1] != record.saved.values[1]
    return missed and bool(most) and now.values[2] == most


def _cache(record: Record, now: Saved, naming: Naming) -> list[Change]:
    name = naming.base(record)
    # Hits change nothing, and a call that raised is not kept.
    before, entries = record.saved.values[2], now.values[2]
    if entries == before and not _evicted(record, now):
        return []
    short = name.removesuffix(" (lru_cache)").rpartition(".")[2]
    word = "result" if entries == 1 else "results"
    return [
        Change(kind=Kind.CACHE, name=name, detail=f"{short} keeps {entries} {word}")
    ]
