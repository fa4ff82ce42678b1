"""What the runs of one test did, as frozen values.

A journal is written while a test runs under one executor, and compared with that of
the same test under another. ``Row`` is what the report of a test carries to the
process that prints the summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pytest_durable.evidence.values import Place, StepEvidence

Wire = Any  # JSON values, as durable_core's codec writes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An exception of a step: its type, its text, its traceback, its last user line."""

    type: str
    text: str
    traceback: str
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of one step: what it changed in the state, or how it failed."""

    step: str
    position: int
    update: Mapping[str, Wire] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    failure: Failure | None = None
    evidence: StepEvidence = StepEvidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJournal:
    """One run: its attempts in order, its status and its final state.

    ``key`` is the same for the same workflow with the same input.
    """

    workflow: str
    run_id: str
    key: str
    attempts: tuple[Attempt, ...]
    status: str
    state: Mapping[str, Wire]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestJournal:
    """All runs of one test under one executor, and whether the test passed."""

    __test__ = False  # not a test class, whatever its name suggests

    executor: str
    runs: tuple[RunJournal, ...]
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One variant of one test, for the parity table.

    ``verdict`` is ``ok``, ``DIVERGED``, ``failed``, ``skipped`` or ``n/a``; ``why``
    explains the last two; ``advice`` are sentences that fail nothing.
    """

    file: str
    test: str
    executor: str
    verdict: str
    why: str = ""
    advice: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        return {**asdict(self), "advice": list(self.advice)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Row:
        """Return the row that ``to_json`` described."""
        return cls(**{**data, "advice": tuple(data["advice"])})
