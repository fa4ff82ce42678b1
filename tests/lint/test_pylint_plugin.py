"""The plugin of pylint, run by real pylint processes with one job and with two."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from distributing import ROOT, install
from linting import write
from test_own_rules import EXAMPLE

PROGRAM = {
    "shop/__init__.py": "",
    "shop/flow.py": """
        import functools
        from requests import get
        from durable_core import step
        from shop.rates import RATES, refresh

        @functools.lru_cache
        def doubled(number):
            return number * 2

        @step
        def load(state, context):
            return refresh(get(state.url))

        @step
        def price(state, context):
            "é"; RATES["price"] = doubled(state.number)
            return {"price": RATES["é"]}

        @step
        def note(state, context):
            with open("/tmp/note.txt", "w") as file:
                file.write(state.text)

        STEPS = [load, price, note, lambda state, context: {}]
    """,
    "shop/rates.py": """
        RATES = {}  # durable: ignore[DUR103] nothing to hide

        def refresh(url):
            RATES["é"] = url
            RATES["ü"] = url  # durable: ignore[DUR103] one worker
    """,
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "program").mkdir()
    monkeypatch.chdir(tmp_path / "program")
    path = os.pathsep.join([str(ROOT), str(tmp_path / "site")])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setenv("PYLINTHOME", str(tmp_path / "pylint"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True
    )


def pylint(*arguments: str) -> list[dict[str, Any]]:
    """Return what pylint tells, of our messages only."""
    done = run(
        "pylint",
        "--load-plugins=lint_rules.pylint_plugin",
        "--output-format=json2",
        "--disable=all",
        "--enable=durable-lint",
        *arguments,
    )
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return found


def durable_lint(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        run("lint_rules", "--output-format=json", *arguments).stdout
    )
    return found


def same(message: dict[str, Any]) -> tuple[object, ...]:
    return (
        message["absolutePath"],
        (message["line"], message["column"]),
        (message["endLine"], message["endColumn"]),
        message["symbol"],
        re.split(r" (?:Step|Path): ", message["message"])[0],
    )


def ours(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        os.path.realpath(row["path"]),
        (row["line"], row["column"] - 1),
        (row["end_line"], row["end_column"] - 1),
        f"durable-{row['name']}",
        row["message"],
    )


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
@pytest.mark.parametrize("strict", [False, True], ids=["", "strict"])
def test_pylint_tells_what_durable_lint_tells(
    jobs: str, strict: bool, tmp_path: Path
) -> None:
    install(
        tmp_path / "site", "shop-rules", {"shop_rules.py": EXAMPLE}, {"s": "shop_rules"}
    )
    write(Path(), PROGRAM)
    found = pylint(jobs, f"--durable-strict={'yn'[not strict]}", "shop")
    wanted = durable_lint("shop", *["--strict"] * strict)
    assert Counter(map(same, found)) == Counter(map(ours, wanted))
    told = {message["messageId"]: message["symbol"] for message in found}
    assert told["W8103"] == "durable-module-mutation"
    assert told["E8601"] == "durable-unimportable-step"
    assert told["W8901"] == "durable-unused-suppression"
    assert told["W8800"] == "durable-missing-timeout"
    assert ("W8201" in told) is strict


def test_a_message_ends_with_the_way_from_the_step() -> None:
    write(Path(), PROGRAM)
    told = [m for m in pylint("shop") if m["path"].endswith("rates.py")]
    (message,) = [m["message"] for m in told if m["messageId"] == "W8103"]
    assert message.endswith(" Path: shop.flow.load -> shop.rates.refresh")


def test_pylints_own_comments_and_options_hide_messages() -> None:
    program = PROGRAM["shop/rates.py"].replace(
        'RATES["é"] = url',
        'RATES["é"] = url  # pylint: disable=durable-module-mutation',
    )
    write(Path(), {**PROGRAM, "shop/rates.py": program})
    found = pylint("shop", "--disable=durable-unimportable-step,W8402")
    told = {(Path(m["path"]).name, m["messageId"]) for m in found}
    assert told == {("flow.py", "W8103"), ("rates.py", "W8901")}


@pytest.mark.parametrize("target", ["shop", "shop.rates", "shop/rates.py"])
def test_pylint_checks_what_it_was_asked_for(target: str) -> None:
    write(Path(), PROGRAM)
    found = pylint(target, "--durable-paths=shop")
    rates = [m for m in found if m["path"].endswith("rates.py")]
    assert [m["line"] for m in rates] == [1, 4]
    if target != "shop":
        assert found == rates


def test_one_file_alone_is_a_program_without_steps() -> None:
    write(Path(), PROGRAM)
    assert pylint("shop/rates.py") == []


def test_a_package_is_found_by_its_name() -> None:
    write(Path(), PROGRAM)
    assert pylint("shop") == pylint("--recursive=y", "shop") != []


def test_the_page_of_a_rule_is_pylints_help() -> None:
    done = run(
        "pylint",
        "--load-plugins=lint_rules.pylint_plugin",
        "--help-msg=durable-module-mutation",
    )
    assert "A step changes an object that a module holds." in done.stdout
    assert "Bad:" not in done.stdout


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_rule_that_fails_ends_pylint_with_a_message(
    jobs: str, tmp_path: Path
) -> None:
    broken = EXAMPLE.replace("for effect in", "linked.nothing\n        for effect in")
    install(
        tmp_path / "site", "shop-rules", {"shop_rules.py": broken}, {"s": "shop_rules"}
    )
    write(Path(), PROGRAM)
    done = run("pylint", "--load-plugins=lint_rules.pylint_plugin", jobs, "shop")
    assert done.returncode == 32
    assert "durable-lint: error: rule SHOP101 (shop_rules) failed" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_pylint_the_plugin_says_what_it_needs() -> None:
    code = "import sys; sys.modules['pylint'] = None; import lint_rules.pylint_plugin"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        "ImportError: lint_rules.pylint_plugin needs pylint:"
        " pip install 'pytest-durable[pylint]'"
    )


def test_an_editor_sees_the_text_that_it_has_not_saved() -> None:
    write(Path(), PROGRAM)
    text = "\n\n" + Path("shop/rates.py").read_text(encoding="utf-8")
    done = subprocess.run(
        [
            *[sys.executable, "-m", "pylint", "--output-format=json2"],
            *["--load-plugins=lint_rules.pylint_plugin", "--disable=all"],
            *["--enable=durable-module-mutation", "--durable-paths=shop"],
            *["--from-stdin", "shop/rates.py"],
        ],
        input=text,
        capture_output=True,
        text=True,
    )
    (message,) = json.loads(done.stdout)["messages"]
    assert (message["path"], message["line"]) == ("shop/rates.py", 6)


def test_pylint_heeds_the_configuration_and_its_baseline() -> None:
    Path("pyproject.toml").write_text(
        '[tool.durable-lint]\nbaseline = "accepted.json"\nignore = ["DUR901"]\n'
    )
    write(Path(), PROGRAM)
    assert run("lint_rules", "--strict", "--write-baseline", "shop").returncode == 0
    assert pylint("shop", "--durable-strict=y") == []
