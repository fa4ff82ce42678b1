"""Takes out of a journal what differs between variants without meaning anything.

Two things: the directories that pytest makes for each variant anew, and what a
project's ``pytest_durable_normalize`` replaces. Pure.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_durable.readable import same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_durable.journal import Attempt, RunJournal, Wire

STAND_IN = "<tmp_path>"


class Directories:
    """Replaces pytest's numbered directories, named after the variant, by one word."""

    def __init__(self) -> None:
        self._base = ""
        self._numbered: re.Pattern[str] | None = None

    def below(self, base: str) -> None:
        """Replace the directories below ``base`` from now on."""
        self._base = base
        self._numbered = re.compile(re.escape(base) + r'/[^/"\\]+')

    def without(self, wire: Wire) -> Wire:
        """Return the value with each such directory replaced."""
        if self._numbered is None:
            return wire
        text = json.dumps(wire, ensure_ascii=False)
        if self._base not in text:
            return wire
        return json.loads(self._numbered.sub(STAND_IN, text))


def replaced_fields(
    raw: Mapping[str, Wire], wanted: Mapping[str, Wire]
) -> tuple[str, ...]:
    """Return the fields that ``wanted`` changes, adds or leaves out."""
    both = {**raw, **wanted}
    return tuple(
        key
        for key in both
        if key not in raw or key not in wanted or not same(raw[key], wanted[key])
    )


def settled(run: RunJournal, fields: frozenset[str]) -> RunJournal:
    """Return the run with these fields set once, by the last step that set them.

    Step by step a normalized field cannot be compared: only its end is known.
    """
    if not fields:
        return run
    done: list[Attempt] = []
    left = set(fields)
    for attempt in reversed(run.attempts):
        mine = [key for key in attempt.update if key in left]
        if not done and attempt.failure is None:
            set_before = {key for one in run.attempts for key in one.update}
            mine += [key for key in left if key not in set_before]
        left.difference_update(mine)
        update = {k: v for k, v in attempt.update.items() if k not in fields}
        update |= {key: run.state[key] for key in mine if key in run.state}
        removed = tuple(key for key in attempt.removed if key not in fields)
        done.append(replace(attempt, update=update, removed=removed))
    return replace(run, attempts=tuple(reversed(done)))
