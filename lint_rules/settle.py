"""Settles what one change of a place means in the light of all others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lint_rules.finding import dotted, shown
from lint_rules.link.linked import CHANGES
from lint_rules.link.proofs import Proof, Proofs
from lint_rules.link.refills import differs
from lint_rules.link.values import DEEPEST
from lint_rules.rule import Candidate, Mention, Rule, StateRule

if TYPE_CHECKING:
    from lint_rules.config import Config
    from lint_rules.facts.ir import Where
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place

Pair = tuple[Rule, Candidate]
# A helper that is called with a module's object and with one of the step's own is
# right about one of them; one that is called with many things is about none of them.
MOST_OTHERS = 3
_DOUBT = "It may as well change an object of the step's own, which is fine."
_REFILLED = "Every process fills it in by itself, and may keep what is out of date."


def settle(
    pairs: list[Pair], rules: dict[str, Rule], linked: Linked, config: Config
) -> list[Pair]:
    """Lower, raise or rename candidates about lasting places; tell a write once."""
    pairs = [(rule, c) for rule, c in pairs if not _is_allowed_cache(c, config)]
    by_place: defaultdict[Place, list[Candidate]] = defaultdict(list)
    for rule, candidate in pairs:
        if isinstance(rule, StateRule) and candidate.place is not None:
            by_place[candidate.place.base].append(candidate)
    verdicts = _verdicts(by_place, linked)
    settled: list[Pair] = []
    pairs = [(rule, _doubted(c)) for rule, c in pairs]
    handed = {_key(c) for rule, c in pairs if rule.code == "DUR401"}
    for rule, candidate in pairs:
        if rule.code == "DUR402" and _key(candidate) in handed:
            continue
        if not isinstance(rule, StateRule) or candidate.place is None:
            settled.append((rule, candidate))
            continue
        if _is_doubtful(candidate):
            settled += [(rule, candidate)] if config.enabled(rule.code) else []
            continue
        verdict = verdicts[candidate.place.base]
        if verdict.is_memo and _key(candidate) in verdict.fillers:
            io = linked.does_io(candidate.function)
            lowered = replace(
                candidate, severity="", why=_REFILLED if io else "", advice=""
            )
            rule, candidate = rules["DUR110"], lowered  # noqa: PLW2901 - lowered
        elif config.enabled("DUR101"):
            proof = verdict.proof or _part_proof(candidate, verdict, linked)
            rule, candidate = _raised(rule, candidate, proof, rules, linked, config)  # noqa: PLW2901
        if config.enabled(rule.code):
            settled.append((rule, candidate))
    return settled


def _doubted(candidate: Candidate) -> Candidate:
    """Lower a change of what is, for all that is known, most often something else."""
    if not _is_doubtful(candidate):
        return candidate
    return replace(candidate, severity="info", why=_DOUBT)


def _is_doubtful(candidate: Candidate) -> bool:
    """Tell whether many things may be meant, or one that is far from any name."""
    depth = len(candidate.place.path) if candidate.place else 0
    return candidate.others > (MOST_OTHERS if depth < DEEPEST else 0)


def _is_allowed_cache(candidate: Candidate, config: Config) -> bool:
    """Tell whether a cache that is written by hand is in a function declared pure."""
    return candidate.fills_in and config.is_pure(candidate.function)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What all changes of a place say: who reads it, and which changes fill it in."""

    proof: Proof | None
    fillers: set[tuple[str, Where]]
    is_memo: bool


def _key(candidate: Candidate) -> tuple[str, Where]:
    return candidate.function, candidate.where


def _verdicts(
    by_place: dict[Place, list[Candidate]], linked: Linked
) -> dict[Place, _Verdict]:
    """Judge every place: what is filled in from a place that is no memo is none."""
    verdicts = {
        place: _judged(place, candidates, linked)
        for place, candidates in by_place.items()
    }
    while True:
        memos = {place for place, verdict in verdicts.items() if verdict.is_memo}
        lost = [p for p in memos if _differs(p, by_place[p], memos, linked)]
        for place in lost:
            verdicts[place] = _Verdict(verdicts[place].proof, set(), is_memo=False)
        if not lost:
            return verdicts


def _differs(
    place: Place, candidates: list[Candidate], memos: set[Place], linked: Linked
) -> bool:
    """Tell whether what is filled in may differ, or was old before it was asked for.

    What is kept by a key that a step chooses answers like a cached function, which must
    not reach outside the process at all; nor must what makes a connection.
    """
    filling = [c for c in candidates if c.fills_in and not c.merges]
    is_connection = linked.resources.held.intersection(linked.types(place))
    keyed = {c.function for c in filling if c.of_arguments or is_connection}
    others = {c.function for c in filling} - keyed
    return any(linked.varies(function, place) for function in keyed) or any(
        differs(function, memos, linked) for function in others
    )


def _judged(place: Place, candidates: list[Candidate], linked: Linked) -> _Verdict:
    """Decide which changes of a place only fill it in.

    An object that is made when it is first asked for stays such a memo when one of its
    attributes is assigned elsewhere: that assignment is the finding. An object that
    collects things is not: there the object itself is the state that is kept.
    """
    proof = Proofs(linked).of_place(place)
    if proof is not None:
        return _Verdict(proof, set(), is_memo=False)
    filling = [candidate for candidate in candidates if candidate.fills_in]
    rest = [candidate for candidate in candidates if not candidate.fills_in]
    fillers = {_key(candidate) for candidate in filling}
    is_memo = bool(filling) and all(map(_assigns_attribute, rest))
    return _Verdict(None, fillers, is_memo=is_memo)


def _assigns_attribute(candidate: Candidate) -> bool:
    path = candidate.place.path if candidate.place else ()
    return candidate.kind.startswith("attribute:") and bool(path)


def _part_proof(
    candidate: Candidate, verdict: _Verdict, linked: Linked
) -> Proof | None:
    for effect in linked.effects:
        here = effect.where == candidate.where and effect.function == candidate.function
        if here and effect.kind in CHANGES and effect.place == candidate.place:
            proof = Proofs(linked).of_part(effect, verdict.fillers)
            if proof is not None:
                return proof
    return None


def _raised(
    rule: Rule,
    candidate: Candidate,
    proof: Proof | None,
    rules: dict[str, Rule],
    linked: Linked,
    config: Config,
) -> Pair:
    if proof is None:
        return rule, candidate
    before = candidate.severity
    severity = "error" if (candidate.severity or rule.severity) == "warn" else ""
    candidate = relied_upon(candidate, proof, linked)
    candidate = replace(candidate, severity=severity or before)
    if not config.enabled(rule.code):
        rule = rules["DUR101"]
    return rule, candidate


def relied_upon(candidate: Candidate, proof: Proof, linked: Linked) -> Candidate:
    """Return a candidate as an error, with the step that reads what is left behind."""
    return replace(
        candidate,
        severity="error",
        why=_why(proof, linked),
        mentions=_read_at(proof),
        reader=proof.step,
    )


def _read_at(proof: Proof) -> tuple[Mention, ...]:
    if not proof.line:
        return ()
    text = f"step `{dotted(proof.step)}` reads it here"
    return (Mention(proof.module, proof.line, text),)


def _why(proof: Proof, linked: Linked) -> str:
    at = ""
    if proof.line:
        at = f" ({shown(linked.program.modules[proof.module].path)}:{proof.line})"
    step = dotted(proof.step)
    return (
        f"Step `{step}` reads it{at} and relies on another step for its value: in"
        " another process it finds an old value, or none."
    )
