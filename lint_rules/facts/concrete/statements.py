"""Turns compound statements of the concrete tree into those of `ast`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.facts.concrete.expressions import (
    call_arguments,
    expression,
    optional,
    target,
)
from lint_rules.facts.concrete.parameters import arguments, types
from lint_rules.facts.concrete.patterns import pattern
from lint_rules.facts.concrete.small import small
from lint_rules.facts.concrete.spots import Spots, identifier
from lint_rules.facts.syntax import TryStar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def block(nodes: Sequence[cst.CSTNode], spots: Spots) -> list[ast.stmt]:
    """Return the statements of a block."""
    found: list[ast.stmt] = []
    for node in nodes:
        if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            found += [small(part, spots) for part in node.body]
        else:
            found.append(spots.put(_HANDLERS[type(node)](node, spots), node))
    return found


def _suite(node: cst.BaseSuite | None, spots: Spots) -> list[ast.stmt]:
    if isinstance(node, cst.SimpleStatementSuite):
        return block([node], spots)
    return block(node.body, spots) if isinstance(node, cst.IndentedBlock) else []


def _clause(node: cst.Else | cst.Finally | None, spots: Spots) -> list[ast.stmt]:
    return [] if node is None else _suite(node.body, spots)


def _if(node: cst.If, spots: Spots) -> ast.stmt:
    otherwise = node.orelse
    if isinstance(otherwise, cst.If):
        rest = block([otherwise], spots)
    else:
        rest = _clause(otherwise, spots)
    return ast.If(expression(node.test, spots), _suite(node.body, spots), rest)


def _while(node: cst.While, spots: Spots) -> ast.stmt:
    test, body = expression(node.test, spots), _suite(node.body, spots)
    return ast.While(test, body, _clause(node.orelse, spots))


def _for(node: cst.For, spots: Spots) -> ast.stmt:
    kind = ast.For if node.asynchronous is None else ast.AsyncFor
    return kind(
        target(node.target, spots),
        expression(node.iter, spots),
        _suite(node.body, spots),
        _clause(node.orelse, spots),
    )


def _with(node: cst.With, spots: Spots) -> ast.stmt:
    kind = ast.With if node.asynchronous is None else ast.AsyncWith
    items = [
        ast.withitem(
            expression(item.item, spots),
            target(item.asname.name, spots) if item.asname else None,
        )
        for item in node.items
    ]
    return kind(items, _suite(node.body, spots))


def _try(node: cst.Try | cst.TryStar, spots: Spots) -> ast.stmt:
    handlers = [_handler(handler, spots) for handler in node.handlers]
    body = _suite(node.body, spots)
    otherwise = _clause(node.orelse, spots)
    final = _clause(node.finalbody, spots)
    if isinstance(node, cst.Try):
        return ast.Try(body, handlers, otherwise, final)
    spots.need(11)
    made: ast.stmt = TryStar(
        body=body, handlers=handlers, orelse=otherwise, finalbody=final
    )
    return made


def _handler(
    node: cst.ExceptHandler | cst.ExceptStarHandler, spots: Spots
) -> ast.ExceptHandler:
    if isinstance(node.type, cst.Tuple) and not node.type.lpar:
        spots.need(14)
    written = None if node.name is None else node.name.name
    name = identifier(written) if isinstance(written, cst.Name) else None
    made = ast.ExceptHandler(optional(node.type, spots), name, _suite(node.body, spots))
    return spots.put(made, node)


def _match(node: cst.Match, spots: Spots) -> ast.stmt:
    cases = [
        ast.match_case(
            pattern(case.pattern, spots),
            optional(case.guard, spots),
            _suite(case.body, spots),
        )
        for case in node.cases
    ]
    return ast.Match(expression(node.subject, spots), cases)


def _function(node: cst.FunctionDef, spots: Spots) -> ast.stmt:
    kind = ast.FunctionDef if node.asynchronous is None else ast.AsyncFunctionDef
    made = kind(
        name=identifier(node.name),
        args=arguments(node.params, spots, optional),
        body=_suite(node.body, spots),
        decorator_list=[expression(d.decorator, spots) for d in node.decorators],
        returns=optional(node.returns and node.returns.annotation, spots),
    )
    # Older versions of `ast` have no such field.
    vars(made).update(type_params=types(node.type_parameters, spots, optional))
    return made


def _class(node: cst.ClassDef, spots: Spots) -> ast.stmt:
    bases, keywords = call_arguments([*node.bases, *node.keywords], spots)
    made = ast.ClassDef(
        name=identifier(node.name),
        bases=bases,
        keywords=keywords,
        body=_suite(node.body, spots),
        decorator_list=[expression(d.decorator, spots) for d in node.decorators],
    )
    vars(made).update(type_params=types(node.type_parameters, spots, optional))
    return made


_HANDLERS: dict[type, Callable[..., ast.stmt]] = {
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
}
