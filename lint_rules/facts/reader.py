"""Reads one module's source into facts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.expressions import ComprehensionNode, lower, lower_all
from lint_rules.facts.order import numbered
from lint_rules.facts.scopes import FunctionNode, Scope, class_scope, function_scope
from lint_rules.facts.statements import lower_block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_YIELDS = (ast.Yield, ast.YieldFrom)
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def read_module(
    tree: ast.Module,
    name: str,
    path: str,
    *,
    is_package: bool,
    canonical: Callable[[str], str] = str,
) -> ir.ModuleFacts:
    """Return the facts of a parsed module.

    `canonical` turns the name in an absolute import into the program's own name for
    that module; two folders of one program may each have a module `tasks`.
    """
    reader = Reader(tree, name, is_package=is_package)
    reader.canonical = canonical
    return reader.read(tree, path)


class Reader:
    """The module that is being read: its scopes, functions and classes so far."""

    def __init__(self, tree: ast.Module, name: str, *, is_package: bool) -> None:
        """Number the statements and open the module's scope."""
        self.module = name
        self.is_package = is_package
        self.canonical: Callable[[str], str] = str
        self.scope = Scope("module", "", None)
        self.numbers = numbered(tree)
        self.at = 0
        self.owner = ""
        self.functions: dict[str, ir.FunctionFacts] = {}
        self.classes: dict[str, ir.ClassFacts] = {}
        self.imports: dict[str, None] = {}
        self.definitions: list[tuple[str, ir.Where]] = []
        self.handed: list[ir.Handed] = []
        self.comprehensions = 0

    def read(self, tree: ast.Module, path: str) -> ir.ModuleFacts:
        """Lower the whole module."""
        body = lower_block(tree.body, self)
        return ir.ModuleFacts(
            name=self.module,
            path=path,
            is_package=self.is_package,
            body=body,
            functions=tuple(self.functions.values()),
            classes=tuple(self.classes.values()),
            imports=tuple(self.imports),
            definitions=tuple(self.definitions),
            handed=tuple(self.handed),
        )

    def enter(self, statement: ast.stmt) -> None:
        """Remember which statement is being lowered."""
        self.at = self.numbers[id(statement)]

    def where(self, node: ast.AST) -> ir.Where:
        """Return the position of a node in the statement being lowered."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return ir.Where(line, column + 1, self.at)

    def inner_scope(self, node: ComprehensionNode) -> Scope:
        """Open the scope of a comprehension; its names get a number."""
        self.comprehensions += 1
        scope = Scope("comprehension", self._function_name(), self.scope)
        for generator in node.generators:
            for inner in ast.walk(generator.target):
                if isinstance(inner, ast.Name):
                    scope.renamed[inner.id] = f"{inner.id}#{self.comprehensions}"
        return scope

    def note_import(self, dotted: str) -> None:
        """Remember a module that a call imports by name."""
        self.imports[self.canonical(dotted)] = None

    def note_handed(self, call: ir.Call, texts: list[str]) -> None:
        """Remember a call that may hand functions to a worker, and the paths in it."""
        paths: list[tuple[str, tuple[str, ...]]] = []
        for text in texts:
            known = tuple(map(self.canonical, prefixes_of(text)))
            self.imports.update(dict.fromkeys(known))
            paths.append((text, known))
        self.handed.append(ir.Handed(self._function_name(), call, tuple(paths)))

    def add_lambda(self, node: ast.Lambda) -> str:
        """Record a lambda."""
        qualname = self._unique("<lambda>", node.lineno)
        scope = function_scope(node, qualname, self.scope)
        value = ir.Return(self._within(scope, node.body), self.where(node))
        self._record(node, qualname, "<lambda>", (value,))
        return qualname

    def add_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """Record a function and everything in it."""
        qualname = self._unique(node.name, node.lineno)
        at, owner = self.at, self.owner
        outer, self.scope = self.scope, function_scope(node, qualname, self.scope)
        self.owner = ""
        body = lower_block(node.body, self)
        self.scope, self.owner, self.at = outer, owner, at
        self._record(node, qualname, node.name, body)
        if outer.kind == "module":
            self.definitions.append((node.name, self.where(node)))
        return qualname

    def add_class(self, node: ast.ClassDef) -> str:
        """Record a class and its methods."""
        qualname = self._unique(node.name, node.lineno)
        at, owner, outer = self.at, self.owner, self.scope
        self.scope, self.owner = class_scope(node, qualname, outer), qualname
        body = lower_block(node.body, self)
        self.scope, self.owner, self.at = outer, owner, at
        self.classes[qualname] = ir.ClassFacts(
            qualname=qualname,
            name=node.name,
            where=self.where(node),
            bases=lower_all(node.bases, self),
            keywords=tuple((k.arg, lower(k.value, self)) for k in node.keywords),
            body=body,
            decorators=self._decorators(node),
            parent=self._function_name(),
        )
        return qualname

    def _record(
        self,
        node: FunctionNode,
        qualname: str,
        name: str,
        body: tuple[ir.Stmt, ...],
    ) -> None:
        self.functions[qualname] = ir.FunctionFacts(
            qualname=qualname,
            name=name,
            where=self.where(node),
            params=tuple(self._params(node.args)),
            body=body,
            decorators=() if isinstance(node, ast.Lambda) else self._decorators(node),
            owner=self.owner,
            parent=self._function_name(),
            is_generator=_is_generator(node),
            is_async=isinstance(node, ast.AsyncFunctionDef),
        )

    def _within(self, scope: Scope, node: ast.expr) -> ir.Expr:
        outer, self.scope = self.scope, scope
        owner, self.owner = self.owner, ""
        lowered = lower(node, self)
        self.scope, self.owner = outer, owner
        return lowered

    def _decorators(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> tuple[tuple[ir.Expr, ir.Where], ...]:
        return tuple((lower(d, self), self.where(d)) for d in node.decorator_list)

    def _params(self, arguments: ast.arguments) -> Iterator[ir.Param]:
        positional = [*arguments.posonlyargs, *arguments.args]
        missing = len(positional) - len(arguments.defaults)
        defaults: list[ast.expr | None] = [None] * missing
        defaults += arguments.defaults
        for argument, default in zip(positional, defaults, strict=True):
            yield self._param(argument, "positional", default)
        if arguments.vararg:
            yield self._param(arguments.vararg, "args", None)
        pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for argument, default in pairs:
            yield self._param(argument, "keyword", default)
        if arguments.kwarg:
            yield self._param(arguments.kwarg, "kwargs", None)

    def _param(self, node: ast.arg, style: str, default: ast.expr | None) -> ir.Param:
        lowered = None if default is None else lower(default, self)
        annotation = annotation_of(node.annotation, self)
        return ir.Param(node.arg, style, lowered, annotation, self.where(node))

    def _function_name(self) -> str:
        scope: Scope | None = self.scope
        while scope is not None and scope.kind not in {"function", "module"}:
            scope = scope.parent
        return scope.qualname if scope else ""

    def _unique(self, name: str, line: int) -> str:
        qualname = name
        if self.scope.qualname:
            inside = ".<locals>." if self.scope.kind != "class" else "."
            qualname = f"{self.scope.qualname}{inside}{name}"
        if qualname in self.functions or qualname in self.classes:
            qualname = f"{qualname}@{line}"
        while qualname in self.functions:
            qualname += "'"
        return qualname


def prefixes_of(path: str) -> list[str]:
    """Return the first part of a dotted path, its first two parts, and so on."""
    parts = path.replace(":", ".").split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def annotation_of(node: ast.expr | None, reader: Reader) -> ir.Expr | None:
    """Lower an annotation; one written as a string is parsed first."""
    if node is None:
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value.strip(), mode="eval").body
        except SyntaxError:
            return None
    return lower(node, reader)


def _is_generator(node: FunctionNode) -> bool:
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    pending: list[ast.AST] = list(body)
    while pending:
        inner = pending.pop()
        if isinstance(inner, _YIELDS):
            return True
        if not isinstance(inner, _OWN_SCOPE):
            pending.extend(ast.iter_child_nodes(inner))
    return False
