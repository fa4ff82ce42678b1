"""What a rule is.

A rule nominates candidates from the linked facts, which are cheap and say too much;
then it examines each candidate's statement in the concrete syntax tree, recognises the
idioms that make it harmless, and reports what is left. A rule is one class in one file
of `lint_rules/rules`; its docstring holds a Bad and a Good block, which are its tests
and its page.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from lint_rules.link.effects import keeps_clients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.facts.ir import Where
    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place
    from lint_rules.site import Site


class Mention(NamedTuple):
    """A line of some module that a finding refers to, and what happens there."""

    module: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible finding: where it is and what the facts say about it.

    One in a file that is no module, such as a list of steps in YAML, has a `file`.
    `reader` is a step that is proven to rely on what another step put into `place`;
    `others` counts the things that the statement may change instead.
    """

    module: str
    where: Where
    what: str
    function: str = ""
    symbol: str = ""
    severity: str = ""
    why: str = ""
    advice: str = ""
    place: Place | None = None
    kind: str = ""
    path: tuple[str, ...] = ()
    fills_in: bool = False
    merges: bool = False
    of_arguments: bool = False
    mentions: tuple[Mention, ...] = ()
    file: str = ""
    reader: str = ""
    others: int = 0


class Rule(ABC):
    """One rule."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[str]
    why: ClassVar[str] = ""
    advice: ClassVar[str] = ""

    @abstractmethod
    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Return what may be wrong, judged by facts alone."""

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Return the candidate as it shall be reported, or None."""
        del site
        return candidate

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Return the change that makes a finding go away, where there is a right one.

        It may raise `Unfixable` instead of returning None.
        """
        del candidate, bench
        return None


class StateRule(Rule):
    """A rule about a lasting place that steps change.

    Its findings are raised when the cross-step analysis proves that a step reads what
    only another one wrote, and lowered when every change only fills in what each
    process would fill in alike.
    """

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Drop a change that is taken back; note one that only fills in."""
        from lint_rules.harmless import depends_on_arguments, fills_in, merges

        if candidate.place is None:
            return candidate
        if site.puts_back(candidate.symbol):
            return None
        if merges(candidate, site):
            return replace(candidate, fills_in=True, merges=True)
        fills = fills_in(candidate, site)
        given = fills and depends_on_arguments(candidate, site)
        return replace(candidate, fills_in=fills, of_arguments=given)

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Hand the value over in the state, where a step is proven to need it."""
        if not candidate.reader:
            return None
        from lint_rules.fixes.handover import handed_over

        return handed_over(candidate, bench)


_ONE_EACH = "Every process makes its own, which connects late: that is safe."


def candidate_of(
    effect: Effect, what: str, *, severity: str = "", why: str = "", advice: str = ""
) -> Candidate:
    """Return a candidate at an effect."""
    if not severity and keeps_clients(effect):
        severity, why = "info", why or _ONE_EACH
    return Candidate(
        module=effect.module,
        where=effect.where,
        what=what,
        function=effect.function,
        symbol=effect.place.name if effect.place else "",
        place=effect.place,
        kind=f"{effect.kind}:{effect.detail}",
        severity=severity,
        why=why,
        advice=advice,
        others=effect.others,
    )
