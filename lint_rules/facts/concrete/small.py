"""Turns simple statements of the concrete tree into those of `ast`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lint_rules.facts.concrete.expressions import (
    STORE,
    expression,
    operator,
    optional,
    target,
)
from lint_rules.facts.concrete.parameters import types
from lint_rules.facts.concrete.spots import Spots, identifier
from lint_rules.facts.syntax import TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable


def small(node: cst.BaseSmallStatement, spots: Spots) -> ast.stmt:
    """Return the `ast` node of a statement without a block."""
    return spots.put(_HANDLERS[type(node)](node, spots), node)


def _expression(node: cst.Expr, spots: Spots) -> ast.stmt:
    return ast.Expr(expression(node.value, spots))


def _assign(node: cst.Assign, spots: Spots) -> ast.stmt:
    targets = [target(part.target, spots) for part in node.targets]
    return ast.Assign(targets, expression(node.value, spots))


def _annotated(node: cst.AnnAssign, spots: Spots) -> ast.stmt:
    bound: Any = target(node.target, spots)
    made: ast.stmt = ast.AnnAssign(
        target=bound,
        annotation=expression(node.annotation.annotation, spots),
        value=optional(node.value, spots),
        simple=int(isinstance(node.target, cst.Name) and not node.target.lpar),
    )
    return made


def _augmented(node: cst.AugAssign, spots: Spots) -> ast.stmt:
    made = target(node.target, spots)
    value = expression(node.value, spots)
    return ast.AugAssign(made, operator(node.operator), value)  # type: ignore[arg-type]


def _delete(node: cst.Del, spots: Spots) -> ast.stmt:
    made = target(node.target, spots)
    several = isinstance(node.target, cst.Tuple) and not node.target.lpar
    return ast.Delete(made.elts if several else [made])  # type: ignore[attr-defined]


def _return(node: cst.Return, spots: Spots) -> ast.stmt:
    return ast.Return(optional(node.value, spots))


def _raise(node: cst.Raise, spots: Spots) -> ast.stmt:
    cause = None if node.cause is None else node.cause.item
    return ast.Raise(optional(node.exc, spots), optional(cause, spots))


def _assert(node: cst.Assert, spots: Spots) -> ast.stmt:
    return ast.Assert(expression(node.test, spots), optional(node.msg, spots))


def _names(node: cst.Global | cst.Nonlocal, spots: Spots) -> ast.stmt:
    names = [identifier(item.name) for item in node.names]
    return ast.Global(names) if isinstance(node, cst.Global) else ast.Nonlocal(names)


def _alias_of(node: cst.ImportAlias) -> ast.alias:
    given = None if node.asname is None else _dotted(node.asname.name)
    return ast.alias(_dotted(node.name), given)


def _dotted(node: cst.CSTNode) -> str:
    return identifier(get_full_name_for_node(node) or "")


def _import(node: cst.Import | cst.ImportFrom, spots: Spots) -> ast.stmt:
    if getattr(node, "lazy", None):
        spots.need(15)
    if isinstance(node.names, cst.ImportStar):
        names = [ast.alias("*", None)]
    else:
        names = [_alias_of(alias) for alias in node.names]
    if isinstance(node, cst.Import):
        return ast.Import(names)
    module = None if node.module is None else _dotted(node.module)
    return ast.ImportFrom(module, names, len(node.relative))


def _alias(node: cst.TypeAlias, spots: Spots) -> ast.stmt:
    spots.need(12)
    made: ast.stmt = TypeAlias(
        name=ast.Name(identifier(node.name), STORE),
        type_params=types(node.type_parameters, spots, optional),
        value=expression(node.value, spots),
    )
    return made


_HANDLERS: dict[type, Callable[..., ast.stmt]] = {
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Del: _delete,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Global: _names,
    cst.Nonlocal: _names,
    cst.Import: _import,
    cst.ImportFrom: _import,
    cst.TypeAlias: _alias,
    cst.Pass: lambda *_: ast.Pass(),
    cst.Break: lambda *_: ast.Break(),
    cst.Continue: lambda *_: ast.Continue(),
}
