"""What one line of a function does to one dotted name."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

__all__ = ["Access", "FunctionAccesses", "Scope", "reading"]


class Scope(Enum):
    """Whose name the base of an access is."""

    GLOBAL = "global"
    OUTER = "of an enclosing function"
    LOCAL = "local"
    MODULE = "the module a statement imports from"
    UNKNOWN = "the result of an expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One dotted name on one line.

    ``key`` is the constant of a following subscript or first argument, ``key_name``
    the variable in that place; ``after`` is the attribute taken from a call's result,
    which ``sets_after`` says is set.
    """

    base: str
    scope: Scope
    chain: tuple[str, ...]
    line: int
    reads: bool
    stores: bool = False
    mutates: bool = False
    key: str | None = None
    key_name: str | None = None
    after: str | None = None
    sets_after: bool = False
    always: bool = False


@dataclass(slots=True, kw_only=True)
class FunctionAccesses:
    """The accesses of one function, nested functions included."""

    name: str
    line: int
    parameters: tuple[str, ...]
    found: list[Access] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)


def reading(line: int) -> Access:
    """Return a plain look at a name that is already known."""
    return Access(base="", scope=Scope.UNKNOWN, chain=(), line=line, reads=True)
