"""What the plugin imports, and when."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from suites import QUIET, Suite

import pytest_durable

ROOT = Path(pytest_durable.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
TELL = """
    import sys

    def pytest_unconfigure():
        heavy = [
            name
            for name in ("durable_core", "celery", "pytest_durable.session")
            if name in sys.modules
        ]
        print("imported:", ", ".join(heavy) or "nothing")
"""


def imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_nothing_private_is_imported(source: Path) -> None:
    for name in imported(source):
        assert name.partition(".")[0] != "_pytest"
        if name.startswith("durable_core."):
            assert not any(part.startswith("_") for part in name.split("."))


@pytest.mark.parametrize(
    ("options", "test", "expected"),
    [
        ((), "def test_it(): pass", "nothing"),
        (("--executors=sync",), "def test_it(): pass", "nothing"),
        (("--executors=sync,thread",), "def test_it(): pass", "durable_core"),
        (
            (),
            "def test_it(workflow_executor): pass",
            "durable_core, pytest_durable.session",
        ),
        (
            ("--executors=sync,subprocess",),
            "def test_it(workflow_executor): pass",
            "durable_core, pytest_durable.session",
        ),
    ],
    ids=["idle", "sync", "several", "fixture", "variants"],
)
def test_the_engine_is_imported_when_it_is_needed(
    suite: Suite, options: tuple[str, ...], test: str, expected: str
) -> None:
    suite.write("conftest.py", TELL)
    suite.write("test_it.py", test)
    result = suite.run_apart(*options, "-s", quiet=QUIET)
    assert result.code == 0, result.output
    assert f"imported: {expected}\n" in result.output + "\n"
