"""Finds the files of a program and reads those that its steps need."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.catalog.steps import LIBRARIES, MARKS
from lint_rules.facts.reader import read_module
from lint_rules.source import Source, Unreadable, parse, read_source

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from lint_rules.facts.ir import ModuleFacts

_MARKS = re.compile(MARKS)
_SKIPPED = frozenset(
    {"__pycache__", "node_modules", "site-packages", "build", "dist", "venv"}
)


@dataclass(slots=True)
class Project:
    """Modules by name, their facts, and the files that cannot be read.

    A module is named by its path below the first root that contains it, so that every
    file has one name, however it is imported.
    """

    roots: list[Path] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    modules: dict[str, ModuleFacts] = field(default_factory=dict)
    broken: list[Unreadable] = field(default_factory=list)
    checked: dict[Path, Source | None] = field(default_factory=dict)

    def name(self, path: Path) -> str:
        """Return the program's name for a file or folder."""
        location = path.absolute().parent.resolve() / path.name
        for root in self.roots:
            if root in location.parents:
                return _dotted(location.relative_to(root))
        root = package_root(location)
        return f"{root.name}~{_dotted(location.relative_to(root))}"


def _dotted(path: Path) -> str:
    parts = list(path.with_suffix("").parts if path.suffix == ".py" else path.parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def python_files(paths: Iterable[Path]) -> list[Path]:
    """Return the Python files at or below some paths, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            for file in _below(path):
                found.setdefault(_identity(file), file)
        else:
            found.setdefault(_identity(path), path)
    return list(found.values())


def _identity(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _below(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for parent, folders, files in os.walk(folder, followlinks=False):
        here = os.path.realpath(parent)
        if here in seen:
            folders.clear()
            continue
        seen.add(here)
        folders[:] = sorted(
            name for name in folders if name not in _SKIPPED and name[0] != "."
        )
        for name in sorted(files):
            if name.endswith(".py"):
                yield Path(parent, name)


def load(paths: list[Path]) -> Project:
    """Read the step modules below `paths` and everything they import from there."""
    project = Project(roots=_roots(paths))
    pending: list[Path] = []
    for path in python_files(paths):
        source = _source(project, path)
        marked = source is not None and _MARKS.search(source.content)
        if marked and not _is_library(path) and not _is_test(project, path):
            pending.append(path)
        elif source is not None:
            _tree(project, source)
    while pending:
        pending.extend(_read(project, pending.pop(0)))
    return project


def _is_test(project: Project, path: Path) -> bool:
    """Tell whether a file holds tests: what they share, they share on purpose."""
    *folders, name = project.name(path).split(".")
    named = name.startswith("test_") or name.endswith("_test") or name == "conftest"
    return named or "tests" in folders


def _is_library(path: Path) -> bool:
    """Tell whether a file belongs to a package that the catalogue knows."""
    location = path.absolute().parent.resolve() / path.name
    top = location.relative_to(package_root(location)).parts[0]
    return top in LIBRARIES


def _source(project: Project, path: Path) -> Source | None:
    """Return a file that can be read; tell about any other, once."""
    key = _identity(path)
    if key not in project.checked:
        project.checked[key] = None
        try:
            project.checked[key] = read_source(path)
        except Unreadable as error:
            project.broken.append(error)
    return project.checked[key]


def _tree(project: Project, source: Source) -> ast.Module | None:
    """Parse a file; tell about one that cannot be parsed."""
    try:
        return parse(source)
    except Unreadable as error:
        project.checked[_identity(source.path)] = None
        project.broken.append(error)
        return None


def _roots(paths: list[Path]) -> list[Path]:
    """Return the folders that module names start at, the inner ones first."""
    found: list[Path] = []
    for path in paths:
        folder = path if path.is_dir() else path.parent
        root = package_root(folder / "module.py")
        for candidate in (root / "src", root):
            if candidate.is_dir() and candidate not in found:
                found.append(candidate)
    return found


def package_root(path: Path) -> Path:
    """Return the folder that the topmost package of a file is in."""
    folder = path.absolute().parent.resolve()
    while (folder / "__init__.py").is_file() and folder.parent != folder:
        folder = folder.parent
    return folder


def _read(project: Project, path: Path) -> list[Path]:
    """Read one module; return the files it imports."""
    name = project.name(path)
    source = None if name in project.modules else _source(project, path)
    tree = _tree(project, source) if source is not None else None
    if source is None or tree is None:
        return []
    searched = [package_root(path), path.absolute().parent.resolve(), *project.roots]
    found: dict[Path, None] = {}

    def canonical(dotted: str) -> str:
        parts = dotted.split(".") if dotted else [""]
        if parts[0] in LIBRARIES:
            return dotted
        for root in searched:
            files = [_file(root, parts[:end]) for end in range(1, len(parts) + 1)]
            if files and files[-1] is not None:
                found.update((f, None) for f in files if f is not None and f.suffix)
                return project.name(files[-1])
        return dotted

    is_package = path.name == "__init__.py"
    try:
        facts = read_module(
            tree, name, str(path), is_package=is_package, canonical=canonical
        )
    except RecursionError:
        project.broken.append(Unreadable(path, 1, 1, "it is too deeply nested"))
        return []
    for imported in facts.imports:
        if imported not in project.modules:
            _follow(project, imported, found)
    for file in _packages_above(path, package_root(path)):
        found.setdefault(file)
    project.sources[name] = source
    project.modules[name] = facts
    return list(found)


def _follow(project: Project, dotted: str, found: dict[Path, None]) -> None:
    """Add the files behind a name that already starts at a root."""
    parts = dotted.split(".")
    if parts[0] in LIBRARIES:
        return
    for root in project.roots:
        for end in range(1, len(parts) + 1):
            file = _file(root, parts[:end])
            if file is not None and file.suffix:
                found[file] = None


def _packages_above(path: Path, root: Path) -> Iterator[Path]:
    folder = path.absolute().parent.resolve()
    while folder != root and root in folder.parents:
        if (folder / "__init__.py").is_file():
            yield folder / "__init__.py"
        folder = folder.parent


def _file(root: Path, parts: list[str]) -> Path | None:
    """Return the module, the package, or at least the folder of a dotted name."""
    folder = root.joinpath(*parts)
    for file in (folder / "__init__.py", folder.with_name(folder.name + ".py")):
        if file.is_file():
            return file
    return folder if folder.is_dir() else None
