"""What a fix is: edits of some files that belong together.

A fix is applied whole or not at all. Positions count like those of findings: lines and
columns from 1, columns in characters of the decoded text, without a byte order mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Applicability: TypeAlias = Literal["safe", "unsafe"]


class Position(NamedTuple):
    """A place between two characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Puts `text` in the place of what is between two positions of a file."""

    path: str
    start: Position
    end: Position
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that makes a finding go away.

    A safe fix leaves the meaning of the program as it is; an unsafe one may change it,
    and is applied only where the user asks for such ones.
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]

    @property
    def paths(self) -> frozenset[str]:
        """The files that the fix changes."""
        return frozenset(edit.path for edit in self.edits)
