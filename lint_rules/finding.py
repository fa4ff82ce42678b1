"""What a rule found, and how it is ordered and told."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lint_rules.fix import Fix

SEVERITIES = ("info", "warn", "error")


class Fingerprint(NamedTuple):
    """What a finding is about, whatever moves around it.

    It carries no line and no call path: a finding is the same one after lines were
    added above it, or after another step calls the function. Findings that are alike
    in everything else are told apart by their number, from the top of the module.
    """

    code: str
    module: str
    function: str
    symbol: str
    occurrence: int = 1

    @property
    def digest(self) -> str:
        """The fingerprint as one short word, for formats that want one."""
        from hashlib import sha256

        text = "\0".join(map(str, self))
        return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


class Spot(NamedTuple):
    """Another line that a finding is about, and what happens there."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem at one place.

    Lines and columns count from 1, columns in characters; the end is the place behind
    the last character. `function` is the id (`module:qualname`) of the function it is
    in, `symbol` the name that it is about, `occurrence` its number among those that
    are alike, `calls` the call sites on the way from the step, `related` what else it
    takes to see the problem, `excuse` the reason of the suppression that hides it
    (of the baseline, if it is `accepted`),
    `steps` every step that reaches it, `reader` a step that is proven to rely on what
    it leaves behind, `fix` the change that makes it go away, where one was asked for
    and there is one.
    """

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
    steps: tuple[str, ...] = ()
    reader: str = ""
    call_path: tuple[str, ...] = ()
    at: int = -1
    function: str = ""
    module: str = ""
    symbol: str = ""
    occurrence: int = 1
    end_line: int = 0
    end_column: int = 0
    calls: tuple[Spot, ...] = ()
    related: tuple[Spot, ...] = ()
    excuse: str | None = None
    accepted: bool = False
    fix: Fix | None = None

    @property
    def fingerprint(self) -> Fingerprint:
        """What the finding is about, to be known again in another version."""
        function = self.function.partition(":")[2]
        return Fingerprint(
            self.code, self.module, function, self.symbol, self.occurrence
        )

    @property
    def message(self) -> str:
        """The finding in one paragraph."""
        return " ".join(part for part in (self.what, self.why, self.advice) if part)

    @property
    def reached(self) -> str:
        """The step, or the whole way from it, in one line."""
        if len(self.call_path) > 1:
            return f"Path: {' -> '.join(self.call_path)}"
        return f"Step: {self.step}" if self.step else ""

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Sort by place."""
        return (self.path, self.line, self.column, self.code)


def numbered(findings: list[Finding]) -> list[Finding]:
    """Sort findings by place and number those that are alike."""
    seen: Counter[Fingerprint] = Counter()
    found: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: finding.order):
        same = finding.fingerprint._replace(occurrence=1)
        seen[same] += 1
        found.append(replace(finding, occurrence=seen[same]))
    return found


def shown(path: str) -> str:
    """Return a path relative to the working directory when it is below it."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def dotted(identity: str) -> str:
    """Return a function id as a dotted name for people."""
    return (
        identity.partition("#")[0]
        .replace(":", ".")
        .replace(".<locals>", "")
        .rstrip(".")
    )
