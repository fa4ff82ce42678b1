"""Phrases that several rules share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.values import Made

if TYPE_CHECKING:
    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked

TRAVEL = "Return the value from the step, so that it travels in the state."
# A newcomer who is told to return a connection tries it, and fails differently.
MAKE_IN_STEP = (
    "Make the object in the step that uses it, as a connection, client or file must be;"
    " if it is plain data, return it, so that it travels in the state."
)
ONE_PER_PROCESS = (
    "Nothing to do if one per process is meant; else open it in the step that uses it."
)

_ITEM = {"delete": "loses an item", "augment": "gets another value for an item"}
_ATTRIBUTE = {"delete": "is deleted", "augment": "is changed"}


def change(effect: Effect, subject: str) -> str:
    """Say how a subject, or the part of it that is meant, is changed."""
    for part in effect.place.path if effect.place else ():
        subject = f"an item of {subject}" if part == "[]" else f"`{part}` of {subject}"
    if effect.kind == "method":
        return f"{subject} is changed by `{effect.detail}`"
    if effect.kind == "item":
        return f"{subject} {_ITEM.get(effect.detail, 'gets an item')}"
    if effect.kind == "attribute":
        return f"{subject} {_ATTRIBUTE.get(effect.detail, 'is set')}"
    return f"{subject} {'is deleted' if effect.detail == 'delete' else 'is assigned'}"


def keep(effect: Effect, linked: Linked) -> str:
    """Say what to do about a value that a step leaves in a lasting place."""
    made = [thing for thing in effect.things if isinstance(thing, Made)]
    return MAKE_IN_STEP if any(_is_object(m, linked) for m in made) else TRAVEL


def _is_object(made: Made, linked: Linked) -> bool:
    return linked.is_ours(made.type) or "." in made.type


def sentence(text: str) -> str:
    """Give a phrase its capital letter and its full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
