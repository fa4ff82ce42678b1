"""Settles what one change of a place means in the light of all others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, Rule, StateRule

if TYPE_CHECKING:
    from lint_rules.config import Config
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place

Pair = tuple[Rule, Candidate]


def settle(
    pairs: list[Pair], rules: dict[str, Rule], linked: Linked, config: Config
) -> list[Pair]:
    """Lower, raise or rename candidates about lasting places."""
    by_place: defaultdict[Place, list[Candidate]] = defaultdict(list)
    for rule, candidate in pairs:
        if isinstance(rule, StateRule) and candidate.place is not None:
            by_place[candidate.place.base].append(candidate)
    memos = {
        place
        for place, candidates in by_place.items()
        if _is_memo(place, candidates, linked)
    }
    settled: list[Pair] = []
    for rule, candidate in pairs:
        if not isinstance(rule, StateRule) or candidate.place is None:
            settled.append((rule, candidate))
            continue
        if candidate.place.base in memos:
            rule = rules["DUR110"]  # noqa: PLW2901 - lowered
        else:
            rule, candidate = _raised(rule, candidate, rules, linked, config)  # noqa: PLW2901
        if config.enabled(rule.code):
            settled.append((rule, candidate))
    return settled


def _is_memo(place: Place, candidates: list[Candidate], linked: Linked) -> bool:
    if not all(candidate.fills_in for candidate in candidates):
        return False
    if linked.proof(place) is not None:
        return False
    functions = {candidate.function for candidate in candidates}
    return not any(linked.varies(function, place) for function in functions)


def _raised(
    rule: Rule,
    candidate: Candidate,
    rules: dict[str, Rule],
    linked: Linked,
    config: Config,
) -> Pair:
    place = candidate.place
    proof = linked.proof(place.base) if place is not None else None
    if proof is None or not config.enabled("DUR101"):
        return rule, candidate
    why = f"Step `{proof}` reads it, and nothing that step does puts the value there."
    severity = "error" if (candidate.severity or rule.severity) == "warn" else ""
    candidate = replace(candidate, severity=severity or candidate.severity, why=why)
    if not config.enabled(rule.code):
        rule = rules["DUR101"]
    return rule, candidate
