"""Findings about what could not be looked at; the rest is told all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.errors import told
from lint_rules.finding import Finding, dotted, shown

if TYPE_CHECKING:
    from lint_rules.link.linked import Linked
    from lint_rules.project import Project


def unread(project: Project) -> list[Finding]:
    """Return a finding for each file that cannot be read."""
    return [
        Finding(
            path=shown(str(error.path)),
            module=project.name(error.path),
            line=error.line,
            column=error.column,
            code="DUR905",
            name="parse-error",
            severity="error",
            what=f"The file was skipped: {error.reason}.",
            why="Steps in it, and what they call, were not looked at.",
            advice="Repair the file or leave it out of the paths.",
        )
        for error in project.broken
    ]


def unfollowed(linked: Linked) -> list[Finding]:
    """Return a finding for each function whose calls are nested too deep."""
    found: list[Finding] = []
    for identity, error in linked.machine.broken.items():
        if not isinstance(error, RecursionError):
            continue
        facts = linked.program.functions.get(identity)
        named = f"`{dotted(identity)}`" if facts else "The module"
        found.append(
            Finding(
                path=_path(identity, linked),
                module=identity.partition(":")[0],
                line=facts.where.line if facts else 1,
                column=facts.where.column if facts else 1,
                code="DUR905",
                name="parse-error",
                severity="warn",
                what=f"{named} was not followed to its end: it is nested too deep.",
                why="What it does, and what it calls, may be missing here.",
                advice="Split its longest expression or chain of `elif`.",
                function=identity if facts else "",
            )
        )
    return found


def failures(linked: Linked) -> list[str]:
    """Return a message for each function that we failed on."""
    return [
        f"{_path(identity, linked)}: {dotted(identity)}: {told(error)}"
        for identity, error in linked.machine.broken.items()
        if not isinstance(error, RecursionError)
    ]


def _path(identity: str, linked: Linked) -> str:
    return shown(linked.program.modules[identity.partition(":")[0]].path)
