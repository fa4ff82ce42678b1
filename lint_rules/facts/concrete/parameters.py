"""Turns parameters of functions and of types into those of `ast`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.facts.concrete.spots import Spots, identifier
from lint_rules.facts.syntax import ParamSpec, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Optional = Callable[[cst.CSTNode | None, Spots], ast.expr | None]

_KINDS = {cst.TypeVarTuple: TypeVarTuple, cst.ParamSpec: ParamSpec}


def arguments(node: cst.Parameters, spots: Spots, optional: Optional) -> ast.arguments:
    """Return the parameters of a function."""

    def argument(param: cst.Param) -> ast.arg:
        written = param.annotation
        annotation = optional(written.annotation if written else None, spots)
        if isinstance(annotation, ast.Starred):
            spots.need(11)
        return spots.put(ast.arg(identifier(param.name), annotation), param.name)

    positional = [*node.posonly_params, *node.params]
    star, others = node.star_arg, node.star_kwarg
    given = [param.default for param in positional if param.default is not None]
    return ast.arguments(
        posonlyargs=[argument(param) for param in node.posonly_params],
        args=[argument(param) for param in node.params],
        vararg=argument(star) if isinstance(star, cst.Param) else None,
        kwonlyargs=[argument(param) for param in node.kwonly_params],
        kw_defaults=[optional(param.default, spots) for param in node.kwonly_params],
        kwarg=argument(others) if others is not None else None,
        defaults=[made for made in (optional(d, spots) for d in given) if made],
    )


def types(
    node: cst.TypeParameters | None, spots: Spots, optional: Optional
) -> list[ast.AST]:
    """Return the type parameters of a definition."""
    found: list[ast.AST] = []
    for param in node.params if node is not None else ():
        spots.need(12 if param.default is None else 13)
        default = optional(param.default, spots)
        name = identifier(param.param.name)
        if isinstance(param.param, cst.TypeVar):
            bound = optional(param.param.bound, spots)
            found.append(TypeVar(name=name, bound=bound, default_value=default))
        else:
            kind = _KINDS[type(param.param)]
            found.append(kind(name=name, default_value=default))
    return found
