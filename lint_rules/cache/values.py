"""Turns values into bytes and back, without trusting the bytes.

A cache folder may come with a repository that somebody else wrote, and unpickling can
run any code. So nothing is unpickled here but the plain classes that were put in.
"""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Unknown(pickle.UnpicklingError):
    """Bytes that want something else than the values they are read as."""


class _Reader(pickle.Unpickler):
    """Makes instances of some classes and nothing else."""

    def __init__(self, content: bytes, classes: Iterable[type]) -> None:
        super().__init__(io.BytesIO(content))
        self._classes = {(c.__module__, c.__qualname__): c for c in classes}

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self._classes[module, name]
        except KeyError as error:
            message = f"{module}.{name}"
            raise Unknown(message) from error


def to_bytes(value: object) -> bytes:
    """Return a value as bytes."""
    return pickle.dumps(value, protocol=5)


def from_bytes(content: bytes, classes: Iterable[type] = ()) -> object | None:
    """Return the value, or None for bytes that are damaged or want other classes."""
    try:
        found: object = _Reader(content, classes).load()
    except Exception:  # noqa: BLE001 - damaged bytes may raise anything
        return None
    return found
