"""The lines of other places that a finding shows beside its own."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from lint_rules.finding import Spot, dotted, shown

if TYPE_CHECKING:
    from lint_rules.link.linked import Linked
    from lint_rules.rule import Candidate


def call_sites(path: tuple[str, ...], linked: Linked) -> tuple[Spot, ...]:
    """Return where each function on a call path calls the next."""
    found: list[Spot] = []
    for caller, callee in pairwise(path):
        line = linked.reach.line(caller, callee)
        if line:
            text = f"`{dotted(caller)}` calls `{dotted(callee)}`"
            found.append(Spot(_path_of(caller.partition(":")[0], linked), line, text))
    return tuple(found)


def mentioned(candidate: Candidate, linked: Linked) -> tuple[Spot, ...]:
    """Return what a candidate refers to."""
    return tuple(
        Spot(_path_of(mention.module, linked), mention.line, mention.text)
        for mention in candidate.mentions
    )


def _path_of(module: str, linked: Linked) -> str:
    return shown(linked.program.modules[module].path)
