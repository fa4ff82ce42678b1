"""Takes out of a journal what differs between variants without meaning anything.

Two things: the directories that pytest makes for each variant anew, and what a
project's ``pytest_durable_normalize`` replaces. Pure.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_durable.journal import Attempt, Wire

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


def normalized(
    attempts: Sequence[Attempt], raw: Mapping[str, Wire], wanted: Mapping[str, Wire]
) -> tuple[Attempt, ...]:
    """Return the attempts with the fields that ``wanted`` changes set once, at last.

    Step by step a normalized field cannot be compared: only its end is known. So the
    last step that set it is recorded as having set the normalized value, and no other.
    """
    touched = {key for key in {**raw, **wanted} if raw.get(key) != wanted.get(key)}
    touched |= raw.keys() ^ wanted.keys()
    if not touched:
        return tuple(attempts)
    done: list[Attempt] = []
    left = set(touched)
    for attempt in reversed(attempts):
        mine = [k for k in (*attempt.update, *attempt.removed) if k in left]
        if not done and attempt.failure is None:
            mine += [key for key in wanted if key in left and key not in raw]
        left.difference_update(mine)
        kept = {k: v for k, v in attempt.update.items() if k not in touched}
        kept |= {key: wanted[key] for key in dict.fromkeys(mine) if key in wanted}
        removed = tuple(key for key in attempt.removed if key not in touched)
        done.append(replace(attempt, update=kept, removed=removed))
    return tuple(reversed(done))
