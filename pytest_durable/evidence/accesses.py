"""What each function of a source file touches outside its own locals.

One pass over the tree of a file gives, for every function, the dotted names it
loads, stores, calls and changes, by line. What the names stand for is not decided
here: that needs the live modules, see ``uses``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from pytest_durable.evidence.source import parse

__all__ = ["Access", "FunctionAccesses", "Scope", "accesses_of"]

# Methods that change what they are called on; the first group returns nothing a
# step could have read.
_PURE = frozenset(
    "append appendleft add update extend extendleft insert clear discard remove "
    "sort reverse set put put_nowait write writelines writerow writerows".split()
)
_MUTATORS = _PURE | frozenset(
    "pop popleft popitem setdefault acquire release execute executemany commit "
    "__setitem__ __delitem__ subtract move_to_end rotate get_nowait send".split()
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope(Enum):
    """Whose name the base of an access is."""

    GLOBAL = "global"
    OUTER = "of an enclosing function"
    LOCAL = "local"
    MODULE = "the module a statement imports from"
    UNKNOWN = "the result of an expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One dotted name on one line.

    ``key`` is the constant of a following subscript or first argument, ``key_name``
    the variable in that place; ``after`` is the attribute taken from a call's result.
    """

    base: str
    scope: Scope
    chain: tuple[str, ...]
    line: int
    reads: bool
    stores: bool = False
    mutates: bool = False
    key: str | None = None
    key_name: str | None = None
    after: str | None = None
    always: bool = False


@dataclass(slots=True, kw_only=True)
class FunctionAccesses:
    """The accesses of one function, nested functions included."""

    name: str
    line: int
    parameters: tuple[str, ...]
    found: list[Access] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)


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
            parameters=_parameters(function),
        )
        reader.read(accesses)
        found[name, line] = accesses
    return found


