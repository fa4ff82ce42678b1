"""DUR602."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.resources import UNSERIALIZABLE
from lint_rules.link.values import Bound, Function, Klass, Made, Memo, Module
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Thing


class UnserializableState(Rule):
    """A step puts something into the state that cannot travel.

    The state is written down between two steps. A function, a generator, an open file,
    a connection or a lock cannot be written down.

    Bad:

        from durable_core import step

        @step
        def split(state, context):
            return {"rows": (row for row in state.rows)}  # reported

        STEPS = [split]

    Good:

        from durable_core import step

        @step
        def split(state, context):
            return {"rows": [row for row in state.rows]}

        STEPS = [split]
    """

    code = "DUR602"
    name = "unserializable-state"
    severity = "error"
    why = "The state is written down between steps, and this cannot be written down."
    advice = (
        "Put plain values into the state, such as names, numbers and lists of them."
    )

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate values in results and in the state that cannot be stored."""
        for effect in linked.effects:
            returned = effect.kind == "return" and linked.is_step(effect.function)
            if not returned and effect.kind != "state":
                continue
            top = [t for t in effect.things if not _is_callable(t) or not returned]
            for thing in linked.contents(top):
                kind = _kind(thing, linked)
                if kind:
                    how = "step's result" if returned else "state"
                    yield candidate_of(effect, f"the {how} holds {kind}")
                    break


def _is_callable(thing: Thing) -> bool:
    return isinstance(thing, Function | Bound | Memo | Klass)


def _kind(thing: Thing, linked: Linked) -> str:
    if isinstance(thing, Function | Bound | Memo):
        return "a function"
    if isinstance(thing, Module):
        return "a module"
    if isinstance(thing, Klass):
        return "a class"
    if isinstance(thing, Made):
        if thing.type == "generator":
            return "a generator"
        owner, _, name = thing.type.rpartition(".")
        cursor = owner in UNSERIALIZABLE and name in {"cursor", "makefile"}
        if cursor or owner == "itertools" or thing.type in UNSERIALIZABLE:
            return f"a `{thing.type}`"
    del linked
    return ""
