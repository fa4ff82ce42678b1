"""Findings that are accepted for now, in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from linting import write

from lint_rules.cli import run_command

FLOW = """
    from durable_core import step

    seen = []

    @step
    def note(state, context):
        seen.append(state.name)
        seen.clear()
"""
BASE = Path("base.json")
WITH = ["--baseline", "base.json"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def accept(*arguments: str) -> list[dict[str, object]]:
    assert run_command(["--write-baseline", *WITH, *(arguments or ["."])]) == 0
    return json.loads(BASE.read_text(encoding="utf-8"))["findings"]


def rows(
    capsys: pytest.CaptureFixture[str], *arguments: str
) -> list[tuple[str, str, int]]:
    capsys.readouterr()
    run_command([*WITH, "--output-format", "json", *(arguments or ["."])])
    found = json.loads(capsys.readouterr().out)
    return [(row["code"], row["path"], row["line"]) for row in found]


def test_what_is_accepted_is_not_told_even_when_lines_move(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": FLOW})
    assert run_command(["."]) == 1
    assert len(accept()) == 2
    assert run_command([*WITH, "."]) == 0
    write(
        Path(),
        {"flow.py": FLOW.replace("seen = []", "\n\n    LIMIT = 3\n    seen = []")},
    )
    assert run_command([*WITH, "."]) == 0


def test_what_is_new_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": FLOW})
    accept()
    write(Path(), {"flow.py": FLOW + "        seen.pop()\n"})
    assert rows(capsys) == [("DUR103", "flow.py", 9)]
    assert run_command([*WITH, "."]) == 1


def test_the_file_is_sorted_and_has_a_line_for_each_finding() -> None:
    write(Path(), {"b/flow.py": FLOW, "a/flow.py": FLOW})
    accept()
    text = BASE.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[:3] == ["{", '  "version": 1,', '  "findings": [']
    assert lines[3] == (
        '    {"code": "DUR103", "module": "a.flow", "function": "note", "symbol": "seen",'
        ' "occurrence": 1, "path": "a/flow.py"},'
    )
    assert [json.loads(line.rstrip(","))["path"] for line in lines[3:7]] == [
        "a/flow.py",
        "a/flow.py",
        "b/flow.py",
        "b/flow.py",
    ]
    accept()
    assert BASE.read_text(encoding="utf-8") == text


def test_an_entry_about_nothing_is_a_finding_at_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": FLOW})
    accept()
    write(Path(), {"flow.py": FLOW.replace("seen.clear()", "pass")})
    assert rows(capsys) == [("DUR904", "base.json", 5)]
    assert run_command([*WITH, "."]) == 1
    assert run_command([*WITH, "--ignore", "stale-baseline", "."]) == 0
    assert len(accept()) == 1
    assert run_command([*WITH, "."]) == 0


def test_an_entry_about_a_file_that_is_gone_is_stale(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": FLOW, "other.py": "x = 1\n"})
    accept()
    Path("flow.py").unlink()
    assert rows(capsys) == [("DUR904", "base.json", 4), ("DUR904", "base.json", 5)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["a"],
        [".", "--select", "DUR4,DUR904"],
        [".", "--exclude", "b"],
        [".", "--per-file-ignores", "b:DUR1"],
    ],
)
def test_what_a_run_does_not_look_at_is_neither_stale_nor_lost(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), {"b/flow.py": FLOW, "a/flow.py": FLOW})
    before = accept()
    assert rows(capsys, *arguments) == []
    assert accept(*arguments) == before


def test_an_empty_baseline_accepts_nothing() -> None:
    write(Path(), {"flow.py": "x = 1\n"})
    assert accept() == []
    write(Path(), {"flow.py": FLOW})
    assert run_command([*WITH, "."]) == 1


def test_the_configuration_names_it_relative_to_itself() -> None:
    write(Path(), {"src/flow.py": FLOW})
    write(
        Path(), {"pyproject.toml": '[tool.durable-lint]\nbaseline = "lint/base.json"\n'}
    )
    Path("lint").mkdir()
    assert run_command(["src", "--write-baseline"]) == 0
    assert Path("lint/base.json").is_file()
    assert run_command(["src"]) == 0
    assert run_command(["src", "--baseline", "other.json"]) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1: not valid JSON"),
        (b'{"version": 1,\n"findings": [\n<<<<<<< HEAD\n]}', ":3: not valid JSON"),
        (b"[]", ":1: expected an object with a list of `findings`"),
        (b'{"version": 1}', ":1: expected an object with a list of `findings`"),
        (b'{\n"version": 2,\n"findings": []}', ":2: version 2 is not known"),
        (b'{"findings": []}', ":1: version null is not known"),
        (
            b'{"version": 1, "findings": [\n3]}',
            ":2: every finding needs a text for `code`",
        ),
        (
            b'{"version": 1, "findings": [\n\n{"code": "DUR103", "module": 1}]}',
            ":3: every finding needs a text for `module`",
        ),
        (b"\xff", ": not valid UTF-8"),
    ],
)
def test_a_bad_file_is_a_usage_error_with_its_line(
    content: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), {"flow.py": FLOW})
    BASE.write_bytes(content)
    assert run_command([*WITH, "."]) == 2
    assert f"bad baseline: base.json{message}" in capsys.readouterr().err


def test_a_missing_file_says_how_to_make_it(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": FLOW})
    assert run_command([*WITH, "."]) == 2
    assert (
        "no such baseline: base.json; make it with --write-baseline"
        in capsys.readouterr().err
    )
    assert run_command(["--write-baseline", "."]) == 2
    assert "--write-baseline needs --baseline FILE" in capsys.readouterr().err
