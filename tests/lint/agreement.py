"""Where our reading of a file differs from Python's own.

    python -m tests.lint.agreement FOLDER... [--sample 2000]

reads every Python file below some folders twice: by `ast` and by libcst, whose facts
must be equal, and compares the owner of every name with what the compiler's symbol
table says. A file that the running Python cannot read is left out.
"""

from __future__ import annotations

import argparse
import ast
import random
import symtable
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from lint_rules.facts.binding import Scopes
from lint_rules.facts.concrete.tree import parse
from lint_rules.facts.reader import read_module
from lint_rules.facts.syntax import COMPREHENSIONS, FUNCTIONS, TypeAlias, parameters
from lint_rules.source import Unreadable, decode

INLINES = sys.version_info >= (3, 12)
NAMES: dict[type, str] = {
    ast.Lambda: "lambda",
    ast.ListComp: "listcomp",
    ast.SetComp: "setcomp",
    ast.DictComp: "dictcomp",
    ast.GeneratorExp: "genexpr",
}
# The compiler's own names, which no source contains.
IMPLICIT = {
    "__class__",
    "__classdict__",
    "__conditional_annotations__",
    "__type_params__",
}


def fronts_differ(tree: ast.Module, text: str) -> str:
    """Return where the facts of the two front ends differ; nothing if nowhere."""
    first = read_module(tree, "module", "module.py", is_package=False)
    second = read_module(parse(text), "module", "module.py", is_package=False)
    return "" if first == second else _difference(first, second, "facts")


def _difference(first: Any, second: Any, where: str) -> str:
    if type(first) is not type(second):
        return f"{where}: {first!r:.150} / {second!r:.150}"
    if is_dataclass(first):
        parts = ((f.name, f.name) for f in fields(first))
        pairs = [(getattr(first, a), getattr(second, b), a) for a, b in parts]
    elif isinstance(first, tuple) and len(first) == len(second):
        pairs = [(a, b, str(n)) for n, (a, b) in enumerate(zip(first, second))]
    else:
        return f"{where}: {first!r:.150} / {second!r:.150}"
    for a, b, name in pairs:
        if a != b:
            return _difference(a, b, f"{where}.{name}")
    return f"{where}: unequal, but no part is"


@dataclass(frozen=True)
class Table:
    """A scope of the compiler, and its own name for us."""

    symbols: symtable.SymbolTable
    path: tuple["Table", ...]
    identity: str

    def owner(self, name: str) -> tuple[str, str]:
        """Return kind and owner of a name, as our facts would tell them."""
        symbol = self.symbols.lookup(name)
        if _kind(self) == "types" and not symbol.is_local():
            # The symbol table does not say that these look into the class first.
            around = next(t for t in reversed(self.path) if _kind(t) != "types")
            if _kind(around) == "class" and _holds(around, name):
                return "class", around.identity
        if symbol.is_free():
            for outer in reversed(self.path):
                if _kind(outer) != "class" and _holds(outer, name):
                    return "cell", outer.identity
            # Bound by a comprehension that was made part of a class.
            return "cell", self.path[-1].identity
        # A function called `top` is taken for a module, so `is_local` goes first.
        if _kind(self) == "module" or not symbol.is_local():
            return "global", ""
        kinds = {"class": "class", "types": "cell"}
        return kinds.get(_kind(self), "local"), self.identity


def _kind(table: Table) -> str:
    kind = str(table.symbols.get_type()).rpartition(".")[2].lower().replace("_", " ")
    return kind if kind in {"module", "class", "function"} else "types"


def _holds(table: Table, name: str) -> bool:
    if _kind(table) == "module":
        return False
    try:
        return table.symbols.lookup(name).is_local()
    except KeyError:
        return False


def scopes_differ(tree: ast.Module, text: str) -> Iterator[str]:
    """Return the names whose owner differs from what the compiler says."""
    scopes = Scopes(tree)
    ours: defaultdict[int, list[ast.AST]] = defaultdict(list)
    for node in _scope_nodes(tree):
        inner = _scope(scopes, node)
        ours[id(inner.parent)].append(node)
        types = scopes.types_of(node)
        if types is not None and types is not inner:
            ours[id(types.parent)].append(node)
    root = Table(symtable.symtable(text, "module.py", "exec"), (), "module")
    scopes.module.qualname = "module"
    yield from _Comparison(scopes, ours).compare(scopes.module, root)


def _scope_nodes(tree: ast.Module) -> list[Any]:
    kinds = (*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef, TypeAlias)
    skipped = _annotations(tree)
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, kinds) and id(node) not in skipped
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _annotations(tree: ast.Module) -> set[int]:
    """Return what stands in annotations that the compiler keeps as text."""
    future = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )
    found: set[int] = set()
    for node in ast.walk(tree) if future else ():
        written: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            written = [arg.annotation for arg in parameters(node.args)]
            written.append(node.returns)
        elif isinstance(node, ast.AnnAssign):
            written = [node.annotation]
        for part in written:
            found.update(map(id, ast.walk(part)) if part is not None else ())
    return found


def _scope(scopes: Scopes, node: Any) -> Any:
    if isinstance(node, TypeAlias):
        return scopes.types_of(node)
    return scopes.of(node)


