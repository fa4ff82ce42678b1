"""Finds the files of a program; those that its steps need are read.

Most files of most trees have no steps: what reads modules is imported only once there
is one to read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.cache.facts import KeptFacts
from lint_rules.cache.place import Place
from lint_rules.catalog.steps import LIBRARIES
from lint_rules.discover import DEFINITIONS, may_define_steps, program_files
from lint_rules.folders import Folders
from lint_rules.imports import Imports
from lint_rules.patterns import may_match_below
from lint_rules.source import Source, Unreadable, read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lint_rules.config import Config
    from lint_rules.facts.ir import Declared, ModuleFacts


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
    modules: list[Path] = []
    others: list[tuple[Path, bool]] = []
    for path, named in program_files(paths, folders):
        if path.suffix in DEFINITIONS:
            others.append((path, named))
            continue
        left_out = _is_library(project, path) or _is_test(project, path)
        if (left_out and not named) or config.exclude.match(path):
            project.left_out += 1
            continue
        project.searched += 1
        signs = _is_wanted(project, path) or _shows_signs(project, path)
        if signs and not left_out:
            modules.append(path)
        elif named:
            others.append((path, named))
    if modules or others:
        from lint_rules.reading import read_all

        read_all(project, modules, others)
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
