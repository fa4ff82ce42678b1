"""`--watch`: which changes are seen, and what is done about each batch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from linting import write

from lint_rules.commands.watching import changed_between, snapshot, watch


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_lints_at_once_and_after_each_batch(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran: list[str] = []

    def batches():
        assert ran == ["ran"]
        yield ["a.py"]
        assert ran == ["ran"] * 2
        yield ["a.py", "b.py", "c.py"]

    assert watch(batches(), lambda: ran.append("ran") or 1) == 0
    assert ran == ["ran"] * 3
    assert capsys.readouterr().out == "\na.py changed.\n\na.py and 2 more changed.\n"


def changed(paths: list[str], change) -> list[str]:
    before = snapshot(map(Path, paths))
    change()
    return [
        name.replace(os.sep, "/")
        for name in changed_between(before, snapshot(map(Path, paths)))
    ]


def test_files_that_come_go_or_change_are_seen() -> None:
    write(Path(), {"src/a.py": "x = 1\n", "src/b.py": "x = 1\n", "src/c.txt": ""})
    assert changed(["src"], lambda: None) == []
    assert changed(["src"], lambda: write(Path(), {"src/d/e.py": ""})) == ["src/d/e.py"]
    assert changed(["src"], Path("src/a.py").unlink) == ["src/a.py"]
    assert changed(["src"], lambda: write(Path(), {"src/b.py": "x = 10\n"})) == [
        "src/b.py"
    ]
    assert changed(["src"], lambda: write(Path(), {"src/c.txt": "more"})) == []


def test_a_change_that_keeps_the_size_is_seen_by_its_time() -> None:
    write(Path(), {"a.py": "x = 1\n"})
    assert changed(["."], lambda: os.utime("a.py", ns=(1, 1))) == ["a.py"]


def test_a_named_file_of_any_kind_is_watched() -> None:
    write(Path(), {"pyproject.toml": "", "src/a.py": ""})
    paths = ["src", "pyproject.toml", "gone.json"]
    assert changed(paths, lambda: write(Path(), {"pyproject.toml": "x"})) == [
        "pyproject.toml"
    ]