def _best(scopes: list[Any], table: symtable.SymbolTable) -> int:
    """Return which of several scopes in one line a table is of."""
    held = {s.get_name() for s in table.get_symbols() if s.is_local()} - {".0"}
    bound = [scope.bound | set(scope.renamed) for scope in scopes]
    matching = [number for number, names in enumerate(bound) if names == held]
    return matching[0] if matching else 0


class _Comparison:
    """Walks our scopes and the compiler's side by side."""

    def __init__(self, scopes: Scopes, ours: dict[int, list[Any]]) -> None:
        self.scopes, self.ours = scopes, ours
        self.count = 0

    def compare(self, scope: Any, table: Table) -> Iterator[str]:
        """Compare one scope and all below it."""
        inlined = list(self._inlined(scope))
        hidden = {name for inner in inlined for name in inner.renamed}
        for inner in inlined:
            inner.qualname = scope.qualname
        if table.symbols.get_type() == "class" and inlined:
            hidden |= {s.get_name() for s in table.symbols.get_symbols()} - scope.bound
        for symbol in table.symbols.get_symbols():
            name = symbol.get_name()
            if name in IMPLICIT or name in hidden or name.startswith("."):
                continue
            told = scope.resolve(name)
            found = told.kind, "" if told.kind == "global" else told.owner
            if scope.kind == "comprehension" and told.owner != scope.qualname:
                # Ours is evaluated in the frame of the function around it.
                found = "cell" if found[1] else "global", found[1]
            if found != table.owner(name):
                line = table.symbols.get_lineno()
                yield f"line {line}: {name}: {found} / {table.owner(name)}"
        yield from self._children(scope, table, inlined)

    def _children(self, scope: Any, table: Table, inlined: list[Any]) -> Iterator[str]:
        waiting = self._waiting(scope, inlined)
        for inner, path in self._tables(table):
            found = waiting.get((inner.get_name(), inner.get_lineno()))
            if not found:
                yield f"line {inner.get_lineno()}: no scope for {inner}"
                continue
            ours = found.pop(_best(found, inner))
            self.count += 1
            ours.qualname = str(self.count)
            yield from self.compare(ours, Table(inner, path, ours.qualname))
        for (name, line), left in waiting.items():
            for _ in left:
                yield f"line {line}: no table for {name}"

    def _waiting(
        self, scope: Any, inlined: list[Any]
    ) -> dict[tuple[str, int], list[Any]]:
        waiting: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
        for outer in [scope, *inlined]:
            for node in self.ours[id(outer)]:
                inner = _scope(self.scopes, node)
                if any(inner is other for other in inlined):
                    continue
                types = self.scopes.types_of(node)
                if types is not None and types is not scope and types.parent is outer:
                    inner = types
                name = NAMES.get(type(node)) or getattr(node.name, "id", node.name)
                waiting[name, node.lineno].append(inner)
        return waiting

    def _tables(
        self, table: Table
    ) -> Iterator[tuple[symtable.SymbolTable, tuple[Table, ...]]]:
        for inner in table.symbols.get_children():
            kind = str(inner.get_type()).rpartition(".")[2].lower()
            if kind in {"annotation", "none"}:
                continue
            path = (*table.path, table)
            # Bounds, defaults and values of aliases: part of the scope of types here.
            nested = "bound" in kind or "variable" in kind or "default" in kind
            if nested or ("alias" in kind and _kind(table) == "types"):
                yield from self._tables(Table(inner, path, table.identity))
            else:
                yield inner, path

    def _inlined(self, scope: Any) -> Iterator[Any]:
        """Return comprehensions that the compiler makes part of what is around."""
        for node in self.ours[id(scope)] if INLINES else ():
            inline = isinstance(node, COMPREHENSIONS)
            if inline and not isinstance(node, ast.GeneratorExp):
                inner = self.scopes.of(node)
                yield inner
                yield from self._inlined(inner)


def disagreements(path: Path) -> list[str] | None:
    """Return what is told differently about a file; None if it cannot be read twice.

    That is a file which the running Python rejects, or libcst; or one that is nested
    deeper than libcst's positions can be found.
    """
    try:
        text = decode(path, path.read_bytes()).removeprefix("\ufeff")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, str(path), "exec", dont_inherit=True)
            differ = fronts_differ(tree, text)
            return [*scopes_differ(tree, text), *([differ] if differ else [])]
    except (Unreadable, SyntaxError, ValueError, RecursionError):
        return None


def chosen(folders: list[Path], count: int | None) -> list[Path]:
    """Return the files below some folders, or as many of them, always the same."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    files = [path for path in files if path.is_file()]
    if count is None or count >= len(files):
        return files
    return sorted(random.Random(1).sample(files, count))


def main() -> int:
    """Print every disagreement below some folders, and how many there are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER", type=Path)
    parser.add_argument("--sample", type=int, help="read only so many files")
    options = parser.parse_args()
    sys.setrecursionlimit(6000)
    read = differing = lines = left_out = 0
    for path in chosen(options.folders, options.sample):
        found = disagreements(path)
        if found is None:
            left_out += 1
            continue
        read += 1
        lines += path.read_bytes().count(b"\n")
        differing += bool(found)
        for line in found[:5]:
            print(f"{path}: {line}")
    version = sys.version.split()[0]
    print(
        f"Python {version}: {read} files, {lines} lines, {differing} differ, "
        f"{left_out} left out"
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
