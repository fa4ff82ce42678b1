"""What the runs of one test did, as frozen values that cross between processes.

A journal is written while a test runs under one executor, and compared with that of
the same test under another. ``Row`` is what the report of a test carries to the
process that prints the summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
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

    def to_json(self) -> dict[str, Any]:
        """Return the failure as a JSON object."""
        place = None if self.place is None else self.place.to_json()
        return {
            "type": self.type,
            "text": self.text,
            "traceback": self.traceback,
            "place": place,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Failure:
        """Return the failure that ``to_json`` described."""
        place = data["place"]
        found = None if place is None else Place.from_json(place)
        return cls(**{**data, "place": found})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of one step: what it changed in the state, or how it failed."""

    step: str
    position: int
    update: Mapping[str, Wire] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    failure: Failure | None = None
    evidence: StepEvidence = StepEvidence()

    def to_json(self) -> dict[str, Any]:
        """Return the attempt as a JSON object."""
        return {
            "step": self.step,
            "position": self.position,
            "update": dict(self.update),
            "removed": list(self.removed),
            "failure": None if self.failure is None else self.failure.to_json(),
            "evidence": self.evidence.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Attempt:
        """Return the attempt that ``to_json`` described."""
        failure = data["failure"]
        return cls(
            step=data["step"],
            position=data["position"],
            update=data["update"],
            removed=tuple(data["removed"]),
            failure=None if failure is None else Failure.from_json(failure),
            evidence=StepEvidence.from_json(data["evidence"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJournal:
    """One run: its attempts in order, its status and its final state.

    ``inputs`` has a digest of each field it was started with; ``replaced`` are the
    fields whose end a project has normalized, in ``state``.
    """

    workflow: str
    run_id: str
    inputs: Mapping[str, str]
    attempts: tuple[Attempt, ...]
    status: str
    state: Mapping[str, Wire]
    replaced: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the run as a JSON object."""
        return {
            "workflow": self.workflow,
            "run_id": self.run_id,
            "inputs": dict(self.inputs),
            "attempts": [attempt.to_json() for attempt in self.attempts],
            "status": self.status,
            "state": dict(self.state),
            "replaced": list(self.replaced),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RunJournal:
        """Return the run that ``to_json`` described."""
        attempts = tuple(Attempt.from_json(one) for one in data["attempts"])
        replaced = tuple(data["replaced"])
        return cls(**{**data, "attempts": attempts, "replaced": replaced})


class Ending(str, Enum):
    """How a test ended, as pytest sees it."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestJournal:
    """All runs of one test under one executor, and how the test ended.

    ``failure`` is the exception's text; ``looks_at`` are the variables that a failed
    test's own code uses. ``drawn`` says that the inputs are drawn at random, for every
    variant anew; ``watched``, that the steps were followed line by line.
    """

    __test__ = False  # not a test class, whatever its name suggests

    executor: str
    runs: tuple[RunJournal, ...]
    ending: Ending = Ending.PASSED
    failure: str = ""
    looks_at: tuple[str, ...] = ()
    drawn: bool = False
    watched: bool = False

    def written_names(self) -> tuple[str, ...]:
        """Return the names of what its steps wrote outside their state."""
        names = (
            write.name
            for run in self.runs
            for attempt in run.attempts
            for write in attempt.evidence.writes
        )
        return tuple(dict.fromkeys(names))

    def to_json(self) -> dict[str, Any]:
        """Return the journal as a JSON object."""
        return {
            "executor": self.executor,
            "runs": [run.to_json() for run in self.runs],
            "ending": self.ending.value,
            "failure": self.failure,
            "looks_at": list(self.looks_at),
            "drawn": self.drawn,
            "watched": self.watched,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TestJournal:
        """Return the journal that ``to_json`` described."""
        runs = tuple(RunJournal.from_json(run) for run in data["runs"])
        rest = {"ending": Ending(data["ending"]), "looks_at": tuple(data["looks_at"])}
        return cls(**{**data, "runs": runs, **rest})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One variant of one test, for the parity table.

    ``verdict`` is ``ok``, ``DIVERGED``, ``failed``, ``skipped`` or ``n/a``; ``why``
    explains the last two; ``advice`` are sentences that fail nothing; ``notice`` says
    what could not be done on the machine that ran it.
    """

    file: str
    test: str
    executor: str
    verdict: str
    why: str = ""
    advice: tuple[str, ...] = ()
    notice: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        return {**asdict(self), "advice": list(self.advice)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Row:
        """Return the row that ``to_json`` described."""
        return cls(**{**data, "advice": tuple(data["advice"])})
