"""Expressions as a root and what trails it: ``a.b[0](c).d`` has four trailers."""

from __future__ import annotations

import ast
from dataclasses import dataclass

__all__ = ["Trailer", "after_call", "by_name", "last_method", "unwind"]

_LOAD = ast.Load()
_NAMED = ("getattr", "setattr", "delattr", "hasattr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer:
    """One ``.name``, ``[key]`` or ``(arguments)`` after an expression."""

    attribute: str | None = None
    call: bool = False
    key: str | None = None
    key_name: str | None = None
    inner: tuple[ast.expr, ...] = ()
    line: int = 0


def unwind(node: ast.expr) -> tuple[ast.expr, list[Trailer]]:
    """Return the root of an expression and its trailers in order."""
    trailers: list[Trailer] = []
    while True:
        if isinstance(node, ast.Attribute):
            line = node.end_lineno or node.lineno
            trailers.append(Trailer(attribute=node.attr, line=line))
            node = node.value
        elif isinstance(node, ast.Subscript):
            key, name = _key(node.slice)
            trailers.append(Trailer(key=key, key_name=name, inner=(node.slice,)))
            node = node.value
        elif isinstance(node, ast.Call):
            key, name = _key(node.args[0]) if node.args else (None, None)
            inner = (*node.args, *(item.value for item in node.keywords))
            trailers.append(Trailer(call=True, key=key, key_name=name, inner=inner))
            node = node.func
        else:
            return node, trailers[::-1]


def _key(node: ast.expr) -> tuple[str | None, str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, None
    return None, node.id if isinstance(node, ast.Name) else None


def by_name(
    root: ast.Name, trailers: list[Trailer]
) -> tuple[ast.expr, list[Trailer], bool] | None:
    """Return ``getattr(x, "a")``, ``type(x)`` and the like as a dotted name.

    The third value says whether the call sets the attribute. ``*`` is any name.
    """
    if not trailers or not trailers[0].call:
        return None
    call, rest = trailers[0], trailers[1:]
    if root.id == "globals" and rest and rest[0].attribute is None:
        return ast.Name(id=rest[0].key or "*", ctx=_LOAD), rest[1:], False
    if root.id == "type" and len(call.inner) == 1:
        owner, before = unwind(call.inner[0])
        named = Trailer(attribute="__class__", line=call.inner[0].lineno)
        return owner, [*before, named, *rest], False
    if root.id in _NAMED and len(call.inner) > 1:
        attribute, _ = _key(call.inner[1])
        owner, before = unwind(call.inner[0])
        named = Trailer(attribute=attribute or "*", line=call.inner[1].lineno)
        return owner, [*before, named, *rest], root.id in ("setattr", "delattr")
    return None


def after_call(rest: list[Trailer]) -> str | None:
    """Return the attribute that is taken from the result of a call."""
    if len(rest) > 1 and rest[0].call:
        return rest[1].attribute
    return None


def last_method(trailers: list[Trailer]) -> str | None:
    """Return the method that is called last."""
    if len(trailers) > 1 and trailers[-1].call:
        return trailers[-2].attribute
    return None
