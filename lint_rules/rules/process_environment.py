"""DUR501."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lint_rules.catalog.environment import ENVIRONMENT_OBJECTS
from lint_rules.link.on_demand import is_cached
from lint_rules.link.settings import is_guarded, relying
from lint_rules.rule import Candidate, Rule, candidate_of
from lint_rules.settle import relied_upon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place
    from lint_rules.site import Site


class ProcessEnvironment(Rule):
    """A step changes a setting of its whole process.

    Environment variables, the working directory, `sys.path`, the locale, the seed of
    `random` and the like belong to one process and outlive the step there. Putting the
    old value back in a `finally` is fine.

    Bad:

        import os
        from durable_core import step

        @step
        def choose(state, context):
            os.environ["REGION"] = state.region  # reported

        @step
        def deploy(state, context):
            return {"region": os.environ["REGION"]}

        STEPS = [choose, deploy]

    Good:

        import os
        from durable_core import step

        @step
        def deploy(state, context):
            before = os.getcwd()
            os.chdir(state.folder)
            try:
                return {"files": sorted(os.listdir("."))}
            finally:
                os.chdir(before)

        STEPS = [deploy]
    """

    code = "DUR501"
    name = "process-environment"
    severity = "warn"
    why = (
        "Another process has other settings, and later runs in this one inherit these."
    )
    advice = "Pass the value as an argument, or put the old value back in a `finally`."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of the process's settings."""
        for effect in linked.effects:
            name = _setting(effect)
            if not name or is_guarded(effect, linked):
                continue
            what = f"`{name}` is changed for the whole process"
            candidate, proof = candidate_of(effect, what), relying(effect, linked)
            if proof is not None:
                candidate = relied_upon(candidate, proof, linked)
            yield candidate

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Drop a change that is undone before the function ends."""
        name = _word(candidate)
        if (
            site.undone_by(name)
            or _is_manager(candidate, site)
            or _asks(candidate, site)
        ):
            return None
        forgets = candidate.kind in {"item:delete", "environment:pop"}
        if forgets and _word(candidate) == "modules":
            return replace(candidate, severity="info", why=_AGAIN)
        if candidate.severity != "error" and is_cached(candidate.function, site.linked):
            return replace(candidate, severity="info", why=_ONCE)
        return candidate

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Go back to the old working directory; other settings have no such place."""
        from lint_rules.fixes.blocks import folder_put_back

        return folder_put_back(candidate, bench)


_AGAIN = "The module is imported anew where it is needed, in this process alone."
_ONCE = "It is set once in every process that needs it, before it is used."


def _is_manager(candidate: Candidate, site: Site) -> bool:
    """Tell whether `__enter__` makes the change and `__exit__` takes it back."""
    facts = site.linked.facts(candidate.function)
    if facts is None or facts.name not in _MANAGERS or candidate.place is None:
        return False
    owner = candidate.function.rpartition(".")[0]
    undoing = {
        effect.function
        for effect in site.linked.effects
        if effect.place is not None
        and _family(effect.place) == _family(candidate.place)
        and effect.function in {f"{owner}.{name}" for name in _MANAGERS}
    }
    return bool(undoing - {candidate.function})


def _asks(candidate: Candidate, site: Site) -> bool:
    """Tell whether `x = umask(0); umask(x)` only asks for a setting."""
    calls = [
        effect
        for effect in site.linked.effects
        if (effect.kind, effect.place) == ("environment", candidate.place)
        and effect.function == candidate.function
    ]
    return candidate.symbol == "" and len(calls) > 1 and _word(candidate) == "umask"


def _family(place: Place) -> Place | str:
    """Return what is set and taken back together: a timer and its handler are one."""
    return "signal" if place.owner.startswith("signal.") else place


_MANAGERS = ("__enter__", "__exit__", "__aenter__", "__aexit__", "__init__")


def _word(candidate: Candidate) -> str:
    place = candidate.place
    return (place.owner.rpartition(".")[2] if place else "") or candidate.symbol


def _setting(effect: Effect) -> str:
    place = effect.place
    if place is None or place.root != "external":
        return ""
    if effect.kind == "environment":
        return place.owner
    if effect.kind not in {"item", "attribute", "method"}:
        return ""
    name = f"{place.owner}.{place.name}".rstrip(".")
    known = name in ENVIRONMENT_OBJECTS or place.owner in ENVIRONMENT_OBJECTS
    return name if known or place.owner == "decimal.getcontext" else ""
