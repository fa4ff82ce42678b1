"""Finds the files of a program and reads those that its steps need."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.catalog.steps import LIBRARIES
from lint_rules.definitions import SUFFIXES, written_paths
from lint_rules.discover import installed_here, may_define_steps, program_files
from lint_rules.facts.ir import Declared, Where
from lint_rules.facts.reader import prefixes_of, read_module
from lint_rules.folders import Folders
from lint_rules.source import Source, Unreadable, parse, read_bytes, read_source

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from lint_rules.facts.ir import ModuleFacts


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
    installed: dict[Path, set[Path]] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)
    folders: Folders = field(default_factory=Folders)
    names: dict[Path, str] = field(default_factory=dict)

    def owns(self, file: Path) -> bool:
        """Tell whether a file is part of the program, not a package beside it."""
        for root, tops in self.installed.items():
            if root in file.parents:
                return any(top == file or top in file.parents for top in tops)
        return True

    def name(self, path: Path) -> str:
        """Return the program's name for a file or folder."""
        if path not in self.names:
            self.names[path] = self._name(self.folders.location(path))
        return self.names[path]

    def _name(self, location: Path) -> str:
        for root in self.roots:
            if root in location.parents:
                return _dotted(location.relative_to(root))
        root = self.folders.package_root(location)
        return f"{root.name}~{_dotted(location.relative_to(root))}"


def _dotted(path: Path) -> str:
    parts = list(path.with_suffix("").parts if path.suffix == ".py" else path.parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def load(paths: list[Path]) -> Project:
    """Read the step modules below `paths` and everything they import from there."""
    folders = Folders()
    project = Project(roots=_roots(paths, folders), folders=folders)
    project.installed = _installed(project, paths)
    pending: list[Path] = []
    for path, named in program_files(paths, folders):
        if path.suffix in SUFFIXES:
            pending += _declare(project, path, named=named)
            continue
        left_out = _is_library(project, path) or _is_test(project, path)
        if left_out and not named:
            continue
        signs = _shows_signs(project, path)
        if signs and not left_out:
            pending.append(path)
        elif named:
            source = _source(project, path)
            _ = source and _tree(project, source)
    while pending:
        pending.extend(_read(project, pending.pop(0)))
    return project


def _shows_signs(project: Project, path: Path) -> bool:
    """Tell whether a file may define steps; tell about one that cannot be read."""
    try:
        return may_define_steps(read_bytes(path))
    except Unreadable as error:
        project.checked[project.folders.identity(path)] = None
        project.broken.append(error)
        return False


def _installed(project: Project, paths: list[Path]) -> dict[Path, set[Path]]:
    """Return what belongs to the program of each folder of installed packages.

    A package that is linted where it is installed lies beside every other one there.
    """
    found: dict[Path, set[Path]] = {}
    given = [project.folders.identity(path) for path in paths]
    for root in filter(installed_here, project.roots):
        tops = {
            root / path.relative_to(root).parts[0]
            for path in given
            if root in path.parents
        }
        found[root] = {root} if root in given else tops
    return found


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
            project.checked[key] = read_source(path)
        except Unreadable as error:
            project.broken.append(error)
    return project.checked[key]


def _tree(project: Project, source: Source) -> ast.Module | None:
    """Parse a file; tell about one that cannot be parsed."""
    try:
        return parse(source)
    except Unreadable as error:
        project.checked[project.folders.identity(source.path)] = None
        project.broken.append(error)
        return None


def _roots(paths: list[Path], folders: Folders) -> list[Path]:
    """Return the folders that module names start at, the inner ones first."""
    found: list[Path] = []
    for path in paths:
        folder = path if path.is_dir() else path.parent
        root = folders.package_root(folder / "module.py")
        for candidate in (root / "src", root):
            if candidate.is_dir() and candidate not in found:
                found.append(candidate)
    return found


def _read(project: Project, path: Path) -> list[Path]:
    """Read one module; return the files it imports."""
    name = project.name(path)
    source = None if name in project.modules else _source(project, path)
    tree = _tree(project, source) if source is not None else None
    if source is None or tree is None:
        return []
    found: dict[Path, None] = {}
    canonical = _names_from(project, path, found)
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
    for file in project.folders.packages_above(path):
        found.setdefault(file)
    project.sources[name] = source
    project.modules[name] = facts
    return list(found)


def _names_from(
    project: Project, path: Path, found: dict[Path, None]
) -> Callable[[str], str]:
    """Return what turns a name in a file into the program's own; it notes the files."""
    folders = project.folders
    here = folders.location(path).parent
    searched = list(dict.fromkeys([folders.package_root(path), here, *project.roots]))
    known: dict[str, str] = {}

    def canonical(dotted: str) -> str:
        if dotted not in known:
            known[dotted] = look_up(dotted)
        return known[dotted]

    def look_up(dotted: str) -> str:
        parts = dotted.split(".")
        if parts[0] in LIBRARIES or not parts[0]:
            return dotted
        for root in searched:
            files, end = folders.module(root, parts)
            if end is not None and project.owns(end):
                found.update(dict.fromkeys(files))
                return project.name(end)
        return dotted

    return canonical


def _declare(project: Project, path: Path, *, named: bool) -> list[Path]:
    """Note the steps that a definition file lists; return the files they are in."""
    try:
        written = written_paths(path, named=named)
    except Unreadable as error:
        project.broken.append(error)
        return []
    found: dict[Path, None] = {}
    canonical = _names_from(project, path, found)
    for text, line, column in written:
        where = Where(line, column, -1)
        prefixes = tuple(map(canonical, prefixes_of(text)))
        project.declared.append(Declared(str(path), text, where, prefixes))
    return list(found)


def _follow(project: Project, dotted: str, found: dict[Path, None]) -> None:
    """Add the files behind a name that already starts at a root."""
    parts = dotted.split(".")
    if parts[0] in LIBRARIES:
        return
    for root in project.roots:
        for file in project.folders.module(root, parts)[0]:
            if project.owns(file):
                found[file] = None
