"""Guesses which word was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def close_to(word: str, known: Iterable[str]) -> str:
    """Return the known word that a word was probably meant to be, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), "")


def rule_close_to(word: str, known: Iterable[str]) -> str:
    """Return the rule that a word was probably meant to be, or nothing.

    Codes that look alike have nothing to do with each other.
    """
    return close_to(word.lower(), (name for name in known if not name.isupper()))
