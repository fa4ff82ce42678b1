"""DUR201."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.caches import ON_DISK
from lint_rules.facts import ir
from lint_rules.facts.parts import every_part
from lint_rules.link.linked import CHANGES
from lint_rules.rule import Candidate, Rule, candidate_of
from lint_rules.wording import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.linked import Linked

_WASTEFUL = "Every process fills its own cache; the results are the same everywhere."
_LEAVE = (
    "Nothing to do if filling it once per process is cheap enough; else drop the cache."
)


class InProcessCache(Rule):
    """A step reads through a cache that only its process has.

    A cache in memory answers with what this process saw last, in another process with
    something else. It matters when the cached function reads files, services or the
    clock, or when steps change what it returned. The cache of a pure function is only
    filled again in each process: that is told with `--strict`.

    Bad:

        import functools
        from durable_core import step

        @functools.lru_cache  # reported
        def settings(path):
            with open(path) as file:
                return file.read()

        @step
        def read(state, context):
            return {"settings": settings(state.path)}

        STEPS = [read]

    Good:

        from durable_core import step

        def settings(path):
            with open(path) as file:
                return file.read()

        @step
        def read(state, context):
            return {"settings": settings(state.path)}

        STEPS = [read]
    """

    code = "DUR201"
    name = "in-process-cache"
    severity = "warn"
    why = "Another process has another cache, and each keeps its old answers."
    advice = "Drop the cache, or keep the value in the state or an outside store."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate cached functions that a step calls."""
        for (function, cache), effects in _cached(linked).items():
            found = linked.cache_site(function)
            if found is None or linked.config.is_pure(function):
                continue
            module, where = found
            name = function.rpartition(":")[2]
            matters = linked.depends_on_outside(function) and _answers(function, linked)
            severity = "warn" if matters else "info"
            caller = min(effects)
            yield Candidate(
                module=module,
                where=where,
                what=f"the results of `{name}` are cached {_place(cache)}",
                function=caller,
                symbol=name,
                severity=severity,
                why="" if severity == "warn" else _WASTEFUL,
                advice="" if severity == "warn" else _LEAVE,
            )
        for effect in linked.effects:
            changed = effect.kind in CHANGES and effect.place is not None
            pure = linked.config.is_pure(effect.function)
            if changed and not pure and linked.kind_of(effect) == "cache":
                place = effect.place
                what = change(effect, f"the in-process cache `{place and place.name}`")
                yield candidate_of(effect, what)

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Take a function off its cache, where what it returns may differ."""
        if candidate.severity != "warn":
            return None
        from lint_rules.fixes.uncaching import uncached

        return uncached(candidate, bench)


def _place(cache: str) -> str:
    if cache in ON_DISK:
        return "on the disk of the host"
    return "in the memory of the process"


def _answers(function: str, linked: Linked) -> bool:
    """Tell whether a function returns anything: else it is only run once."""
    facts = linked.facts(function)
    return facts is None or any(
        isinstance(part, ir.Return | ir.Yield) and part.value is not None
        for part in every_part(facts.body)
    )


def _cached(linked: Linked) -> dict[tuple[str, str], list[str]]:
    """Return who calls each cached function, by its name and its cache's."""
    found: dict[tuple[str, str], list[str]] = {}
    for effect in linked.of_kind("memo"):
        if effect.place is not None:
            key = (effect.place.owner, effect.place.name)
            found.setdefault(key, []).append(effect.function)
    return found
