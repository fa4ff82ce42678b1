"""DUR602."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.values import Bound, Function, Klass, Made, Memo, Module
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Effect
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
        for effect in linked.escapes():
            if effect.kind not in _HOW:
                continue
            for thing in linked.contents(_travelling(effect, linked)):
                kind = _kind(thing, linked)
                if kind:
                    yield candidate_of(effect, f"{_HOW[effect.kind]} {kind}")
                    break


_HOW = {
    "return": "the step's result holds",
    "state": "the state holds",
    "deliver": "another step is given",
}


def _travelling(effect: Effect, linked: Linked) -> list[Thing]:
    """Return what is written down; a worker looks functions up by their names."""
    if effect.kind == "state":
        return list(effect.things)
    if effect.kind == "return":
        return [thing for thing in effect.things if not _is_callable(thing)]
    return [
        thing
        for thing in effect.things
        if not isinstance(thing, Function) or not _is_at_top(thing, linked)
    ]


def _is_at_top(thing: Function, linked: Linked) -> bool:
    facts = linked.facts(thing.id)
    return facts is not None and not facts.parent and facts.name != "<lambda>"


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
        if thing.type == "coroutine":
            return "a coroutine that was not awaited"
        owner, _, name = thing.type.rpartition(".")
        known = linked.resources.unserializable
        cursor = owner in known and name in {"cursor", "makefile"}
        if cursor or owner == "itertools" or thing.type in known:
            return f"a `{thing.type}`"
    return ""
