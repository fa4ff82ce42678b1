"""Parses a file by libcst into the tree that a newer `ast` would have made."""

from __future__ import annotations

import ast

import libcst as cst

from lint_rules.facts.concrete.spots import Spots
from lint_rules.facts.concrete.statements import block
from lint_rules.facts.nesting import libcst_may_crash


def parse(text: str) -> ast.Module:
    """Return the tree of a file; a file that is not Python raises `SyntaxError`."""
    return _parsed(text)[0]


def parse_newer(text: str) -> ast.Module | None:
    """Return the tree of a file with syntax that the running Python does not know.

    Libcst accepts some programs that no Python accepts. So a file without newer syntax
    is left to `ast`, whose word counts.
    """
    if libcst_may_crash(text):
        return None
    try:
        tree, spots = _parsed(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return tree if spots.is_newer else None


def _parsed(text: str) -> tuple[ast.Module, Spots]:
    try:
        module = cst.parse_module(text)
    except cst.CSTLogicError as error:
        raise SyntaxError(str(error)) from error
    except cst.ParserSyntaxError as error:
        raise SyntaxError(error.message) from error
    spots = Spots(module)
    return ast.Module(block(module.body, spots), []), spots
