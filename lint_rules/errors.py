"""What a rule of another package did wrong, told without a traceback."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.rule import Rule

_OURS = __name__.partition(".")[0]


class RuleFailed(Exception):
    """A user's rule cannot be loaded or run; the message names it."""


@contextmanager
def named(rule: Rule) -> Iterator[None]:
    """Tell an error in a user's rule by the rule's name; let one of ours pass."""
    try:
        yield
    except Exception as error:
        module = type(rule).__module__
        if module.startswith(f"{_OURS}."):
            raise
        message = f"rule {rule.code} ({module}) failed{_place(error)}: {told(error)}"
        raise RuleFailed(message) from error


def told(error: BaseException) -> str:
    """Return an error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _place(error: Exception) -> str:
    """Return the innermost line that is not ours."""
    here = __file__.rpartition(_OURS)[0] + _OURS
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(here)]
    return f" at {theirs[-1].filename}:{theirs[-1].lineno}" if theirs else ""
