"""Finds the files of a program and reads those that its steps need."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.cache.facts import KeptFacts
from lint_rules.cache.place import Place
from lint_rules.catalog.steps import LIBRARIES
from lint_rules.definitions import SUFFIXES, written_paths
from lint_rules.discover import may_define_steps, program_files
from lint_rules.facts.ir import Declared, Where
from lint_rules.facts.reader import prefixes_of, read_module
from lint_rules.folders import Folders
from lint_rules.imports import Imports
from lint_rules.patterns import may_match_below
from lint_rules.source import Source, Unreadable, parse, read_bytes, read_source

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from lint_rules.config import Config
    from lint_rules.facts.ir import ModuleFacts
    from lint_rules.imports import Importer


@dataclass(slots=True)
class Project:
    """Modules by name, their facts, and the files that cannot be read.

    `edited` holds contents that count in the place of what is on the disk, by the
    files' identities; `kept` the facts that an earlier run has read.
    """

    config: Config
    imports: Imports
    folders: Folders
    kept: KeptFacts
    sources: dict[str, Source] = field(default_factory=dict)
    modules: dict[str, ModuleFacts] = field(default_factory=dict)
    broken: list[Unreadable] = field(default_factory=list)
    checked: dict[Path, Source | None] = field(default_factory=dict)
    edited: Mapping[Path, bytes] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)
    searched: int = 0
    left_out: int = 0

    def content(self, path: Path) -> bytes:
        """Return the bytes of a file."""
        known = self.edited.get(self.folders.identity(path)) if self.edited else None
        return read_bytes(path) if known is None else known

    def read(self) -> list[Source]:
        """Return every file that could be read."""
        return [source for source in self.checked.values() if source is not None]

    def name(self, path: Path) -> str:
        """Return the program's name for a file or folder."""
        return self.imports.name(path)


def load(
    paths: list[Path],
    config: Config,
    edited: Mapping[Path, bytes] | None = None,
    place: Place | None = None,
) -> Project:
    """Read the step modules below `paths` and everything they import from there.

    Without a `place` for a cache nothing is kept from run to run.
    """
    folders = Folders()
    kept = KeptFacts(place if place is not None and not edited else Place(None))
    imports = Imports(paths, folders, map(Path, config.roots))
    project = Project(config, imports, folders, kept, edited=edited or {})
    pending: list[Path] = []
    for path, named in program_files(paths, folders):
        if path.suffix in SUFFIXES:
            pending += _declare(project, path, named=named)
            continue
        left_out = _is_library(project, path) or _is_test(project, path)
        if (left_out and not named) or config.exclude.match(path):
            project.left_out += 1
            continue
        project.searched += 1
        signs = _is_wanted(project, path) or _shows_signs(project, path)
        if signs and not left_out:
            pending.append(path)
        elif named:
            source = _source(project, path)
            _ = source and _tree(project, source)
    _read_all(project, pending)
    kept.save()
    return project


def _is_wanted(project: Project, path: Path) -> bool:
    """Tell whether the configuration makes a file interesting whatever it contains."""
    config = project.config
    if config.all_functions:
        return True
    return bool(config.steps) and may_match_below(project.name(path), config.steps)


def _shows_signs(project: Project, path: Path) -> bool:
    """Tell whether a file may define steps; tell about one that cannot be read."""
    known = project.kept.signs(path)
    if known is not None:
        return known
    try:
        signs = may_define_steps(project.content(path))
    except Unreadable as error:
        project.checked[project.folders.identity(path)] = None
        project.broken.append(error)
        return False
    project.kept.keep_signs(path, signs=signs)
    return signs


def _is_test(project: Project, path: Path) -> bool:
    """Tell whether a file holds tests: what they share, they share on purpose."""
    *folders, name = project.name(path).split(".")
    named = name.startswith("test_") or name.endswith("_test") or name == "conftest"
    return named or "tests" in folders


def _is_library(project: Project, path: Path) -> bool:
    """Tell whether a file belongs to a package that the catalogue knows."""
    location = project.folders.location(path)
    root = project.folders.package_root(location)
    return location.relative_to(root).parts[0] in LIBRARIES


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


def _read_all(project: Project, wanted: list[Path]) -> None:
    """Read modules, and what they import, the nearest first."""
    pending = deque(dict.fromkeys(wanted))
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
