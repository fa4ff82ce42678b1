"""Finds the files of a program and reads those that its steps need."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.catalog.steps import LIBRARIES
from lint_rules.definitions import SUFFIXES, written_paths
from lint_rules.discover import (
    identity,
    installed_here,
    may_define_steps,
    package_root,
    program_files,
)
from lint_rules.facts.ir import Declared, Where
from lint_rules.facts.reader import prefixes_of, read_module
from lint_rules.source import Source, Unreadable, parse, read_bytes, read_source

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Mapping

    from lint_rules.facts.ir import ModuleFacts


_COLON = "\uff1a"


@dataclass(slots=True)
class Project:
    """Modules by name, their facts, and the files that cannot be read.

    A module is named by its path below the first root that contains it, so that every
    file has one name, however it is imported. `edited` holds contents that count in
    the place of what is on the disk, by the files' identities.
    """

    roots: list[Path] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    modules: dict[str, ModuleFacts] = field(default_factory=dict)
    broken: list[Unreadable] = field(default_factory=list)
    checked: dict[Path, Source | None] = field(default_factory=dict)
    edited: Mapping[Path, bytes] = field(default_factory=dict)
    installed: dict[Path, set[Path]] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)

    def content(self, path: Path) -> bytes:
        """Return the bytes of a file."""
        known = self.edited.get(identity(path)) if self.edited else None
        return read_bytes(path) if known is None else known

    def read(self) -> list[Source]:
        """Return every file that could be read."""
        return [source for source in self.checked.values() if source is not None]

    def owns(self, file: Path) -> bool:
        """Tell whether a file is part of the program, not a package beside it."""
        for root, tops in self.installed.items():
            if root in file.parents:
                return any(top == file or top in file.parents for top in tops)
        return True

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
    # In ids a colon stands between module and function.
    return ".".join(parts).replace(":", _COLON)


def load(paths: list[Path], edited: Mapping[Path, bytes] | None = None) -> Project:
    """Read the step modules below `paths` and everything they import from there."""
    project = Project(roots=_roots(paths), edited=edited or {})
    project.installed = _installed(project.roots, paths)
    pending: list[Path] = []
    for path, named in program_files(paths):
        if path.suffix in SUFFIXES:
            pending += _declare(project, path, named=named)
            continue
        left_out = _is_library(path) or _is_test(project, path)
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
        return may_define_steps(project.content(path))
    except Unreadable as error:
        project.checked[identity(path)] = None
        project.broken.append(error)
        return False


def _installed(roots: list[Path], paths: list[Path]) -> dict[Path, set[Path]]:
    """Return what belongs to the program of each folder of installed packages.

    A package that is linted where it is installed lies beside every other one there.
    """
    found: dict[Path, set[Path]] = {}
    for root in filter(installed_here, roots):
        given = [identity(path) for path in paths]
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


def _is_library(path: Path) -> bool:
    """Tell whether a file belongs to a package that the catalogue knows."""
    location = path.absolute().parent.resolve() / path.name
    top = location.relative_to(package_root(location)).parts[0]
    return top in LIBRARIES


def _source(project: Project, path: Path) -> Source | None:
    """Return a file that can be read; tell about any other, once."""
    key = identity(path)
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
        project.checked[identity(source.path)] = None
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
    for file in _packages_above(path, package_root(path)):
        found.setdefault(file)
    project.sources[name] = source
    project.modules[name] = facts
    return list(found)


def _names_from(
    project: Project, path: Path, found: dict[Path, None]
) -> Callable[[str], str]:
    """Return what turns a name in a file into the program's own; it notes the files."""
    searched = [package_root(path), path.absolute().parent.resolve(), *project.roots]

    def canonical(dotted: str) -> str:
        parts = dotted.split(".") if dotted else [""]
        if parts[0] in LIBRARIES:
            return dotted
        for root in searched:
            files = [_file(root, parts[:end]) for end in range(1, len(parts) + 1)]
            if files[-1] is not None and project.owns(files[-1]):
                found.update((f, None) for f in files if f is not None and f.suffix)
                return project.name(files[-1])
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
        for end in range(1, len(parts) + 1):
            file = _file(root, parts[:end])
            if file is not None and file.suffix and project.owns(file):
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
