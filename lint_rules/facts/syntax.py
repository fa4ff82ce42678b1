"""Syntax nodes that `ast` of the oldest supported Python does not have.

A file may be written for a newer Python than the one that lints it. Its nodes come
from the concrete tree then, and have these types; where `ast` knows a node, its own
type is used, so that one reader serves both.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def _node(name: str, base: type[ast.AST], *fields: str) -> type[Any]:
    known = getattr(ast, name, None)
    if isinstance(known, type):
        return known
    return type(name, (base,), {"_fields": fields, "__module__": __name__})


TryStar = _node("TryStar", ast.stmt, "body", "handlers", "orelse", "finalbody")
TypeAlias = _node("TypeAlias", ast.stmt, "name", "type_params", "value")
TypeVar = _node("TypeVar", ast.AST, "name", "bound", "default_value")
ParamSpec = _node("ParamSpec", ast.AST, "name", "default_value")
TypeVarTuple = _node("TypeVarTuple", ast.AST, "name", "default_value")
TemplateStr = _node("TemplateStr", ast.expr, "values")
Interpolation = _node(
    "Interpolation", ast.expr, "value", "str", "conversion", "format_spec"
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
DefNode = ast.FunctionDef | ast.AsyncFunctionDef
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def type_params(node: ast.AST) -> list[Any]:
    """Return the type parameters of a definition: `T` in `def f[T](): ...`."""
    return getattr(node, "type_params", None) or []


def parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Return every parameter of a function."""
    yield from arguments.posonlyargs
    yield from arguments.args
    if arguments.vararg:
        yield arguments.vararg
    yield from arguments.kwonlyargs
    if arguments.kwarg:
        yield arguments.kwarg
