"""Values as short, code-like words, without running a line of user code.

``repr`` of a user's object may query a database, start a lazy load or raise. Only
exact built-in types are spelled out; everything else is ``<module.Class>``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PosixPath, PurePosixPath
from types import FunctionType
from uuid import UUID

from pytest_durable.evidence.shapes import inherits, type_name

__all__ = ["LIMIT", "shorten", "spell"]

LIMIT = 80
_ITEMS = 4
_DEPTH = 2

_PLAIN = frozenset(
    map(
        id,
        (
            *(int, float, complex, bool, type(None), str, bytes),
            *(Decimal, date, timedelta, UUID, PosixPath, PurePosixPath, range),
        ),
    )
)


def spell(value: object, depth: int = _DEPTH) -> str:
    """Return a short text for a value that never runs user code."""
    kind = id(type(value))
    if kind in _PLAIN:
        return shorten(repr(value), LIMIT // 2)
    speller = _SPELLERS.get(kind)
    if speller is None:
        # A class is spelled by its name, anything else by its class's.
        if inherits(value, type):
            return type_name(value).rpartition(".")[2]  # type: ignore[arg-type]
        return f"<{type_name(type(value))}>"
    try:
        return shorten(speller(value, depth - 1)) if depth else "..."
    except RuntimeError:  # changed by another thread while it was spelled
        return f"<{type_name(type(value))}>"


def shorten(text: str, limit: int = LIMIT) -> str:
    """Return the text, cut to ``limit`` characters."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _items(value: object, depth: int) -> str:
    words: list[str] = []
    for item in value:  # type: ignore[attr-defined]
        if len(words) == _ITEMS:
            words.append("...")
            break
        words.append(spell(item, depth))
    return ", ".join(words)


def _dict(value: object, depth: int) -> str:
    words: list[str] = []
    for key, item in dict.items(value):  # type: ignore[arg-type,var-annotated]
        if len(words) == _ITEMS:
            words.append("...")
            break
        words.append(f"{spell(key, depth)}: {spell(item, depth)}")
    return "{" + ", ".join(words) + "}"


def _list(value: object, depth: int) -> str:
    return f"[{_items(value, depth)}]"


def _tuple(value: object, depth: int) -> str:
    inside = _items(value, depth)
    return f"({inside},)" if len(value) == 1 else f"({inside})"  # type: ignore[arg-type]


def _set(value: object, depth: int) -> str:
    return "{" + _items(value, depth) + "}" if len(value) else "set()"  # type: ignore[arg-type]


def _time(value: object, _: int) -> str:
    # A time zone may be a user's class: its name is not worth running it.
    naive: datetime | time = value.replace(tzinfo=None)  # type: ignore[attr-defined]
    return naive.isoformat()


_SPELLERS: dict[int, Callable[[object, int], str]] = {
    id(datetime): _time,
    id(time): _time,
    id(dict): _dict,
    id(list): _list,
    id(tuple): _tuple,
    id(set): _set,
    id(FunctionType): lambda value, _: value.__qualname__,  # type: ignore[attr-defined]
    id(frozenset): lambda value, depth: f"frozenset({_set(value, depth)})",
}
