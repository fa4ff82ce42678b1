"""DUR109."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lint_rules.catalog.coordination import SCOPED
from lint_rules.catalog.environment import ENVIRONMENT_OBJECTS, SHARED_RESULTS
from lint_rules.link.effects import is_constant
from lint_rules.link.settings import relying
from lint_rules.rule import Candidate, Rule, candidate_of
from lint_rules.settle import relied_upon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place
    from lint_rules.site import Site

_SET_UP = "Every process sets it, when it first makes what the setting belongs to."
_LEAVE = "Nothing to do if every step that relies on it asks for that object first."


class ForeignState(Rule):
    """A step sets an attribute of a module or class of another package.

    A library's module is as global as one's own. What a step configures there is not
    configured in the process that runs the next step.

    Bad:

        import openai
        from durable_core import step

        @step
        def prepare(state, context):
            openai.api_key = state.key  # reported

        STEPS = [prepare]

    Good:

        import openai
        from durable_core import step

        @step
        def ask(state, context):
            client = openai.OpenAI(api_key=state.key)
            return {"answer": client.responses.create(input=state.question).output_text}

        STEPS = [ask]
    """

    code = "DUR109"
    name = "foreign-state"
    severity = "warn"
    why = "Another process has its own copy of the module, where it is not set."
    advice = "Pass the value to the call or the client that needs it."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate stores into what other packages define."""
        for effect in linked.changes("external"):
            place = effect.place
            if place is not None and not _is_known(place):
                name = f"{place.owner}.{place.name}".rstrip(".")
                severity = "info" if is_constant(effect) else ""
                candidate = candidate_of(effect, f"`{name}` is set", severity=severity)
                proof = relying(effect, linked)
                if proof is not None:
                    candidate = relied_upon(candidate, proof, linked)
                yield candidate

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Drop what a key only might lead to; lower what a process sets up once."""
        from lint_rules.harmless import sets_up

        if _is_guessed(candidate, site):
            return None
        if candidate.reader or not sets_up(candidate, site):
            return candidate
        return replace(candidate, severity="info", why=_SET_UP, advice=_LEAVE)


def _is_guessed(candidate: Candidate, site: Site) -> bool:
    """Tell whether what is changed is one of many values in a container of the step.

    `context["details"]["link"] = x` reaches what is under that key, which need not be
    the setting that the container holds under another one.
    """
    import libcst as cst

    from lint_rules.given import mentions

    function = site.function_node()
    assigned = (
        site.node.targets[0].target if isinstance(site.node, cst.Assign) else None
    )
    if function is None or not isinstance(assigned, cst.Subscript):
        return False
    by_key = isinstance(assigned.value, cst.Subscript)
    return by_key and not mentions(candidate.symbol, site.source(function))


def _is_known(place: Place) -> bool:
    name = f"{place.owner}.{place.name}"
    known = (place.owner in ENVIRONMENT_OBJECTS, name in ENVIRONMENT_OBJECTS)
    scoped = any(place.owner == s or place.owner.startswith(f"{s}.") for s in SCOPED)
    return any(known) or scoped or place.owner in SHARED_RESULTS
