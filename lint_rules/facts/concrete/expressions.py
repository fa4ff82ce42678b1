"""Turns expressions of the concrete tree into those of `ast`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.facts.concrete import literals
from lint_rules.facts.concrete.parameters import arguments
from lint_rules.facts.concrete.spots import Spots, identifier, innermost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LOAD, STORE = ast.Load(), ast.Store()
_CONSTANTS = {"None": None, "True": True, "False": False}
_OPERATORS: dict[str, ast.operator] = {
    "Add": ast.Add(),
    "Subtract": ast.Sub(),
    "Multiply": ast.Mult(),
    "Divide": ast.Div(),
    "FloorDivide": ast.FloorDiv(),
    "Modulo": ast.Mod(),
    "Power": ast.Pow(),
    "LeftShift": ast.LShift(),
    "RightShift": ast.RShift(),
    "BitOr": ast.BitOr(),
    "BitXor": ast.BitXor(),
    "BitAnd": ast.BitAnd(),
    "MatrixMultiply": ast.MatMult(),
}


def operator(node: cst.CSTNode) -> ast.operator:
    """Return an arithmetic operator, also of an augmented assignment."""
    return _OPERATORS[type(node).__name__.removesuffix("Assign")]


def expression(node: cst.CSTNode, spots: Spots) -> ast.expr:
    """Return the `ast` node of an expression."""
    return _HANDLERS[type(node)](node, spots)


def optional(node: cst.CSTNode | None, spots: Spots) -> ast.expr | None:
    """Return the `ast` node of an expression that may be left out."""
    return None if node is None else expression(node, spots)


def _all(nodes: Iterable[cst.CSTNode], spots: Spots) -> list[ast.expr]:
    return [expression(node, spots) for node in nodes]


def target(node: cst.CSTNode, spots: Spots) -> ast.expr:
    """Return what an assignment, a loop or `del` binds."""
    made = expression(node, spots)
    pending = [made]
    while pending:
        inner = pending.pop()
        if isinstance(inner, ast.Tuple | ast.List):
            pending += inner.elts
        elif isinstance(inner, ast.Starred):
            pending.append(inner.value)
        elif isinstance(inner, ast.Name):
            inner.ctx = STORE
    return made


def _name(node: cst.Name, spots: Spots) -> ast.expr:
    if node.value in _CONSTANTS:
        return ast.Constant(_CONSTANTS[node.value])
    return spots.put(ast.Name(identifier(node), LOAD), node)


def _ellipsis(node: cst.Ellipsis, spots: Spots) -> ast.expr:
    return ast.Constant(...)


def _number(node: cst.BaseNumber, spots: Spots) -> ast.expr:
    return literals.number(node)


def _text(node: cst.BaseString, spots: Spots) -> ast.expr:
    return literals.text(node, spots, lambda inner: expression(inner, spots))


def _attribute(node: cst.Attribute, spots: Spots) -> ast.expr:
    value = expression(node.value, spots)
    return spots.put(ast.Attribute(value, identifier(node.attr), LOAD), node)


def _subscript(node: cst.Subscript, spots: Spots) -> ast.expr:
    value = expression(node.value, spots)
    first = node.slice[0]
    parts = [_slice(element.slice, spots) for element in node.slice]
    index = parts[0]
    is_tuple = len(parts) > 1 or isinstance(first.comma, cst.Comma)
    if is_tuple or isinstance(index, ast.Starred):
        index = spots.put(ast.Tuple(parts, LOAD), first)
    return spots.put(ast.Subscript(value, index, LOAD), node)


def _slice(node: cst.BaseSlice, spots: Spots) -> ast.expr:
    if isinstance(node, cst.Slice):
        parts = (node.lower, node.upper, node.step)
        return ast.Slice(*(optional(part, spots) for part in parts))
    value = expression(cst.ensure_type(node, cst.Index).value, spots)
    if getattr(node, "star", None):
        spots.need(11)
        return ast.Starred(value, LOAD)
    return value


def _call(node: cst.Call, spots: Spots) -> ast.expr:
    func = expression(node.func, spots)
    args, keywords = call_arguments(node.args, spots)
    only = node.args[0].value if len(node.args) == 1 else None
    if isinstance(only, cst.GeneratorExp) and not only.lpar:
        # The call's parentheses are those of the generator, too.
        spots.put(args[0], node.whitespace_after_func, end=True)
    return spots.put(ast.Call(func, args, keywords), node)


def call_arguments(
    nodes: Sequence[cst.Arg], spots: Spots
) -> tuple[list[ast.expr], list[ast.keyword]]:
    """Return the arguments of a call, or the bases and keywords of a class."""
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for node in nodes:
        value = expression(node.value, spots)
        if node.star == "**":
            keywords.append(ast.keyword(None, value))
        elif node.star:
            args.append(ast.Starred(value, LOAD))
        elif node.keyword is not None:
            keywords.append(ast.keyword(identifier(node.keyword), value))
        else:
            args.append(value)
    return args, keywords


def _tuple(node: cst.Tuple, spots: Spots) -> ast.expr:
    made = ast.Tuple(_all(node.elements, spots), LOAD)
    return spots.put(made, innermost(node))


def _list(node: cst.List, spots: Spots) -> ast.expr:
    return spots.put(ast.List(_all(node.elements, spots), LOAD), node)


def _set(node: cst.Set, spots: Spots) -> ast.expr:
    return spots.put(ast.Set(_all(node.elements, spots)), node)


def _dict(node: cst.Dict, spots: Spots) -> ast.expr:
    keys = [optional(getattr(e, "key", None), spots) for e in node.elements]
    values = _all((element.value for element in node.elements), spots)
    return spots.put(ast.Dict(keys, values), node)


def _element(node: cst.Element, spots: Spots) -> ast.expr:
    return expression(node.value, spots)


def _starred(node: cst.StarredElement, spots: Spots) -> ast.expr:
    return ast.Starred(expression(node.value, spots), LOAD)


def _conditional(node: cst.IfExp, spots: Spots) -> ast.expr:
    return ast.IfExp(*_all((node.test, node.body, node.orelse), spots))


def _boolean(node: cst.BooleanOperation, spots: Spots) -> ast.expr:
    kind = type(node.operator)
    # `a and b and c` is one operation in `ast`, however the concrete tree nests it.
    values: list[ast.expr] = []
    pending: list[cst.BaseExpression] = [node.right, node.left]
    while pending:
        inner = pending.pop()
        is_same = isinstance(inner, cst.BooleanOperation) and not inner.lpar
        if is_same and isinstance(inner.operator, kind):  # type: ignore[attr-defined]
            pending += [inner.right, inner.left]  # type: ignore[attr-defined]
        else:
            values.append(expression(inner, spots))
    return ast.BoolOp(ast.And() if kind is cst.And else ast.Or(), values)


def _binary(node: cst.BinaryOperation, spots: Spots) -> ast.expr:
    left, right = expression(node.left, spots), expression(node.right, spots)
    return spots.put(ast.BinOp(left, operator(node.operator), right), node)


def _unary(node: cst.UnaryOperation, spots: Spots) -> ast.expr:
    return ast.UnaryOp(ast.Not(), expression(node.expression, spots))


def _comparison(node: cst.Comparison, spots: Spots) -> ast.expr:
    left = expression(node.left, spots)
    others = _all((part.comparator for part in node.comparisons), spots)
    return ast.Compare(left, [ast.Eq() for _ in others], others)


def _lambda(node: cst.Lambda, spots: Spots) -> ast.expr:
    args = arguments(node.params, spots, optional)
    return spots.put(ast.Lambda(args, expression(node.body, spots)), node)


def _walrus(node: cst.NamedExpr, spots: Spots) -> ast.expr:
    name = ast.Name(identifier(cst.ensure_type(node.target, cst.Name)), STORE)
    return spots.put(ast.NamedExpr(name, expression(node.value, spots)), node)


def _yield(node: cst.Yield, spots: Spots) -> ast.expr:
    if isinstance(node.value, cst.From):
        return ast.YieldFrom(expression(node.value.item, spots))
    return ast.Yield(optional(node.value, spots))


def _await(node: cst.Await, spots: Spots) -> ast.expr:
    return ast.Await(expression(node.expression, spots))


def _generators(node: cst.CompFor | None, spots: Spots) -> list[ast.comprehension]:
    found: list[ast.comprehension] = []
    while node is not None:
        found.append(
            ast.comprehension(
                target(node.target, spots),
                expression(node.iter, spots),
                _all((condition.test for condition in node.ifs), spots),
                int(node.asynchronous is not None),
            )
        )
        node = node.inner_for_in
    return found


def _comprehension(
    node: cst.ListComp | cst.SetComp | cst.GeneratorExp, spots: Spots
) -> ast.expr:
    if isinstance(node.elt, cst.StarredElement):
        spots.need(15)
    kind = _COMPREHENSIONS[type(node)]
    made = kind(expression(node.elt, spots), _generators(node.for_in, spots))
    start = innermost(node) if isinstance(node, cst.GeneratorExp) else node
    return spots.put(made, start)


def _dict_comprehension(node: cst.DictComp, spots: Spots) -> ast.expr:
    made = ast.DictComp(
        expression(node.key, spots),
        expression(node.value, spots),
        _generators(node.for_in, spots),
    )
    return spots.put(made, node)


_COMPREHENSIONS: dict[type, type[ast.ListComp | ast.SetComp | ast.GeneratorExp]] = {
    cst.ListComp: ast.ListComp,
    cst.SetComp: ast.SetComp,
    cst.GeneratorExp: ast.GeneratorExp,
}
_HANDLERS: dict[type, Callable[..., ast.expr]] = {
    cst.Name: _name,
    cst.Ellipsis: _ellipsis,
    cst.Integer: _number,
    cst.Float: _number,
    cst.Imaginary: _number,
    cst.SimpleString: _text,
    cst.FormattedString: _text,
    cst.TemplatedString: _text,
    cst.ConcatenatedString: _text,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _set,
    cst.Dict: _dict,
    cst.Element: _element,
    cst.StarredElement: _starred,
    cst.IfExp: _conditional,
    cst.BooleanOperation: _boolean,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.Comparison: _comparison,
    cst.Lambda: _lambda,
    cst.NamedExpr: _walrus,
    cst.Yield: _yield,
    cst.Await: _await,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.DictComp: _dict_comprehension,
}
