"""Which scope a name belongs to, decided as the compiler decides it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lint_rules.facts.ir import Name

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True)
class Scope:
    """A scope under construction; comprehensions have one of their own."""

    kind: str
    qualname: str
    parent: Scope | None
    bound: set[str] = field(default_factory=set)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)

    def resolve(self, name: str) -> Name:
        """Return the scope that owns `name` when it is used here."""
        if self.kind == "comprehension":
            return self._resolve_in_comprehension(name)
        if name in self.declared_global or self.kind == "module":
            return Name(name, "global")
        if name in self.bound and name not in self.declared_nonlocal:
            if self.kind == "class":
                return Name(name, "class", self.qualname)
            return Name(name, "local", self.qualname)
        return self._resolve_outside(name)

    def _resolve_in_comprehension(self, name: str) -> Name:
        if name in self.renamed:
            return Name(self.renamed[name], "local", self.qualname)
        if self.parent is None:
            return Name(name, "global")
        return self.parent.resolve(name)

    def _resolve_outside(self, name: str) -> Name:
        outer = self.parent
        while outer is not None and outer.kind != "module":
            if outer.kind == "function":
                if name in outer.declared_global:
                    break
                if name in outer.bound and name not in outer.declared_nonlocal:
                    return Name(name, "cell", outer.qualname)
            if outer.kind == "comprehension" and name in outer.renamed:
                return Name(outer.renamed[name], "cell", outer.qualname)
            outer = outer.parent
        return Name(name, "global")


def function_scope(node: FunctionNode, qualname: str, parent: Scope) -> Scope:
    """Build the scope of a function or lambda."""
    scope = Scope("function", qualname, parent)
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
    scope.bound.update(argument.arg for argument in named)
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    _collect(body, scope)
    return scope


def class_scope(node: ast.ClassDef, qualname: str, parent: Scope) -> Scope:
    """Build the scope of a class body."""
    scope = Scope("class", qualname, parent)
    _collect(node.body, scope)
    return scope


def _collect(nodes: list[ast.stmt] | list[ast.expr], scope: Scope) -> None:
    pending: list[ast.AST] = list(nodes)
    while pending:
        node = pending.pop()
        _bind(node, scope)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            pending.extend(node.decorator_list)
        elif isinstance(node, ast.Lambda):
            continue
        elif isinstance(
            node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
        ):
            pending.extend(_walrus_targets(node))
        else:
            pending.extend(ast.iter_child_nodes(node))


def _walrus_targets(node: ast.AST) -> list[ast.AST]:
    return [
        inner.target for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)
    ]


def _bind(node: ast.AST, scope: Scope) -> None:  # noqa: C901 - one case per kind
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            scope.bound.add(name)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            scope.bound.add(name)
        case ast.ClassDef(name=name):
            scope.bound.add(name)
        case ast.Global(names=names):
            scope.declared_global.update(names)
        case ast.Nonlocal(names=names):
            scope.declared_nonlocal.update(names)
        case ast.Import(names=aliases):
            scope.bound.update((a.asname or a.name).split(".")[0] for a in aliases)
        case ast.ImportFrom(names=aliases):
            scope.bound.update(a.asname or a.name for a in aliases if a.name != "*")
        case ast.ExceptHandler(name=str(name)):
            scope.bound.add(name)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            scope.bound.add(name)
        case ast.MatchMapping(rest=str(name)):
            scope.bound.add(name)
        case _:
            pass
