"""Finds the scopes of a tree and what each of them binds, in one pass.

The pass keeps its own list of what is left to do, because a tree may be nested deeper
than Python lets functions call each other.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from lint_rules.facts.scopes import Scope
from lint_rules.facts.syntax import (
    COMPREHENSIONS,
    ParamSpec,
    TypeAlias,
    TypeVar,
    TypeVarTuple,
    parameters,
    type_params,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lint_rules.facts.syntax import ComprehensionNode, DefNode, FunctionNode

DEEPEST = 1000
_NO_CHILDREN = frozenset({"ctx", "op", "ops", "type_comment", "type_ignores"})


class TooDeep(RecursionError):
    """A tree is nested deeper than what reads and links it can follow."""

    def __init__(self, line: int) -> None:
        """Say where."""
        super().__init__(line)
        self.line = line

    def __str__(self) -> str:
        """Return what a user is told."""
        return f"it is nested more than {DEEPEST} levels deep"


class Scopes:
    """The scopes of a tree, by the node that opens them."""

    def __init__(self, tree: ast.Module) -> None:
        """Find every scope below `tree`."""
        self.module = Scope("module", "", None)
        self._inner: dict[int, Scope] = {}
        self._types: dict[int, Scope] = {}
        self._pending: list[tuple[ast.AST, Scope, int]] = []
        self._depth = 0
        self._comprehensions = 0
        self.add(tree, self.module)

    def of(self, node: FunctionNode | ast.ClassDef | ComprehensionNode) -> Scope:
        """Return the scope of a function's, class's or comprehension's inside."""
        return self._inner[id(node)]

    def types_of(self, node: ast.AST) -> Scope | None:
        """Return the scope of a node's type parameters, if it has one."""
        return self._types.get(id(node))

    def add(self, node: ast.AST, scope: Scope) -> None:
        """Find the scopes at and below a node that stands in `scope`."""
        pending = self._pending
        pending.append((node, scope, 0))
        while pending:
            node, scope, depth = pending.pop()
            if depth > DEEPEST:
                raise TooDeep(getattr(node, "lineno", 1))
            self._depth = depth + 1
            handler = _HANDLERS.get(type(node))
            if handler is None:
                self._visit(_children(node), scope)
            else:
                handler(self, node, scope)

    def _visit(self, nodes: Iterable[ast.AST | None], scope: Scope) -> None:
        depth = self._depth
        found = [(node, scope, depth) for node in nodes if node is not None]
        found.reverse()
        self._pending += found

    def _name(self, node: ast.Name, scope: Scope) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, scope)

    def _bind(self, name: str, scope: Scope) -> None:
        name = scope.mangled(name)
        if scope.kind == "comprehension":
            scope.renamed[name] = f"{name}#{scope.number}"
        else:
            scope.bound.add(name)

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        self._bind(node.target.id, _frame(scope))
        self._visit([node.value], scope)

    def _yield(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        _frame(scope).is_generator = True
        self._visit([node.value], scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        self._visit([node.annotation, node.value], scope)
        if node.simple or node.value or not isinstance(node.target, ast.Name):
            self._visit([node.target], scope)

    def _global(self, node: ast.Global, scope: Scope) -> None:
        scope.declared_global.update(map(scope.mangled, node.names))

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        scope.declared_nonlocal.update(map(scope.mangled, node.names))

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            if name != "*":
                self._bind(name, scope)

    def _named(self, node: Any, scope: Scope) -> None:
        """Bind the name in `except ... as name` and in a pattern."""
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name:
            self._bind(name, scope)
        self._visit(_children(node), scope)

    def _comprehension(self, node: ComprehensionNode, scope: Scope) -> None:
        self._comprehensions += 1
        inner = Scope("comprehension", "", scope, scope.private)
        inner.number = self._comprehensions
        self._inner[id(node)] = inner
        first = node.generators[0]
        if isinstance(node, ast.DictComp):
            self._visit([node.key, node.value], inner)
        else:
            self._visit([node.elt], inner)
        self._visit([first.target, *first.ifs, *node.generators[1:]], inner)
        self._visit([first.iter], scope)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> None:
        inner = self._open_function(node, scope)
        self._visit([node.body], inner)
        self._visit([*node.args.defaults, *node.args.kw_defaults], scope)

    def _function(self, node: DefNode, scope: Scope) -> None:
        self._bind(node.name, scope)
        types = self._open_types(node, scope)
        inner = self._open_function(node, types or scope)
        self._visit(node.body, inner)
        annotations = [argument.annotation for argument in parameters(node.args)]
        self._visit([*annotations, node.returns], types or scope)
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        self._visit([*node.decorator_list, *defaults], scope)

    def _open_function(self, node: FunctionNode, parent: Scope) -> Scope:
        inner = Scope("function", "", parent, parent.private)
        inner.bound = {inner.mangled(a.arg) for a in parameters(node.args)}
        self._inner[id(node)] = inner
        return inner

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        self._bind(node.name, scope)
        types = self._open_types(node, scope)
        private = node.name.lstrip("_")
        if types is not None:
            # Its methods know a type parameter `__T` by the name that is private.
            types.private = private
        inner = Scope("class", "", types or scope, private)
        self._inner[id(node)] = inner
        self._visit(node.body, inner)
        self._visit([*node.bases, *node.keywords], types or scope)
        self._visit(node.decorator_list, scope)

    def _alias(self, node: Any, scope: Scope) -> None:
        types = self._open_types(node, scope, always=True)
        self._visit([node.name], scope)
        self._visit([node.value], types or scope)

    def _open_types(
        self, node: ast.AST, scope: Scope, *, always: bool = False
    ) -> Scope | None:
        if not type_params(node) and not always:
            return None
        types = self._types[id(node)] = Scope("types", "", scope, scope.private)
        self._visit(type_params(node), types)
        return types


def _frame(scope: Scope) -> Scope:
    """Return the scope that a comprehension is evaluated in."""
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    return scope


_FIELDS: dict[type, tuple[str, ...]] = {}


def _children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes below a node, but for the leaves that bind nothing."""
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = tuple(name for name in node._fields if name not in _NO_CHILDREN)
        _FIELDS[kind] = fields
    found: list[ast.AST] = []
    for name in fields:
        value: Any = getattr(node, name, None)
        kind = value.__class__
        if kind is list:
            found += [
                item
                for item in value
                if isinstance(item, ast.AST) and item.__class__ is not ast.Constant
            ]
        elif kind is ast.Name:
            if value.ctx.__class__ is not ast.Load:
                found.append(value)
        elif kind is not ast.Constant and isinstance(value, ast.AST):
            found.append(value)
    return found


def _nothing(*_: object) -> None:
    pass


_HANDLERS: dict[type, Callable[..., None]] = {
    ast.Constant: _nothing,
    ast.Name: Scopes._name,
    ast.NamedExpr: Scopes._walrus,
    ast.Yield: Scopes._yield,
    ast.YieldFrom: Scopes._yield,
    ast.AnnAssign: Scopes._annotated,
    ast.Global: Scopes._global,
    ast.Nonlocal: Scopes._nonlocal,
    ast.Import: Scopes._import,
    ast.ImportFrom: Scopes._import,
    ast.ExceptHandler: Scopes._named,
    ast.MatchAs: Scopes._named,
    ast.MatchStar: Scopes._named,
    ast.MatchMapping: Scopes._named,
    ast.Lambda: Scopes._lambda,
    ast.FunctionDef: Scopes._function,
    ast.AsyncFunctionDef: Scopes._function,
    ast.ClassDef: Scopes._class,
    **dict.fromkeys(COMPREHENSIONS, Scopes._comprehension),
    **dict.fromkeys((TypeVar, ParamSpec, TypeVarTuple), Scopes._named),
    TypeAlias: Scopes._alias,
}
