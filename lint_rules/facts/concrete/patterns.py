"""Turns patterns of `match` into those of `ast`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.facts.concrete.expressions import expression
from lint_rules.facts.concrete.spots import Spots, identifier

if TYPE_CHECKING:
    from collections.abc import Callable


def pattern(node: cst.CSTNode, spots: Spots) -> ast.pattern:
    """Return the `ast` node of a pattern."""
    return _HANDLERS[type(node)](node, spots)


def _bound(name: cst.Name | None) -> str | None:
    return None if name is None else identifier(name)


def _value(node: cst.MatchValue, spots: Spots) -> ast.pattern:
    return ast.MatchValue(expression(node.value, spots))


def _singleton(node: cst.MatchSingleton, spots: Spots) -> ast.pattern:
    return ast.MatchSingleton(None)


def _sequence(node: cst.MatchSequence, spots: Spots) -> ast.pattern:
    elements: list[cst.CSTNode] = list(getattr(node, "patterns", ()))
    return ast.MatchSequence([pattern(element, spots) for element in elements])


def _element(
    node: cst.MatchSequenceElement | cst.MatchOrElement, spots: Spots
) -> ast.pattern:
    inner = node.value if isinstance(node, cst.MatchSequenceElement) else node.pattern
    return pattern(inner, spots)


def _star(node: cst.MatchStar, spots: Spots) -> ast.pattern:
    return ast.MatchStar(_bound(node.name))


def _mapping(node: cst.MatchMapping, spots: Spots) -> ast.pattern:
    keys = [expression(element.key, spots) for element in node.elements]
    patterns = [pattern(element.pattern, spots) for element in node.elements]
    return ast.MatchMapping(keys, patterns, _bound(node.rest))


def _class(node: cst.MatchClass, spots: Spots) -> ast.pattern:
    return ast.MatchClass(
        expression(node.cls, spots),
        [pattern(element, spots) for element in node.patterns],
        [identifier(element.key) for element in node.kwds],
        [pattern(element.pattern, spots) for element in node.kwds],
    )


def _capture(node: cst.MatchAs, spots: Spots) -> ast.pattern:
    inner = None if node.pattern is None else pattern(node.pattern, spots)
    return ast.MatchAs(inner, _bound(node.name))


def _or(node: cst.MatchOr, spots: Spots) -> ast.pattern:
    return ast.MatchOr([pattern(element, spots) for element in node.patterns])


_HANDLERS: dict[type, Callable[..., ast.pattern]] = {
    cst.MatchValue: _value,
    cst.MatchSingleton: _singleton,
    cst.MatchList: _sequence,
    cst.MatchTuple: _sequence,
    cst.MatchSequenceElement: _element,
    cst.MatchOrElement: _element,
    cst.MatchStar: _star,
    cst.MatchMapping: _mapping,
    cst.MatchClass: _class,
    cst.MatchAs: _capture,
    cst.MatchOr: _or,
}
