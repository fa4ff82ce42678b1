"""Whose a name is: the names that a function binds, and what they stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_durable.evidence.dotted import unwind

__all__ = [
    "COMPREHENSIONS",
    "FUNCTIONS",
    "Function",
    "aliases",
    "imported",
    "local_names",
    "parameters",
]

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NAMED = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
)
Dotted = tuple[str, tuple[str, ...]]


def parameters(function: Function) -> tuple[str, ...]:
    """Return the names of a function's parameters in order."""
    listed = function.args
    names = [item.arg for item in (*listed.posonlyargs, *listed.args)]
    names += [item.arg for item in listed.kwonlyargs]
    names += [item.arg for item in (listed.vararg, listed.kwarg) if item is not None]
    return tuple(names)


def local_names(scope: ast.AST) -> frozenset[str]:
    """Return the names that are local to a function, class or comprehension."""
    names: set[str] = set()
    declared: set[str] = set()
    if isinstance(scope, FUNCTIONS):
        names.update(parameters(scope))
    for node in _within(scope):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
        else:
            names.update(_bound_by(node))
    return frozenset(names - declared)


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from map(_bound, node.names)
    elif isinstance(node, _NAMED) and node.name is not None:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest is not None:
        yield node.rest


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of one scope, not those of the scopes nested in it."""
    stack = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, *COMPREHENSIONS)):
            stack.extend(ast.iter_child_nodes(node))


def aliases(function: Function) -> dict[str, Dotted]:
    """Return the locals that are only another word for a dotted name."""
    found: dict[str, Dotted] = {}
    times: dict[str, int] = dict.fromkeys(parameters(function), 1)
    for node in _within(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            times[node.id] = times.get(node.id, 0) + 1
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, (root, trailers) = node.targets[0], unwind(node.value)
            if isinstance(target, ast.Name) and isinstance(root, ast.Name):
                names = tuple(item.attribute or "" for item in trailers)
                if root.id != target.id and all(names):
                    found[target.id] = (root.id, names)
    return {name: alias for name, alias in found.items() if times[name] == 1}


def imported(function: Function) -> dict[str, Dotted]:
    """Return the names that imports within a function bind: module and attribute."""
    found: dict[str, Dotted] = {}
    for node in _within(function):
        if isinstance(node, ast.Import):
            for alias in node.names:
                module = alias.name if alias.asname else _bound(alias)
                found[_bound(alias)] = (module, ())
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                found[_bound(alias)] = (module, (alias.name,))
    return found
