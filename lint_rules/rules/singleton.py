"""DUR301."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.linked import CHANGES
from lint_rules.link.values import Made
from lint_rules.rule import Candidate, StateRule, candidate_of
from lint_rules.wording import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place

_FORMS = {
    "global": "held by the module global",
    "class": "held by the class attribute",
    "cell": "kept by a decorator or factory in",
    "memo": "behind the cached function",
    "function": "held by the function attribute",
}


class Singleton(StateRule):
    """A step changes an object that exists once per process.

    An instance held by a module, behind an accessor, a class attribute or a decorator
    is one object per process. What a step tells it, a step elsewhere does not know.

    Bad:

        from durable_core import step

        class Register:
            def __init__(self):
                self.names = []

            def add(self, name):
                self.names.append(name)  # reported

        register = Register()

        @step
        def enrol(state, context):
            register.add(state.name)

        @step
        def report(state, context):
            return {"names": register.names}

        STEPS = [enrol, report]

    Good:

        from durable_core import step

        class Register:
            def __init__(self, names):
                self.names = list(names)

            def add(self, name):
                self.names.append(name)

        @step
        def enrol(state, context):
            register = Register(state.names)
            register.add(state.name)
            return {"names": register.names}

        STEPS = [enrol]
    """

    code = "DUR301"
    name = "singleton"
    severity = "warn"
    why = "Every process has its own object, and keeps it between runs."
    advice = "Make the object in the step, from the state, and return what it learned."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate changes of objects that live as long as the process."""
        for effect in linked.effects:
            place = effect.place
            if place is None or effect.kind not in CHANGES:
                continue
            if place.root in _FORMS and linked.form_of(effect) == "instance":
                form = _form(place, linked)
                subject = f"the {_kind(effect, linked)} {form} `{_name(place)}`"
                yield candidate_of(effect, change(effect, subject))


def _form(place: Place, linked: Linked) -> str:
    """Say what keeps the one object: its accessor, its class, its metaclass, ..."""
    if place.root == "global":
        asked = any(
            effect.kind == "rebind" and effect.place == place.base
            for effect in linked.changes("global")
        )
        return (
            "made on demand and held by the module global"
            if asked
            else _FORMS["global"]
        )
    if place.root != "class":
        return _FORMS[place.root]
    if "builtins.type" in linked.ancestors(place.owner):
        return "kept by its metaclass in"
    if linked.shares_attributes(place):
        return "sharing its attributes with all others through"
    if linked.methods(place.owner, "__new__"):
        return "kept by `__new__` in"
    return _FORMS["class"]


def _name(place: Place) -> str:
    owner = place.owner.rpartition(":")[2]
    if place.root in {"class", "function"}:
        return f"{owner}.{place.name}"
    return owner if place.root == "memo" else place.name


def _kind(effect: Effect, linked: Linked) -> str:
    """Name the class of the instance when there is but one."""
    types = {effect.receiver.type} if isinstance(effect.receiver, Made) else set()
    if effect.place is not None:
        types = set(linked.types(effect.place.base)) or types
    names = {t.rpartition(":")[2] for t in types if linked.is_ours(t)}
    return f"`{names.pop()}` object" if len(names) == 1 else "object"
