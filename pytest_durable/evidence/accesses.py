"""What each function of a source file touches outside its own locals.

One pass over the tree of a file gives, for every function, the dotted names it
loads, stores, calls and changes, by line. What the names stand for is not decided
here: that needs the live modules, see ``uses``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from pytest_durable.evidence.access import Access, FunctionAccesses, Scope
from pytest_durable.evidence.dotted import (
    Trailer,
    after_call,
    by_name,
    last_method,
    unwind,
)
from pytest_durable.evidence.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    Function,
    aliases,
    imported,
    local_names,
    parameters,
)
from pytest_durable.evidence.source import parse

__all__ = ["accesses_of"]

# Methods that change what they are called on; the first group returns nothing a
# step could have read.
_PURE = frozenset(
    (
        *("append", "appendleft", "extend", "extendleft", "insert", "remove"),
        *("add", "update", "discard", "clear", "sort", "reverse", "set"),
        *("put", "put_nowait", "write", "writelines", "writerow", "writerows"),
    )
)
_MUTATORS = _PURE | frozenset(
    (
        *("pop", "popleft", "popitem", "setdefault", "subtract", "rotate"),
        *("move_to_end", "acquire", "release", "get_nowait", "send"),
        *("execute", "executemany", "commit", "__setitem__", "__delitem__"),
    )
)


_SCOPES = (*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef)
_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match)

_CALL_AND_NAME = 2

_files: dict[str, tuple[ast.Module, dict[tuple[str, int], FunctionAccesses]]] = {}


def accesses_of(file: str, name: str, line: int) -> FunctionAccesses | None:
    """Return what the function that starts at a line of a file accesses."""
    tree = parse(file)
    if tree is None:
        return None
    known = _files.get(file)
    if known is None or known[0] is not tree:
        known = _files[file] = (tree, _index(tree))
    return known[1].get((name, line))


def _index(tree: ast.Module) -> dict[tuple[str, int], FunctionAccesses]:
    found = {}
    for function, outer in _functions(tree, frozenset()):
        name = "<lambda>" if isinstance(function, ast.Lambda) else function.name
        reader = _Reader(function, outer)
        # A code object starts at its first decorator.
        decorators = getattr(function, "decorator_list", [])
        line = min([function.lineno, *(item.lineno for item in decorators)])
        accesses = FunctionAccesses(
            name=name,
            line=line,
            parameters=parameters(function),
        )
        reader.read(accesses)
        found[name, line] = accesses
    return found


def _functions(
    node: ast.AST, outer: frozenset[str]
) -> Iterator[tuple[Function, frozenset[str]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield child, outer
            yield from _functions(child, outer | local_names(child))
        else:
            yield from _functions(child, outer)


class _Reader:
    """Collects the accesses of one function."""

    def __init__(self, function: Function, outer: frozenset[str]) -> None:
        self._function = function
        self._outer = outer
        self._parameters = frozenset(parameters(function))
        self._aliases = aliases(function)
        self._imported = imported(function)
        self._discarded: set[int] = set()
        self._hidden = local_names(function)
        self._inner: list[frozenset[str]] = []
        self._into: FunctionAccesses
        self._depth = 0

    def read(self, into: FunctionAccesses) -> None:
        """Fill in what the function accesses."""
        self._into = into
        body = self._function.body
        for node in body if isinstance(body, list) else [body]:
            self._depth = 0
            self._visit(node)

    def _visit(self, node: ast.AST) -> None:
        if isinstance(node, _SCOPES):
            self._visit_scope(node)
        elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Name)):
            self._visit_dotted(node)
        elif isinstance(node, ast.AugAssign):
            self._visit(node.value)
            self._visit_dotted(node.target, also_read=True)
        else:
            self._visit_other(node)

    def _visit_other(self, node: ast.AST) -> None:
        if isinstance(node, ast.Expr):
            inner = node.value
            inner = inner.value if isinstance(inner, ast.Await) else inner
            self._discarded.add(id(inner))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._visit_import(node)
        nested = isinstance(node, _BRANCHES)
        self._depth += nested
        for child in _in_order(node):
            self._visit(child)
        self._depth -= nested

    def _visit_scope(self, node: ast.AST) -> None:
        self._inner.append(local_names(node))
        self._depth += 1
        for child in ast.iter_child_nodes(node):
            self._visit(child)
        self._depth -= 1
        self._inner.pop()

    def _visit_import(self, node: ast.Import | ast.ImportFrom) -> None:
        self._into.imports.append(node.lineno)
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            self._into.found.extend(
                Access(
                    base=module,
                    scope=Scope.MODULE,
                    chain=(alias.name,),
                    line=node.lineno,
                    reads=True,
                )
                for alias in node.names
            )

    def _visit_dotted(self, node: ast.expr, *, also_read: bool = False) -> None:
        expression, trailers = unwind(node)
        for trailer in trailers:
            for child in trailer.inner:
                self._visit(child)
        stored = not isinstance(getattr(node, "ctx", _LOAD), ast.Load)
        if isinstance(expression, ast.Name):
            named = by_name(expression, trailers)
            if named is not None:
                expression, trailers, sets = named
                stored = stored or sets
        name = expression.id if isinstance(expression, ast.Name) else None
        if name is None:
            self._visit(expression)
        root = self._root(name)
        if self._tells_nothing(name, root, trailers, stored=stored):
            return
        self._note(node, root, trailers, stored=stored, also_read=also_read)

    def _tells_nothing(
        self, name: str | None, root: _Root, trailers: list[Trailer], *, stored: bool
    ) -> bool:
        if trailers:
            return False
        if stored and name in self._hidden:
            return True
        mine = root.scope is Scope.LOCAL or root.scope is Scope.UNKNOWN
        return mine and not root.prefix and name not in self._parameters

    def _note(
        self,
        node: ast.expr,
        root: _Root,
        trailers: list[Trailer],
        *,
        stored: bool,
        also_read: bool,
    ) -> None:
        count = 0
        while count < len(trailers) and trailers[count].attribute is not None:
            count += 1
        names = [trailer.attribute or "" for trailer in trailers[:count]]
        rest = trailers[count:]
        method = last_method(trailers)
        pure = method in _PURE and id(node) in self._discarded
        self._into.found.append(
            Access(
                base=root.base,
                scope=root.scope,
                chain=(*root.prefix, *names),
                line=trailers[count - 1].line if count else node.lineno,
                reads=also_read or not (stored or pure),
                stores=stored and not rest,
                mutates=(stored and bool(rest)) or method in _MUTATORS,
                key=rest[0].key if rest else None,
                key_name=rest[0].key_name if rest else None,
                after=after_call(rest),
                sets_after=stored and len(rest) == _CALL_AND_NAME,
                always=self._depth == 0,
            )
        )

    def _root(self, name: str | None) -> _Root:
        if name is None or any(name in names for names in self._inner):
            return _Root("", Scope.UNKNOWN, ())
        prefix: tuple[str, ...] = ()
        if name in self._imported:
            base, prefix = self._imported[name]
            return _Root(base, Scope.MODULE, prefix)
        if name in self._aliases:
            name, prefix = self._aliases[name]
        if name in self._hidden:
            return _Root(name, Scope.LOCAL, prefix)
        scope = Scope.OUTER if name in self._outer else Scope.GLOBAL
        return _Root(name, scope, prefix)


class _Root(NamedTuple):
    """A name, whose it is, and the attributes that a local alias stands for."""

    base: str
    scope: Scope
    prefix: tuple[str, ...]


_LOAD = ast.Load()


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    # The value of an assignment is evaluated before its target is bound.
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        yield node.value
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from targets
    else:
        yield from ast.iter_child_nodes(node)
