"""Durations as people write them: ``"5s"``, ``"1h30m"``, or a timedelta."""

from __future__ import annotations

import re
from datetime import timedelta

from durable_core.errors import DefinitionError

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def parse_duration(value: str | timedelta, subject: str) -> timedelta:
    """Return the duration; raise DefinitionError that names ``subject``."""
    if isinstance(value, timedelta):
        if value < timedelta():
            raise DefinitionError(subject, f"{value!r} is negative")
        return value
    # A bare number is refused on purpose: nobody can see its unit.
    if not isinstance(value, str):
        raise DefinitionError(
            subject,
            f"{value!r} is not a duration",
            "Write a text with a unit such as '5s' or '1h30m', or a timedelta",
        )
    text = value.replace(" ", "")
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise DefinitionError(
            subject,
            f"{value!r} is not a duration",
            "Write numbers with units ms, s, m, h or d, such as '5s' or '1h30m'",
        )
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return timedelta(seconds=seconds)
