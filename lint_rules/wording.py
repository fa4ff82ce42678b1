"""Phrases that several rules share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_rules.link.effects import Effect


def change(effect: Effect, subject: str) -> str:
    """Say how a subject is changed."""
    path = effect.place.path if effect.place else ()
    part = "".join("[...]" if p == "[]" else f".{p}" for p in path)
    inside = f" (at `{part}`)" if part else ""
    if effect.kind == "method":
        return f"{subject} is changed by `{effect.detail}`{inside}"
    verbs = {"delete": "loses an entry", "augment": "is updated in place"}
    if effect.kind == "item":
        return f"{subject} {verbs.get(effect.detail, 'gets a new item')}{inside}"
    if effect.kind == "attribute":
        return f"{subject} gets a new attribute value{inside}"
    return f"{subject} is bound anew{inside}"
