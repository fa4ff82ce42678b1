"""What was seen while a step ran, as frozen values that cross a process boundary.

A write in one step and a read in another one are joined by ``(kind, name)``, so
every auditor must call one thing by one name.
"""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

__all__ = ["Kind", "Place", "Read", "StepEvidence", "Write"]


class Kind(str, Enum):
    """Where a value was kept outside the step's state."""

    GLOBAL = "global"
    CLASS_ATTRIBUTE = "class attribute"
    INSTANCE = "instance"
    FUNCTION_ATTRIBUTE = "function attribute"
    DEFAULT_ARGUMENT = "default argument"
    CLOSURE = "closure"
    CACHE = "cache"
    ENVIRONMENT = "environment"
    CWD = "working directory"
    PROCESS = "process"
    CONTEXT = "context variable"
    THREAD_LOCAL = "thread local"
    FILE = "file"
    THREAD = "thread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source line: absolute path, line number from 1, the stripped text."""

    file: str
    line: int
    text: str

    @classmethod
    def at(cls, file: str, line: int) -> Place:
        """Return the place with its text read from the source file."""
        return cls(file=file, line=line, text=linecache.getline(file, line).strip())

    def to_json(self) -> dict[str, Any]:
        """Return the place as a JSON object."""
        return {"file": self.file, "line": self.line, "text": self.text}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Place:
        """Return the place that ``to_json`` described."""
        return cls(file=data["file"], line=data["line"], text=data["text"])


def _place_to_json(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else place.to_json()


def _place_from_json(data: Mapping[str, Any] | None) -> Place | None:
    return None if data is None else Place.from_json(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A step changed something that outlives it; ``detail`` is the change as code."""

    kind: Kind
    name: str
    detail: str
    place: Place | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the write as a JSON object."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "detail": self.detail,
            "place": _place_to_json(self.place),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Write:
        """Return the write that ``to_json`` described."""
        return cls(
            kind=Kind(data["kind"]),
            name=data["name"],
            detail=data["detail"],
            place=_place_from_json(data["place"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A step reads something that another step may have changed."""

    kind: Kind
    name: str
    place: Place | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the read as a JSON object."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "place": _place_to_json(self.place),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Read:
        """Return the read that ``to_json`` described."""
        return cls(
            kind=Kind(data["kind"]),
            name=data["name"],
            place=_place_from_json(data["place"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvidence:
    """Everything one attempt of one step wrote and read outside its state.

    ``notes`` are sentences about what could not be observed.
    """

    writes: tuple[Write, ...] = ()
    reads: tuple[Read, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as a JSON object."""
        return {
            "writes": [write.to_json() for write in self.writes],
            "reads": [read.to_json() for read in self.reads],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StepEvidence:
        """Return the evidence that ``to_json`` described."""
        return cls(
            writes=tuple(Write.from_json(write) for write in data["writes"]),
            reads=tuple(Read.from_json(read) for read in data["reads"]),
            notes=tuple(data["notes"]),
        )
