"""Small projects on disk for the evidence tests, and what counts as user code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from pytest_durable.evidence.recorder import StepRecorder
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.values import Kind, Read, StepEvidence, Write


class Project:
    """A directory on ``sys.path`` whose modules are forgotten after the test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.user_files = UserFiles(root)

    def write(self, **sources: str) -> None:
        """Write modules; ``pkg__name`` stands for ``pkg/name.py``."""
        for name, source in sources.items():
            package, _, module = name.partition("__")
            path = (self.root / package / module).with_suffix(".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(dedent(source))

    def load(self, name: str = "shop") -> ModuleType:
        """Import a module of the project."""
        return importlib.import_module(name)

    def marked(self, mark: str) -> set[tuple[str, int]]:
        """Return the lines that carry a ``# mark`` comment."""
        return {
            (str(path), number)
            for path in self.root.rglob("*.py")
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if f"# {mark}" in line
        }

    def record(
        self,
        function: Callable[..., object],
        *arguments: object,
        watch: tuple[str, ...] = (),
    ) -> StepEvidence:
        """Run a function as a step and return its evidence."""
        recorder = StepRecorder(user_files=self.user_files, watch=watch)
        recorder.begin(function)
        try:
            function(*arguments)
        finally:
            evidence = recorder.end()
        assert StepEvidence.from_json(evidence.to_json()) == evidence
        return evidence


def find(found: tuple[Write, ...] | tuple[Read, ...], kind: Kind, name: str) -> object:
    """Return the only write or read of one variable."""
    matching = [item for item in found if (item.kind, item.name) == (kind, name)]
    assert len(matching) == 1, [(item.kind.name, item.name) for item in found]
    return matching[0]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """An empty project."""
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.syspath_prepend(str(root))
    before = set(sys.modules)
    yield Project(root)
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(root)):
            del sys.modules[name]


def names_of(user_files: UserFiles) -> set[str]:
    return {name for name, _ in user_files.modules()}


def test_modules_below_the_root_are_user_code(project: Project) -> None:
    project.write(shop="A = 1", pkg____init__="", pkg__inner="B = 1")
    project.load("shop")
    project.load("pkg.inner")
    assert {"shop", "pkg", "pkg.inner"} <= names_of(project.user_files)


def test_a_source_directory_outside_the_root_counts_when_it_is_on_the_path(
    project: Project, tmp_path: Path
) -> None:
    project.write(shop="A = 1")
    project.load()
    (tmp_path / "tests").mkdir()
    assert UserFiles(tmp_path / "tests").owns(str(project.root / "shop.py"))


def test_an_extra_root_counts_without_being_on_the_path(tmp_path: Path) -> None:
    file = str(tmp_path / "other" / "shop.py")
    assert not UserFiles(tmp_path / "tests").owns(file)
    assert UserFiles(tmp_path / "tests", [tmp_path / "other"]).owns(file)


@pytest.mark.parametrize("name", ["json", "pytest", "pytest_durable", "durable_core"])
def test_libraries_and_this_project_are_not_user_code(name: str) -> None:
    module = importlib.import_module(name)
    paths = [module.__file__] if module.__file__ else list(module.__path__)
    root = Path(str(paths[0])).parent
    assert not UserFiles(root).owns(str(root / "__init__.py"))


@pytest.mark.parametrize("folder", ["lib/site-packages", "lib/dist-packages"])
def test_installed_packages_below_the_root_are_not_user_code(
    tmp_path: Path, folder: str
) -> None:
    assert not UserFiles(tmp_path).owns(str(tmp_path / folder / "thing.py"))


def test_a_directory_that_packages_were_installed_into_is_not_user_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendored = tmp_path / "vendored"
    (vendored / "thing-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(vendored))
    assert not UserFiles(tmp_path / "tests").owns(str(vendored / "thing.py"))


def test_a_virtual_environment_below_the_root_is_not_user_code(tmp_path: Path) -> None:
    inner = tmp_path / "env" / "src"
    inner.mkdir(parents=True)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert not UserFiles(tmp_path).owns(str(inner / "thing.py"))
    assert UserFiles(tmp_path).owns(str(tmp_path / "thing.py"))


def test_a_module_imported_later_is_listed(project: Project) -> None:
    project.write(shop="A = 1", late="B = 1")
    project.load()
    assert "late" not in names_of(project.user_files)
    project.load("late")
    assert "late" in names_of(project.user_files)


def test_evidence_survives_json() -> None:
    evidence = StepEvidence(
        writes=(Write(kind=Kind.GLOBAL, name="shop.A", detail="A = 1"),),
        reads=(Read(kind=Kind.CACHE, name="shop.f (lru_cache)"),),
        notes=("a note",),
    )
    assert StepEvidence.from_json(evidence.to_json()) == evidence
