"""`--output-file`: the report goes to a file, whatever the format."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from linting import write
from nasty import write_nasty
from told import printed

from lint_rules.cli import run_command
from lint_rules.formatters import FORMATS


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_holds_what_would_be_printed(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    write_nasty()
    text = printed(capsys, "--output-format", name)
    code = run_command([".", "--output-format", name, "--output-file", "report"])
    assert code == 1
    assert capsys.readouterr().out == ""
    assert Path("report").read_text(encoding="utf-8") == text


def test_a_file_has_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    write_nasty()
    run_command([".", "--output-format", "full", "--output-file", "report"])
    assert "\033[" not in Path("report").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": "x = 1"})
    assert run_command([".", "--output-file", "missing/report"]) == 2
    assert "cannot write missing/report" in capsys.readouterr().err


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_without_the_characters_gets_a_report_all_the_same(
    name: str, encoding: str
) -> None:
    write_nasty()
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "lint_rules", ".", "--output-format", name],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": encoding},
    )
    assert (done.returncode, done.stderr) == (1, b"")
    text = done.stdout.decode(encoding)
    if name in {"json", "gitlab", "sarif"}:
        json.loads(text)


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_without_files_has_a_report_all_the_same(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, "--output-format", name)
    if name in {"json", "gitlab"}:
        assert json.loads(text) == []
    if name == "sarif":
        assert json.loads(text)["runs"][0]["results"] == []
    if name == "junit":
        assert "<testsuites " in text
    assert run_command([".", "--output-format", name, "--output-file", "report"]) == 0
    assert "No Python files" in capsys.readouterr().err
    assert Path("report").is_file()
