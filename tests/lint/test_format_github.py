"""GitHub annotations, read back as its runner reads workflow commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from linting import write
from nasty import NAME, write_nasty
from told import printed, rows

from lint_rules.formatters.printable import visible

# `::name key=value,key=value::message`: the name ends at the first blank, the
# properties at the next `::`.
COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<properties>[^\n]*?)::(?P<message>.*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Return name, properties and message of a workflow command."""
    match = COMMAND.fullmatch(line)
    assert match, line
    pairs = [pair.partition("=") for pair in match["properties"].split(",")]
    assert all(equals for _, equals, _ in pairs), line
    properties = {key: unescaped(value) for key, _, value in pairs}
    return match["name"], properties, unescaped(match["message"])


def unescaped(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
        text = text.replace(code, char)
    return text.replace("%25", "%")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_finding_is_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    write_nasty()
    lines = printed(capsys, "--output-format", "github").split("\n")
    assert lines.pop() == ""
    read_back = [read(line) for line in lines]
    wanted = rows(capsys)
    assert [name for name, _, _ in read_back] == [
        {"error": "error", "warn": "warning"}[row["severity"]] for row in wanted
    ]
    for (_, properties, message), row in zip(read_back, wanted, strict=True):
        assert properties == {
            "title": f"{row['code']} {row['name']}",
            "file": row["path"],
            "line": str(row["line"]),
            "endLine": str(row["end_line"]),
            "col": str(row["column"]),
            "endColumn": str(row["end_column"]),
        }
        assert message.split("\n")[0] == visible(row["message"])
    assert NAME in {properties["file"] for _, properties, _ in read_back}


def test_no_text_of_a_program_becomes_a_command_or_a_control_sequence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_nasty()
    lines = printed(capsys, "--output-format", "github").splitlines()
    assert len(lines) == len(rows(capsys))
    messages = [read(line)[2] for line in lines]
    assert "\x1b" not in "".join(messages)
    assert any("%0A::warning::" in message for message in messages)


def test_a_range_of_several_lines_has_no_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(
        Path(),
        {
            "flow.py": """
                seen = []

                def note(state, context):
                    seen.append(
                        1,
                    )
            """
        },
    )
    (line,) = printed(capsys, "--output-format", "github").splitlines()
    _, properties, message = read(line)
    assert (properties["line"], properties["endLine"]) == ("4", "6")
    assert "col" not in properties
    assert message.endswith("\nStep: flow.note")


def test_the_way_from_the_step_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    write(
        Path(),
        {
            "flow.py": """
                seen = []

                def helper():
                    seen.append(1)

                def note(state, context):
                    helper()
            """
        },
    )
    (line,) = printed(capsys, "--output-format", "github").splitlines()
    assert read(line)[2].endswith("\nPath: flow.note -> flow.helper")


def test_a_clean_program_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": "def note(state, context): return {}"})
    assert printed(capsys, "--output-format", "github") == ""


def test_info_is_a_notice(capsys: pytest.CaptureFixture[str]) -> None:
    write(
        Path(),
        {
            "flow.py": """
                import functools

                @functools.lru_cache
                def double(number):
                    return number * 2

                def note(state, context):
                    return {"double": double(state.number)}
            """
        },
    )
    (line,) = printed(capsys, "--strict", "--output-format", "github").splitlines()
    assert read(line)[0] == "notice"
