"""What a rule found, and how it is ordered and told."""

from __future__ import annotations

import os
from dataclasses import dataclass

SEVERITIES = ("info", "warn", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem at one place."""

    path: str
    line: int
    column: int
    code: str
    name: str
    severity: str
    what: str
    why: str
    advice: str
    step: str = ""
    call_path: tuple[str, ...] = ()
    at: int = -1
    function: str = ""

    @property
    def message(self) -> str:
        """The finding in one paragraph."""
        return " ".join(part for part in (self.what, self.why, self.advice) if part)

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Sort by place."""
        return (self.path, self.line, self.column, self.code)

    def counts(self) -> bool:
        """Tell whether the finding makes the exit code 1."""
        return self.severity != "info"


def shown(path: str) -> str:
    """Return a path relative to the working directory when it is below it."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def dotted(identity: str) -> str:
    """Return a function id as a dotted name for people."""
    return identity.replace(":", ".").replace(".<locals>", "").rstrip(".")
