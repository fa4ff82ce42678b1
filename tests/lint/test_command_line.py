"""The command line: options, exit codes, output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from linting import write

from lint_rules.cli import run_command

PITFALL = """
    from durable_core import step

    seen = []

    @step
    def note(state, context):
        seen.append(state.name)

    STEPS = [note]
"""
WASTEFUL = """
    import functools
    from durable_core import step

    @functools.lru_cache
    def double(number):
        return number * 2

    @step
    def note(state, context):
        return {"double": double(state.number)}

    STEPS = [note]
"""
CLEAN = """
    from durable_core import step

    @step
    def note(state, context):
        return {"name": state.name}

    STEPS = [note]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_clean_program_exits_zero(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": CLEAN})
    assert run_command(["."]) == 0
    assert capsys.readouterr().out == "No findings.\n"


def test_a_finding_exits_one_and_says_what_where_why_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command(["."]) == 1
    out = capsys.readouterr().out
    assert out.startswith("flow.py:7:5: warn DUR103 module-mutation\n")
    assert "`seen` of module `flow` is changed by `append`" in out
    assert "step: flow.note" in out
    assert "why:" in out
    assert "do:" in out


def test_json_is_one_array_of_objects_with_exactly_the_promised_keys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command(["--output-format", "json", "flow.py"]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    keys = "path line column code name severity message step call_path"
    keys += " end_line end_column fingerprint calls related fix"
    assert list(row) == keys.split()
    assert (row["path"], row["line"], row["column"]) == ("flow.py", 7, 5)
    assert (row["code"], row["name"]) == ("DUR103", "module-mutation")
    assert row["step"] == "flow.note"
    assert row["call_path"] == ["flow.note"]


def test_json_of_a_clean_program_is_an_empty_array(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": CLEAN})
    assert run_command(["--output-format", "json", "."]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_path_outside_the_working_directory_stays_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {"a/flow.py": PITFALL, "b/x": ""})
    monkeypatch.chdir(tmp_path / "b")
    run_command(["--output-format", "json", str(tmp_path / "a")])
    (row,) = json.loads(capsys.readouterr().out)
    assert row["path"] == str(tmp_path / "a" / "flow.py")


@pytest.mark.parametrize("word", ["DUR103", "dur103", "module-mutation", "DUR1"])
def test_rules_are_ignored_by_code_by_name_and_by_prefix(word: str) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command(["--ignore", word, "."]) == (0)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--select", "DUR103"], 1),
        (["--select", "module-mutation,DUR402"], 1),
        (["--select", "DUR402"], 0),
        (["--select", "DUR402", "--extend-select", "module-mutation"], 1),
        (["--select", "DUR103", "--ignore", "DUR103"], 0),
        (["--exit-zero"], 0),
    ],
)
def test_selection_decides_what_runs(options: list[str], code: int) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command([*options, "."]) == code


def test_an_unknown_rule_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command(["--select", "DUR999", "."]) == 2
    assert "'DUR999'" in capsys.readouterr().err


def test_info_is_shown_only_when_strict_and_never_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": WASTEFUL})
    assert run_command(["."]) == 0
    assert "DUR201" not in capsys.readouterr().out
    assert run_command(["--strict", "."]) == 0
    assert "info DUR201" in capsys.readouterr().out


def test_a_missing_path_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["nowhere.py"]) == 2
    assert "nowhere.py" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--output-format", "xml", "."], ["--no"]])
def test_a_wrong_command_line_exits_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(arguments) == 2
    assert capsys.readouterr().err.startswith("durable-lint: error: ")


def test_statistics_count_per_rule(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command(["--statistics", "."]) == 1
    assert capsys.readouterr().out == "    1  DUR103  module-mutation (warn)\n"


def test_steps_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command(["--show-steps", "."]) == 0
    assert capsys.readouterr().out == "flow.py:6: flow.note (decorator)\n"


def test_rules_are_listed_with_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--list-rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(
        {line.split()[0] for line in lines}
    )
    assert any("DUR311  module-resource" in line for line in lines)
    assert any("DUR905  parse-error" in line for line in lines)


@pytest.mark.parametrize("word", ["DUR103", "module-mutation"])
def test_a_rule_explains_itself_with_both_examples(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["--explain", word]) == 0
    out = capsys.readouterr().out
    assert out.startswith("DUR103 module-mutation (warn)\n")
    assert "Bad:" in out
    assert "Good:" in out


def test_explaining_an_unknown_rule_is_a_usage_error() -> None:
    assert run_command(["--explain", "DUR999"]) == 2


LIGHT = """
import sys
from lint_rules.cli import run_command
code = run_command(sys.argv[1:])
print("libcst" in sys.modules, code)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--list-rules"], ["."]])
def test_libcst_is_not_imported_without_a_candidate(arguments: list[str]) -> None:
    write(Path(), {"flow.py": CLEAN})
    root = Path(__file__).parents[2]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LIGHT, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(root)},
    )
    assert done.stdout.splitlines()[-1] == "False 0"