def _functions(
    node: ast.AST, outer: frozenset[str]
) -> Iterator[tuple[_Function, frozenset[str]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _FUNCTIONS):
            yield child, outer
            yield from _functions(child, outer | _local_names(child))
        else:
            yield from _functions(child, outer)


def _parameters(function: _Function) -> tuple[str, ...]:
    listed = function.args
    names = [item.arg for item in (*listed.posonlyargs, *listed.args)]
    names += [item.arg for item in listed.kwonlyargs]
    names += [item.arg for item in (listed.vararg, listed.kwarg) if item is not None]
    return tuple(names)


def _local_names(scope: ast.AST) -> frozenset[str]:
    names: set[str] = set()
    declared: set[str] = set()
    if isinstance(scope, _FUNCTIONS):
        names.update(_parameters(scope))
    for node in _within(scope):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
        elif isinstance(node, (*_FUNCTIONS[:2], ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(_bound(alias) for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return frozenset(names - declared)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of one scope, not those of the scopes nested in it."""
    stack = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)):
            stack.extend(ast.iter_child_nodes(node))


class _Reader:
    """Collects the accesses of one function."""

    def __init__(self, function: _Function, outer: frozenset[str]) -> None:
        self._function = function
        self._outer = outer
        self._parameters = frozenset(_parameters(function))
        self._aliases = _aliases(function)
        self._imported = _imported(function)
        self._discarded: set[int] = set()
        self._hidden = _local_names(function)
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
        if isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS)):
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
        nested = isinstance(node, (ast.If, ast.For, ast.While, ast.Try, ast.IfExp))
        self._depth += nested
        for child in _in_order(node):
            self._visit(child)
        self._depth -= nested

    def _visit_scope(self, node: ast.AST) -> None:
        self._inner.append(_local_names(node))
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
        root, trailers = _unwind(node)
        for trailer in trailers:
            for child in trailer.inner:
                self._visit(child)
        stored = not isinstance(getattr(node, "ctx", _LOAD), ast.Load)
        named = _by_name(root, trailers) if isinstance(root, ast.Name) else None
        if named is not None:
            root, trailers, sets = named
            stored = stored or sets
        if not isinstance(root, ast.Name):
            self._visit(root)
        name = root.id if isinstance(root, ast.Name) else None
        if stored and not trailers and name in self._hidden:
            return
        base, scope, prefix = self._base(name)
        if scope in (Scope.LOCAL, Scope.UNKNOWN) and not (trailers or prefix):
            if name not in self._parameters:
                return
        self._note_dotted(node, base, scope, prefix, trailers, stored, also_read)

    def _note_dotted(  # noqa: PLR0913  the parts of one expression
        self,
        node: ast.expr,
        base: str,
        scope: Scope,
        prefix: tuple[str, ...],
        trailers: list[_Trailer],
        stored: bool,
        also_read: bool,
    ) -> None:
        count = 0
        while count < len(trailers) and trailers[count].attribute is not None:
            count += 1
        rest = trailers[count:]
        method = _last_method(trailers)
        pure = method in _PURE and id(node) in self._discarded
        self._into.found.append(
            Access(
                base=base,
                scope=scope,
                chain=(*prefix, *(item.attribute or "" for item in trailers[:count])),
                line=trailers[count - 1].line if count else node.lineno,
                reads=also_read or not (stored or pure),
                stores=stored and not rest,
                mutates=(stored and bool(rest)) or method in _MUTATORS,
                key=rest[0].key if rest else None,
                key_name=rest[0].key_name if rest else None,
                after=_after(rest),
                always=self._depth == 0,
            )
        )

    def _base(self, name: str | None) -> tuple[str, Scope, tuple[str, ...]]:
        if name is None or any(name in names for names in self._inner):
            return "", Scope.UNKNOWN, ()
        prefix: tuple[str, ...] = ()
        if name in self._imported:
            base, prefix = self._imported[name]
            return base, Scope.MODULE, prefix
        if name in self._aliases:
            name, prefix = self._aliases[name]
        if name in self._hidden:
            return name, Scope.LOCAL, prefix
        return name, Scope.OUTER if name in self._outer else Scope.GLOBAL, prefix


_LOAD = ast.Load()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trailer:
    """One ``.name``, ``[key]`` or ``(arguments)`` after an expression."""

    attribute: str | None = None
    call: bool = False
    key: str | None = None
    key_name: str | None = None
    inner: tuple[ast.expr, ...] = ()
    line: int = 0


def _unwind(node: ast.expr) -> tuple[ast.expr, list[_Trailer]]:
    trailers: list[_Trailer] = []
    while True:
        if isinstance(node, ast.Attribute):
            line = node.end_lineno or node.lineno
            trailers.append(_Trailer(attribute=node.attr, line=line))
            node = node.value
        elif isinstance(node, ast.Subscript):
            key, name = _key(node.slice)
            trailers.append(_Trailer(key=key, key_name=name, inner=(node.slice,)))
            node = node.value
        elif isinstance(node, ast.Call):
            key, name = _key(node.args[0]) if node.args else (None, None)
            inner = (*node.args, *(item.value for item in node.keywords))
            trailers.append(_Trailer(call=True, key=key, key_name=name, inner=inner))
            node = node.func
        else:
            return node, trailers[::-1]


def _key(node: ast.expr) -> tuple[str | None, str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, None
    return None, node.id if isinstance(node, ast.Name) else None


def _by_name(
    root: ast.Name, trailers: list[_Trailer]
) -> tuple[ast.expr, list[_Trailer], bool] | None:
    """Return ``getattr(x, "a")`` and the like as the dotted name they stand for."""
    if not trailers or not trailers[0].call:
        return None
    call, rest = trailers[0], trailers[1:]
    if root.id == "globals" and rest and rest[0].attribute is None:
        return ast.Name(id=rest[0].key or "*", ctx=_LOAD), rest[1:], False
    if root.id in _NAMED and len(call.inner) > 1:
        attribute, _ = _key(call.inner[1])
        owner, before = _unwind(call.inner[0])
        named = _Trailer(attribute=attribute or "*", line=call.inner[1].lineno)
        return owner, [*before, named, *rest], root.id in ("setattr", "delattr")
    return None


_NAMED = ("getattr", "setattr", "delattr", "hasattr")


def _after(rest: list[_Trailer]) -> str | None:
    if len(rest) > 1 and rest[0].call:
        return rest[1].attribute
    return None


def _last_method(trailers: list[_Trailer]) -> str | None:
    if len(trailers) > 1 and trailers[-1].call:
        return trailers[-2].attribute
    return None


def _aliases(function: _Function) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the locals that are only another word for a dotted name."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    times: dict[str, int] = dict.fromkeys(_parameters(function), 1)
    for node in _within(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            times[node.id] = times.get(node.id, 0) + 1
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, (root, trailers) = node.targets[0], _unwind(node.value)
            if isinstance(target, ast.Name) and isinstance(root, ast.Name):
                names = tuple(item.attribute or "" for item in trailers)
                if root.id != target.id and all(names):
                    found[target.id] = (root.id, names)
    return {name: alias for name, alias in found.items() if times[name] == 1}


def _imported(function: _Function) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the names that imports within a function bind: module and attribute."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
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


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    # The value of an assignment is evaluated before its target is bound.
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        yield node.value
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from targets
    else:
        yield from ast.iter_child_nodes(node)
