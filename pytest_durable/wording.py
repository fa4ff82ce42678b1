"""The sentences for each kind of hand-over: what happened, and what to do instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_durable.evidence.values import Kind

if TYPE_CHECKING:
    from pytest_durable.carriers import Carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """``reads`` and ``sets`` are verbs; ``rule`` is the lint rule for it, if any."""

    reads: str = "reads"
    sets: str = "set"
    fix: str
    rule: str


# The detail of a write whose whole name got another value: "session = <Session>".
_REBOUND = re.compile(r"\w+ = ")
_STATE = "Return the value in the step's state, or build it in {reader}."
_WORDS: dict[Kind, _Words] = {
    Kind.GLOBAL: _Words(
        fix=f"A module global does not cross a process boundary. {_STATE}",
        rule="module-mutation DUR103",
    ),
    Kind.CLASS_ATTRIBUTE: _Words(
        fix=f"A class attribute does not cross a process boundary. {_STATE}",
        rule="class-state DUR104",
    ),
    Kind.INSTANCE: _Words(
        fix="Every process has its own instance of a singleton. Return what changed "
        "in the step's state, or make the object in {reader} from the state.",
        rule="singleton DUR301",
    ),
    Kind.FUNCTION_ATTRIBUTE: _Words(
        fix=f"A function attribute does not cross a process boundary. {_STATE}",
        rule="function-attribute-state DUR105",
    ),
    Kind.DEFAULT_ARGUMENT: _Words(
        fix=f"A default argument is kept for each process. {_STATE}",
        rule="mutable-default-state DUR106",
    ),
    Kind.CLOSURE: _Words(
        fix=f"What a closure captured does not cross a process boundary. {_STATE}",
        rule="closure-state DUR107",
    ),
    Kind.CACHE: _Words(
        reads="reads the cache of",
        sets="filled",
        fix="A cache is empty in every new process. Call the function once and return "
        "its result in the step's state, or make the function depend on its "
        "arguments alone.",
        rule="in-process-cache DUR201",
    ),
    Kind.ENVIRONMENT: _Words(
        fix=f"A process has its own environment. {_STATE}",
        rule="process-environment DUR501",
    ),
    Kind.CWD: _Words(
        reads="relies on",
        sets="changed",
        fix="A process has its own working directory. Use absolute paths from the "
        "state.",
        rule="process-environment DUR501",
    ),
    Kind.PROCESS: _Words(
        reads="relies on",
        fix=f"This is set for one process only. {_STATE}",
        rule="process-environment DUR501",
    ),
    Kind.CONTEXT: _Words(
        fix=f"A context variable ends with its step. {_STATE}",
        rule="thread-local-state DUR108",
    ),
    Kind.THREAD_LOCAL: _Words(
        fix=f"A thread-local value stays in its thread. {_STATE}",
        rule="thread-local-state DUR108",
    ),
    Kind.FILE: _Words(
        reads="opens",
        sets="wrote",
        fix="Another worker may be on another host, with other files. Return the "
        "content in the step's state, or write to a place all workers share (name it "
        "in durable_shared_paths).",
        rule="local-file-handoff DUR401",
    ),
    Kind.THREAD: _Words(
        reads="relies on",
        sets="started",
        fix="A thread ends with its process. Finish it within the step.",
        rule="",
    ),
}


def sentence(carrier: Carrier, name: str, place: str) -> str:
    """Return the diagnosis: who reads ``name``, which who set where."""
    words = _WORDS[carrier.kind]
    where = where_set(carrier, place)
    if carrier.reader is None:
        return (
            f"step {carrier.writer.step!r} {words.sets} {name} {where}, "
            "and later steps do without it"
        )
    if carrier.reader.step == carrier.writer.step:
        return (
            f"step {carrier.reader.step!r} {words.reads} {name}, "
            f"which it {words.sets} earlier {where}"
        )
    return (
        f"step {carrier.reader.step!r} {words.reads} {name}, "
        f"which step {carrier.writer.step!r} {words.sets} {where}"
    )


def where_set(carrier: Carrier, place: str) -> str:
    """Return where a step set it, as seen from another step."""
    return "to another worker's disk" if carrier.kind is Kind.FILE else place


def did_set(carrier: Carrier) -> str:
    """Return the verb for what its writer did."""
    return _WORDS[carrier.kind].sets


def advice_for(carrier: Carrier) -> str:
    """Return one sentence on what to do instead."""
    reader = "the step that reads it"
    if carrier.reader is not None:
        reader = repr(carrier.reader.step)
    return _WORDS[carrier.kind].fix.format(reader=reader)


def lint_rule(carrier: Carrier) -> str:
    """Return the name and code of the lint rule that finds this, or nothing."""
    if carrier.kind is Kind.GLOBAL and _REBOUND.match(carrier.write.detail):
        return "global-rebind DUR102"
    return _WORDS[carrier.kind].rule


def waste(carrier: Carrier) -> str:
    """Return the advice about something that every process makes again."""
    keeps = "fills the cache of" if carrier.kind is Kind.CACHE else "makes"
    return (
        f"step {carrier.writer.step!r} {keeps} {carrier.name}{_for(carrier)}: "
        "each process makes its own; the results agree"
    )


def carried(carrier: Carrier) -> str:
    """Return the advice about something lost that made no difference to the state."""
    words = _WORDS[carrier.kind]
    return (
        f"step {carrier.writer.step!r} {words.sets} {carrier.name}{_for(carrier)}: "
        "another process does not see it; the results agree"
    )


def _for(carrier: Carrier) -> str:
    reader = carrier.reader
    if reader is None or reader.step == carrier.writer.step:
        return ""
    return f" for step {reader.step!r}"
