"""GitLab's Code Quality report, checked by the fields its documentation asks for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from linting import write
from nasty import write_nasty
from told import printed, rows

POSITION = {
    "type": "object",
    "required": ["line", "column"],
    "properties": {
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
    },
}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": [
            "description",
            "check_name",
            "fingerprint",
            "severity",
            "location",
        ],
        "properties": {
            "type": {"const": "issue"},
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                    "positions": {
                        "type": "object",
                        "required": ["begin", "end"],
                        "properties": {"begin": POSITION, "end": POSITION},
                    },
                },
            },
        },
    },
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_report_has_what_gitlab_needs_and_says_what_the_json_format_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_nasty()
    issues = json.loads(printed(capsys, "--output-format", "gitlab"))
    jsonschema.validate(issues, SCHEMA)
    wanted = rows(capsys)
    assert len(issues) == len(wanted) > 2
    for issue, row in zip(issues, wanted, strict=True):
        assert issue["description"] == row["message"]
        assert issue["check_name"] == f"{row['code']} {row['name']}"
        assert issue["location"]["path"] == row["path"]
        assert issue["location"]["lines"]["begin"] == row["line"]
        assert issue["fingerprint"] == row["fingerprint"]


def test_issues_that_are_alike_have_fingerprints_of_their_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = "seen = []\n\ndef note(state, context):\n"
    program += "    seen.append(1)\n" * 2
    write(Path(), {"flow.py": program})
    issues = json.loads(printed(capsys, "--output-format", "gitlab"))
    first, second = (issue["fingerprint"] for issue in issues)
    assert first != second
    write(Path(), {"flow.py": "x = 1\n\n" + program})
    moved = json.loads(printed(capsys, "--output-format", "gitlab"))
    assert [issue["fingerprint"] for issue in moved] == [first, second]


def test_severities_keep_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    write_nasty()
    issues = json.loads(printed(capsys, "--output-format", "gitlab"))
    told = {row["severity"] for row in rows(capsys)}
    assert told == {"error", "warn"}
    assert {issue["severity"] for issue in issues} == {"major", "minor"}


def test_a_clean_program_is_an_empty_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": "def note(state, context): return {}"})
    assert json.loads(printed(capsys, "--output-format", "gitlab")) == []
