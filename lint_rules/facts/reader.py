"""Reads one module's source into facts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.binding import Scopes
from lint_rules.facts.expressions import lower, lower_all
from lint_rules.facts.order import numbered
from lint_rules.facts.scopes import Scope
from lint_rules.facts.statements import lower_block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lint_rules.facts.syntax import ComprehensionNode, DefNode, FunctionNode


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
        self.scopes = Scopes(tree)
        self.scope = self.scopes.module
        self.numbers = numbered(tree)
        self.at = 0
        self.owner = ""
        self.functions: dict[str, ir.FunctionFacts] = {}
        self.classes: dict[str, ir.ClassFacts] = {}
        self.imports: dict[str, None] = {}
        self.definitions: list[tuple[str, ir.Where]] = []
        self.handed: list[ir.Handed] = []
        self._names: set[str] = set()
        self._pinned: tuple[int, int] | None = None

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
        if self._pinned is not None:
            return ir.Where(*self._pinned, self.at)
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return ir.Where(line, column + 1, self.at)

    def inside_text(self, text: ast.expr, nodes: list[ast.expr]) -> tuple[ir.Expr, ...]:
        """Lower what is written in a string; its positions are the string's own.

        In a string that is parsed, positions do not count from the file's beginning.
        """
        outer = self._pinned
        place = self.where(text)
        self._pinned = (place.line, place.column)
        lowered = lower_all(nodes, self)
        self._pinned = outer
        return lowered

    def enter_comprehension(self, node: ComprehensionNode) -> Scope:
        """Open the scope of a comprehension."""
        scope = self.scopes.of(node)
        scope.qualname = self._function_name()
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
        qualname = self._unique("<lambda>", node)
        scope = self.scopes.of(node)
        scope.qualname = qualname
        outer, owner = self.scope, self.owner
        self.scope, self.owner = scope, ""
        value = lower(node.body, self)
        self.scope, self.owner = outer, owner
        body = (ir.Return(value, self.where(node)),)
        self._record(node, qualname, "<lambda>", body, ())
        return qualname

    def add_function(self, node: DefNode) -> str:
        """Record a function and everything in it."""
        qualname = self._unique(node.name, node)
        outer, owner, at = self.scope, self.owner, self.at
        self._enter_types(node, qualname)
        self.scope, self.owner = self.scopes.of(node), ""
        self.scope.qualname = qualname
        body = lower_block(node.body, self)
        self.scope, self.owner, self.at = outer, owner, at
        self._record(node, qualname, node.name, body, self._decorators(node))
        if outer.kind == "module":
            self.definitions.append((node.name, self.where(node)))
        return qualname

    def add_class(self, node: ast.ClassDef) -> str:
        """Record a class and its methods."""
        qualname = self._unique(node.name, node)
        outer, owner, at = self.scope, self.owner, self.at
        self._enter_types(node, qualname)
        self.scope, self.owner = self.scopes.of(node), qualname
        self.scope.qualname = qualname
        body = lower_block(node.body, self)
        self.owner, self.at = owner, at
        self.scope = self.scopes.types_of(node) or outer
        bases = lower_all(node.bases, self)
        keywords = tuple((k.arg, lower(k.value, self)) for k in node.keywords)
        self.scope = outer
        self.classes[qualname] = ir.ClassFacts(
            qualname=qualname,
            name=node.name,
            where=self.where(node),
            bases=bases,
            keywords=keywords,
            body=body,
            decorators=self._decorators(node),
            parent=self._function_name(),
        )
        return qualname

    def lower_alias(self, node: ast.AST, name: str, value: ast.expr) -> ir.Expr:
        """Lower what `type name[T] = value` stands for."""
        outer = self.scope
        self._enter_types(node, name)
        self.scope = self.scopes.types_of(node) or outer
        lowered = lower(value, self)
        self.scope = outer
        return lowered

    def _enter_types(self, node: ast.AST, qualname: str) -> None:
        types = self.scopes.types_of(node)
        if types is not None:
            types.qualname = f"{qualname}.<types>"

    def _record(
        self,
        node: FunctionNode,
        qualname: str,
        name: str,
        body: tuple[ir.Stmt, ...],
        decorators: tuple[tuple[ir.Expr, ir.Where], ...],
    ) -> None:
        self.functions[qualname] = ir.FunctionFacts(
            qualname=qualname,
            name=name,
            where=self.where(node),
            params=tuple(self._params(node)),
            body=body,
            decorators=decorators,
            owner=self.owner,
            parent=self._function_name(),
            is_generator=self.scopes.of(node).is_generator,
            is_async=isinstance(node, ast.AsyncFunctionDef),
        )

    def _decorators(
        self, node: DefNode | ast.ClassDef
    ) -> tuple[tuple[ir.Expr, ir.Where], ...]:
        return tuple((lower(d, self), self.where(d)) for d in node.decorator_list)

    def _params(self, node: FunctionNode) -> Iterator[ir.Param]:
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        missing = len(positional) - len(arguments.defaults)
        defaults: list[ast.expr | None] = [None] * missing
        defaults += arguments.defaults
        for argument, default in zip(positional, defaults, strict=True):
            yield self._param(node, argument, "positional", default)
        if arguments.vararg:
            yield self._param(node, arguments.vararg, "args", None)
        pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for argument, default in pairs:
            yield self._param(node, argument, "keyword", default)
        if arguments.kwarg:
            yield self._param(node, arguments.kwarg, "kwargs", None)

    def _param(
        self,
        function: FunctionNode,
        node: ast.arg,
        style: str,
        default: ast.expr | None,
    ) -> ir.Param:
        lowered = None if default is None else lower(default, self)
        outer = self.scope
        self.scope = self.scopes.types_of(function) or outer
        annotation = self._annotation(node.annotation)
        self.scope = outer
        return ir.Param(node.arg, style, lowered, annotation, self.where(node))

    def _annotation(self, node: ast.expr | None) -> ir.Expr | None:
        """Lower an annotation; one written as a string is parsed first."""
        if node is None:
            return None
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return lower(node, self)
        try:
            parsed = ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        self.scopes.add(parsed, Scope("types", "", self.scope, self.scope.private))
        return self.inside_text(node, [parsed])[0]

    def _function_name(self) -> str:
        scope: Scope | None = self.scope
        while scope is not None and scope.kind not in {"function", "module"}:
            scope = scope.parent
        return scope.qualname if scope else ""

    def _unique(self, name: str, node: ast.AST) -> str:
        qualname = name
        if self.scope.qualname:
            inside = ".<locals>." if self.scope.kind != "class" else "."
            qualname = f"{self.scope.qualname}{inside}{name}"
        if qualname in self._names:
            qualname = f"{qualname}@{self.where(node).line}"
        while qualname in self._names:
            qualname += "'"
        self._names.add(qualname)
        return qualname


def prefixes_of(path: str) -> list[str]:
    """Return the first part of a dotted path, its first two parts, and so on."""
    parts = path.replace(":", ".").split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
