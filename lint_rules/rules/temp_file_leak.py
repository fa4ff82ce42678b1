"""DUR405."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lint_rules.link.leaks import Leaks
from lint_rules.link.values import Made, Text
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Thing

_LASTING = frozenset({"tempfile.mkdtemp", "tempfile.mkstemp", "tempfile.mktemp"})


class TempFileLeak(Rule):
    """A step leaves a temporary file behind.

    `mkdtemp`, `mkstemp` and `NamedTemporaryFile(delete=False)` make files that nobody
    removes unless the step does, on every way out of it. A worker runs the step again
    and again, until its disk is full.

    Bad:

        import os
        import tempfile
        from durable_core import step

        @step
        def count(state, context):
            folder = tempfile.mkdtemp()  # reported
            return {"free": len(os.listdir(folder))}

        STEPS = [count]

    Good:

        import os
        import tempfile
        from durable_core import step

        @step
        def count(state, context):
            with tempfile.TemporaryDirectory() as folder:
                return {"free": len(os.listdir(folder))}

        STEPS = [count]
    """

    code = "DUR405"
    name = "temp-file-leak"
    severity = "warn"
    why = "A worker makes another one each time, until its disk is full."
    advice = "Make it in a `with` block, or remove it in a `finally`."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate temporary files that some way through the step leaves behind."""
        away = _sites(linked.contents(_things(linked.escapes())))
        away |= _sites(_things(linked.of_kind("passed")))
        removed: defaultdict[str, list[Effect]] = defaultdict(list)
        for effect in linked.of_kind("remove"):
            for site in _sites(linked.contents(effect.things)):
                removed[site].append(effect)
        for effect in linked.of_kind("temporary"):
            site = effect.site
            if site in away or not _stays(effect, site, linked):
                continue
            how = _missed(effect, removed[site], linked)
            if how:
                yield candidate_of(effect, f"what `{effect.detail}` makes is {how}")

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Make a temporary folder in a `with` block."""
        from lint_rules.fixes.blocks import folder_removed

        return folder_removed(candidate, bench)


def _missed(effect: Effect, removals: list[Effect], linked: Linked) -> str:
    """Say how a temporary file is left behind; nothing if it is not."""
    if not removals:
        return "never removed"
    facts = linked.facts(effect.function)
    here = [other.where.at for other in removals if other.function == effect.function]
    if facts is None or len(here) < len(removals):
        return ""  # another function removes it
    returned = linked.machine.cells.peek(("return", "step", effect.function))
    if effect.site in _sites(linked.contents(value.thing for value in returned)):
        return ""
    leaks = Leaks(effect.where.at, here).of(facts.body)
    return "not removed on every way out of the function" if leaks else ""


def _stays(effect: Effect, site: str, linked: Linked) -> bool:
    """Tell whether what is made stays until it is removed."""
    if effect.detail in _LASTING:
        return True
    made = Made(effect.detail, site, "step")
    names = linked.machine.cells.peek(("field", made, "name"))
    return any(isinstance(v.thing, Text) and v.thing.base == "temporary" for v in names)


def _things(effects: Iterable[Effect]) -> Iterator[Thing]:
    for effect in effects:
        yield from effect.things


def _sites(things: Iterable[Thing]) -> set[str]:
    return {thing.site for thing in things if isinstance(thing, Text) and thing.site}
