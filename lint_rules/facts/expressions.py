"""Lowers `ast` expressions to facts."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Protocol

from lint_rules.catalog.steps import HANDING, is_path
from lint_rules.facts import ir
from lint_rules.facts.syntax import COMPREHENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lint_rules.facts.scopes import Scope
    from lint_rules.facts.syntax import ComprehensionNode

# Python refuses to write larger numbers in decimal digits; ours are only compared.
_LARGE = 10**30
_DISPLAYS = {
    ast.List: "list",
    ast.Tuple: "tuple",
    ast.Set: "set",
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "generator",
}


class Context(Protocol):
    """What lowering an expression needs from the module that is being read."""

    scope: Scope

    def where(self, node: ast.AST) -> ir.Where:
        """Return the position of a node."""

    def note_import(self, dotted: str) -> None:
        """Remember a module that a call imports by name."""

    def note_handed(self, call: ir.Call, texts: list[str]) -> None:
        """Remember a call that may hand functions to a worker."""

    def add_lambda(self, node: ast.Lambda) -> str:
        """Record a lambda and return its unique name."""

    def enter_comprehension(self, node: ComprehensionNode) -> Scope:
        """Return the scope of a comprehension."""

    def inside_text(self, text: ast.expr, nodes: list[ast.expr]) -> tuple[ir.Expr, ...]:
        """Lower what is written in a string, all of it at the string's position."""


def lower(node: ast.expr | None, context: Context) -> ir.Expr:
    """Return the facts of one expression."""
    if node is None:
        return ir.Const(None, "NoneType")
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        return handler(node, context)
    parts = list(ast.iter_child_nodes(node))
    return ir.Opaque(lower_all((p for p in parts if isinstance(p, ast.expr)), context))


def lower_all(
    nodes: Iterable[ast.expr] | Sequence[ast.expr], context: Context
) -> tuple[ir.Expr, ...]:
    """Lower several expressions."""
    return tuple(lower(node, context) for node in nodes)


def _name(node: ast.Name, context: Context) -> ir.Expr:
    return context.scope.resolve(node.id)


def _constant(node: ast.Constant, context: Context) -> ir.Expr:
    del context
    if isinstance(node.value, str):
        return ir.Const(node.value, "str")
    small = isinstance(node.value, int) and -_LARGE < node.value < _LARGE
    text = repr(node.value) if small else None
    return ir.Const(text, type(node.value).__name__)


def _joined(node: ast.JoinedStr, context: Context) -> ir.Expr:
    # Before 3.12 an f-string was parsed apart, and positions in it may be anything.
    if sys.hexversion < 0x030C0000:
        return ir.Joined(context.inside_text(node, node.values))
    return ir.Joined(lower_all(node.values, context))


def _formatted(node: ast.FormattedValue, context: Context) -> ir.Expr:
    value = lower(node.value, context)
    spec = node.format_spec
    if isinstance(spec, ast.JoinedStr) and not all(map(_is_constant, spec.values)):
        return ir.Choice((lower(spec, context),), (value,))
    return value


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _attribute(node: ast.Attribute, context: Context) -> ir.Expr:
    return ir.Attr(lower(node.value, context), node.attr, context.where(node))


def _subscript(node: ast.Subscript, context: Context) -> ir.Expr:
    return ir.Item(
        lower(node.value, context),
        lower(node.slice, context),
        isinstance(node.slice, ast.Slice),
        context.where(node),
    )


def _call(node: ast.Call, context: Context) -> ir.Expr:
    keywords = tuple((k.arg, lower(k.value, context)) for k in node.keywords)
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    first = node.args[0] if node.args else None
    if name == "import_module" and isinstance(first, ast.Constant):
        context.note_import(str(first.value))
    call = ir.Call(
        lower(node.func, context),
        lower_all(node.args, context),
        keywords,
        context.where(node),
    )
    if name in HANDING:
        context.note_handed(call, _paths(node))
    return call


def _paths(call: ast.Call) -> list[str]:
    """Return the texts in a call that look like dotted paths."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    inner = [part for argument in given for part in ast.walk(argument)]
    texts = [part.value for part in inner if isinstance(part, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and is_path(text)]


def _display(node: ast.List | ast.Tuple | ast.Set, context: Context) -> ir.Expr:
    elements = lower_all(node.elts, context)
    return ir.Display(_DISPLAYS[type(node)], elements, (), context.where(node))


def _dict(node: ast.Dict, context: Context) -> ir.Expr:
    elements: list[ir.Expr] = []
    keys: list[ir.Expr] = []
    for key, value in zip(node.keys, node.values, strict=True):
        lowered = lower(value, context)
        if key is None:
            elements.append(ir.Spread(lowered))
        else:
            keys.append(lower(key, context))
            elements.append(lowered)
    return ir.Display("dict", tuple(elements), tuple(keys), context.where(node))


def _starred(node: ast.Starred, context: Context) -> ir.Expr:
    return ir.Spread(lower(node.value, context))


def _conditional(node: ast.IfExp, context: Context) -> ir.Expr:
    options = (lower(node.body, context), lower(node.orelse, context))
    return ir.Choice((lower(node.test, context),), options)


def _boolean(node: ast.BoolOp, context: Context) -> ir.Expr:
    return ir.Choice((), lower_all(node.values, context))


def _binary(node: ast.BinOp, context: Context) -> ir.Expr:
    return ir.Binary(
        type(node.op).__name__,
        lower(node.left, context),
        lower(node.right, context),
        context.where(node),
    )


def _lambda(node: ast.Lambda, context: Context) -> ir.Expr:
    return ir.Lambda(context.add_lambda(node))


def _walrus(node: ast.NamedExpr, context: Context) -> ir.Expr:
    return ir.Walrus(
        lower(node.target, context), lower(node.value, context), context.where(node)
    )


def _yield(node: ast.Yield | ast.YieldFrom, context: Context) -> ir.Expr:
    return ir.Yield(lower(node.value, context), isinstance(node, ast.YieldFrom))


def _await(node: ast.Await, context: Context) -> ir.Expr:
    return ir.Awaited(lower(node.value, context))


def _comprehension(node: ComprehensionNode, context: Context) -> ir.Expr:
    outer = context.scope
    inner = context.enter_comprehension(node)
    clauses: list[tuple[ir.Expr, ir.Expr]] = []
    conditions: list[ir.Expr] = []
    for generator in node.generators:
        source = lower(generator.iter, context)
        context.scope = inner
        clauses.append((lower(generator.target, context), source))
        conditions.extend(lower_all(generator.ifs, context))
    if isinstance(node, ast.DictComp):
        elements = lower_all((node.value, node.key), context)[:1]
        conditions.append(lower(node.key, context))
    else:
        elements = (lower(node.elt, context),)
    context.scope = outer
    return ir.Comprehension(
        _DISPLAYS[type(node)],
        tuple(clauses),
        elements,
        tuple(conditions),
        context.where(node),
    )


_HANDLERS: dict[type, Callable[..., ir.Expr]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.List: _display,
    ast.Tuple: _display,
    ast.Set: _display,
    ast.Dict: _dict,
    ast.Starred: _starred,
    ast.IfExp: _conditional,
    ast.BoolOp: _boolean,
    ast.BinOp: _binary,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
    **dict.fromkeys(COMPREHENSIONS, _comprehension),
}
