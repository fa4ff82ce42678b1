"""Reads the modules of a program into facts."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from lint_rules.definitions import written_paths
from lint_rules.discover import DEFINITIONS
from lint_rules.facts.ir import Declared, Where
from lint_rules.facts.reader import prefixes_of, read_module
from lint_rules.source import Source, Unreadable, parse, read_source

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable
    from pathlib import Path

    from lint_rules.facts.ir import ModuleFacts
    from lint_rules.imports import Importer
    from lint_rules.project import Project


def read_all(
    project: Project, modules: Iterable[Path], others: Iterable[tuple[Path, bool]]
) -> None:
    """Read modules, and what they import, the nearest first.

    Other files are definition files, which name steps, and Python files without any,
    which are only parsed because the user has named them.
    """
    pending = deque(dict.fromkeys(modules))
    for path, named in others:
        if path.suffix in DEFINITIONS:
            pending += _declare(project, path, named=named)
        else:
            source = _source(project, path)
            _ = source and _tree(project, source)
    seen = set(pending)
    while pending:
        for file in _read(project, pending.popleft()):
            if file not in seen:
                seen.add(file)
                pending.append(file)


def _read(project: Project, path: Path) -> list[Path]:
    """Read one module; return the files it imports."""
    name = project.name(path)
    source = None if name in project.modules else _source(project, path)
    if source is None:
        return []
    importer = project.imports.of(path)
    facts = project.kept.facts(name, source, importer)
    if facts is None:
        facts = _facts(project, name, source, importer)
        if facts is None:
            return []
        project.kept.keep_facts(name, source, importer, facts)
    found = importer.found
    for imported in facts.imports:
        if imported not in project.modules:
            found.update(dict.fromkeys(project.imports.follow(imported)))
    for file in project.folders.packages_above(path):
        found.setdefault(file)
    project.sources[name] = source
    project.modules[name] = facts
    return list(found)


def _facts(
    project: Project, name: str, source: Source, importer: Importer
) -> ModuleFacts | None:
    tree = _tree(project, source)
    if tree is None:
        return None
    path = source.path
    is_package = path.name == "__init__.py"
    try:
        return read_module(
            tree, name, str(path), is_package=is_package, canonical=importer
        )
    except RecursionError as error:
        line = getattr(error, "line", 1)
        _is_broken(project, Unreadable(path, line, 1, f"{error}"))
        return None


def _source(project: Project, path: Path) -> Source | None:
    """Return a file that can be read; tell about any other, once."""
    key = project.folders.identity(path)
    if key not in project.checked:
        project.checked[key] = None
        try:
            project.checked[key] = read_source(path, project.content(path))
        except Unreadable as error:
            project.broken.append(error)
    return project.checked[key]


def _tree(project: Project, source: Source) -> ast.Module | None:
    """Parse a file; tell about one that cannot be parsed."""
    try:
        return parse(source)
    except Unreadable as error:
        _is_broken(project, error)
        return None


def _is_broken(project: Project, error: Unreadable) -> None:
    project.checked[project.folders.identity(error.path)] = None
    project.broken.append(error)


def _declare(project: Project, path: Path, *, named: bool) -> list[Path]:
    """Note the steps that a definition file lists; return the files they are in."""
    if not named and project.kept.signs(path) is False:
        return []
    try:
        written = written_paths(path, named=named)
    except Unreadable as error:
        project.broken.append(error)
        return []
    project.kept.keep_signs(path, signs=bool(written))
    importer = project.imports.of(path)
    for text, line, column in written:
        where = Where(line, column, -1)
        prefixes = tuple(map(importer, prefixes_of(text)))
        project.declared.append(Declared(str(path), text, where, prefixes))
    return list(importer.found)
