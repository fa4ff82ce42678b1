"""Parsed source files of the user, each parsed once and kept while it is unchanged."""

from __future__ import annotations

import ast
import os
import tokenize

__all__ = ["imported_names", "parse"]

_trees: dict[str, tuple[tuple[int, int], ast.Module | None]] = {}
_imports: dict[str, tuple[ast.Module, frozenset[str]]] = {}


def parse(file: str) -> ast.Module | None:
    """Return the tree of a source file, or None when it has none."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    stamp = (status.st_mtime_ns, status.st_size)
    known = _trees.get(file)
    if known is None or known[0] != stamp:
        known = _trees[file] = (stamp, _parse(file))
    return known[1]


def _parse(file: str) -> ast.Module | None:
    try:
        with tokenize.open(file) as stream:
            return ast.parse(stream.read(), file)
    except (OSError, SyntaxError, ValueError):
        return None


def imported_names(file: object) -> frozenset[str]:
    """Return the global names that a file only got by importing them."""
    tree = parse(file) if type(file) is str else None
    if tree is None or type(file) is not str:
        return frozenset()
    known = _imports.get(file)
    if known is None or known[0] is not tree:
        known = _imports[file] = (tree, _imported_names(tree))
    return known[1]


def _imported_names(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )
