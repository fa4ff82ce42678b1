"""The stand-in for an exception whose class is not loaded here."""

from __future__ import annotations

from durable_core.errors import DurableError

__all__ = ["RemoteError"]


class RemoteError(DurableError):
    """An exception of a type that this process does not know or cannot rebuild.

    ``type_name`` is its class (``package.module.Name``), ``text`` what ``str`` gave
    where it was raised.
    """

    def __init__(self, type_name: str, text: str) -> None:
        super().__init__(type_name, text)
        self.type_name = type_name
        self.text = text

    def __str__(self) -> str:
        return f"{self.type_name}: {self.text}" if self.text else self.type_name
