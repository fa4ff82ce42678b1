"""What is linted, and what of it is told: paths, changed files, stdin, conflicts."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from linting import write

from lint_rules.cli import run_command

CALLING = """
    from durable_core import step
    from shop.rates import keep

    @step
    def call(state, context):
        keep(state.name)
"""
KEEPING = """
    kept = []

    def keep(name):
        kept.append(name)
"""
ALONE = """
    from durable_core import step

    seen = []

    @step
    def note(state, context):
        seen.append(state.name)
"""
SHOP = {
    "src/shop/__init__.py": "",
    "src/shop/flow.py": CALLING,
    "src/shop/rates.py": KEEPING,
    "src/shop/alone.py": ALONE,
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path(), SHOP)


def paths(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Return the names of the files with findings."""
    run_command(["--output-format", "json", *arguments])
    return [Path(row["path"]).name for row in json.loads(capsys.readouterr().out)]


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    given = io.TextIOWrapper(io.BytesIO(text.encode()))
    monkeypatch.setattr(sys, "stdin", given)


# Changed files.


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (["src/shop/rates.py"], ["rates.py"]),
        (["src/shop/alone.py"], ["alone.py"]),
        (["src/shop/flow.py"], ["rates.py"]),
        (["src/shop/flow.py", "src/shop/alone.py"], ["alone.py", "rates.py"]),
        (["src/shop/__init__.py"], []),
        (["deleted.py"], []),
        ([], []),
    ],
)
def test_only_what_changed_files_have_a_part_in_is_told(
    changed: list[str], told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert paths(capsys, "src", "--changed-files", *changed) == told


def test_without_a_path_the_program_of_changed_files_is_the_working_directory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert paths(capsys, "--changed-files", "src/shop/rates.py") == ["rates.py"]
    toml = '[tool.durable-lint]\nroots = ["other"]\n'
    write(Path(), {"pyproject.toml": toml, "other/x.py": "x = 1\n"})
    assert run_command(["--changed-files", "src/shop/rates.py"]) == 0


def test_no_finding_in_changed_files_exits_zero() -> None:
    assert run_command(["src"]) == 1
    assert run_command(["src", "--changed-files", "src/shop/__init__.py"]) == 0


# Stdin.


def test_stdin_takes_the_place_of_its_file_within_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = ["--stdin-filename", "src/shop/rates.py", "-"]
    give(monkeypatch, Path("src/shop/rates.py").read_text() + "\n    kept.pop()\n")
    assert paths(capsys, *name) == ["rates.py", "rates.py"]
    give(monkeypatch, "def keep(name):\n    pass\n")
    assert paths(capsys, *name) == []
    give(monkeypatch, "def keep(name:\n")
    assert run_command(name) == 1
    assert "parse-error" in capsys.readouterr().out


def test_stdin_may_be_a_file_that_is_not_there_yet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(monkeypatch, ALONE.replace("\n    ", "\n"))
    assert paths(capsys, "-", "--stdin-filename", "src/shop/new.py") == ["new.py"]
    assert not Path("src/shop/new.py").exists()


def test_a_file_outside_of_packages_is_linted_with_what_it_imports(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), {"alone/other.py": ALONE})
    give(monkeypatch, ALONE.replace("\n    ", "\n"))
    assert paths(capsys, "-", "--stdin-filename", "alone/flow.py") == ["flow.py"]


def test_stdin_within_configured_roots(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), {"pyproject.toml": '[tool.durable-lint]\nroots = ["src"]\n'})
    write(Path(), {"src/loose.py": "kept = []\n"})
    write(Path(), {"src/shop/flow.py": CALLING.replace("shop.rates", "loose")})
    give(monkeypatch, KEEPING.replace("\n    ", "\n"))
    assert paths(capsys, "-", "--stdin-filename", "src/loose.py") == ["loose.py"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "reading from stdin needs --stdin-filename FILE"),
        (
            ["-", "--stdin-filename", "nowhere/x.py"],
            "not the path of a file in a folder",
        ),
        (["-", "--stdin-filename", "src"], "not the path of a file in a folder"),
        (["src", "--stdin-filename", "x.py"], "--stdin-filename needs -"),
    ],
)
def test_a_wrong_use_of_stdin_is_told(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(arguments) == 2
    assert message in capsys.readouterr().err


# Nothing to lint; options that exclude each other.


def test_a_folder_without_python_files_is_clean_and_said_to_be_empty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("empty").mkdir()
    assert run_command(["empty"]) == 0
    assert capsys.readouterr().out == "No Python files below empty.\n"
    write(Path(), {"empty/test_x.py": "x = 1\n"})
    assert run_command(["empty"]) == 0
    out = capsys.readouterr().out
    assert out == "No Python files below empty, except 1 that are tests or excluded.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--write-baseline", "--baseline", "b.json", "--changed-files", "x.py"],
        ["--write-baseline", "--baseline", "b.json", "--fix"],
        ["--show-steps", "--fix"],
        ["--show-steps", "--output-format", "json"],
        ["--show-steps", "--statistics"],
        ["--statistics", "--output-format", "json"],
        ["--changed-files", "x.py", "--diff"],
        ["-", "--stdin-filename", "x.py", "--fix"],
        ["-", "--stdin-filename", "x.py", "--changed-files"],
    ],
)
def test_options_that_exclude_each_other_are_refused_by_name(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["src", *arguments]) == 2
    assert "does not go together with --" in capsys.readouterr().err
    assert not Path("b.json").exists()
