"""Rules of other packages, installed for real, run in a process of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from distributing import ROOT, durable_lint, install
from linting import write

import lint_rules.api
from lint_rules.rules import FILES, all_rules

PAGE = (ROOT / "docs/linter-rules.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
FLOW = """
    from requests import get

    def fetch(url):
        get(url, timeout=3)
        return [get(url)]

    def load(state, context):
        return {"page": fetch(state.url)[0].text}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for packages; the working directory is another one."""
    here = tmp_path / "program"
    here.mkdir()
    monkeypatch.chdir(here)
    return tmp_path / "site"


@pytest.fixture
def shop(site: Path) -> Path:
    """Install the example of the documentation."""
    table = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    point, value = re.findall(r'^(\w+) = "(\w+)"$', table, re.MULTILINE)[-1]
    assert 'entry-points."durable_lint.rules"' in table
    install(site, "shop-rules", {"shop_rules.py": EXAMPLE}, {point: value})
    return site


def test_the_example_of_the_documentation_finds_what_it_says(shop: Path) -> None:
    write(
        Path(),
        {
            "flow.py": """
                import requests

                def load(state, context):
                    ok = requests.get(state.url, timeout=3)
                    page = requests.get(state.url)
                    return {"page": page.text, "ok": ok.status_code}
            """
        },
    )
    done = durable_lint(shop, ".")
    told = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)[0]
    assert done.stdout == f"{told}1 finding (1 warn).\n"
    assert done.returncode == 1


def test_a_rule_sees_what_steps_reach_through_calls_and_aliases(shop: Path) -> None:
    write(Path(), {"flow.py": FLOW})
    (row,) = json.loads(durable_lint(shop, ".", "--output-format", "json").stdout)
    assert (row["code"], row["line"], row["column"]) == ("SHOP101", 5, 13)
    assert row["call_path"] == ["flow.load", "flow.fetch"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--select", "SHOP101"], 1),
        (["--select", "shop101"], 1),
        (["--select", "missing-timeout"], 1),
        (["--select", "SHOP"], 1),
        (["--ignore", "missing-timeout"], 0),
        (["--select", "DUR"], 0),
    ],
)
def test_a_rule_is_selected_as_ours_are(
    options: list[str], found: int, shop: Path
) -> None:
    write(Path(), {"flow.py": FLOW})
    assert durable_lint(shop, ".", *options).returncode == found


@pytest.mark.parametrize("word", ["SHOP101", "missing-timeout"])
def test_a_rule_is_suppressed_as_ours_are(word: str, shop: Path) -> None:
    comment = f"return [get(url)]  # durable: ignore[{word}] the proxy has a limit"
    write(Path(), {"flow.py": FLOW.replace("return [get(url)]", comment)})
    assert durable_lint(shop, ".").stdout == "No findings.\n"


def test_a_rule_is_listed_and_explained(shop: Path) -> None:
    listed = durable_lint(shop, "--list-rules").stdout
    assert re.search(r"(?m)^SHOP101 +missing-timeout +warn +A step waits", listed)
    told = durable_lint(shop, "--explain", "missing-timeout")
    assert told.stdout.startswith("SHOP101 missing-timeout (warn)\n\nA step waits")


def test_a_rule_has_its_page_in_sarif(shop: Path) -> None:
    write(Path(), {"flow.py": FLOW})
    log = json.loads(durable_lint(shop, ".", "--output-format", "sarif").stdout)
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("SHOP101", "MissingTimeout")
    assert rule["help"]["markdown"].startswith("A step waits")


def test_an_entry_point_may_name_one_rule(site: Path) -> None:
    points = {"timeouts": "shop_rules:MissingTimeout"}
    install(site, "shop-rules", {"shop_rules.py": EXAMPLE}, points)
    write(Path(), {"flow.py": FLOW})
    assert "SHOP101" in durable_lint(site, ".").stdout


RULE = """
    from lint_rules.api import Rule, candidate_of

    class Mine(Rule):
        '''A page.'''

        code = "SHOP101"
        name = "mine"
        severity = "warn"

        def nominate(self, linked):
            for effect in linked.of_kind("outside"):
                yield candidate_of(effect, "a call")
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"SHOP101"', '"DUR999"', "Mine.code must not begin with DUR"),
        ('"SHOP101"', '"shop"', "Mine.code must be capitals and digits"),
        ('code = "SHOP101"', "pass", "Mine.code must be capitals and digits"),
        ('"mine"', '"Mine Own"', "Mine.name must be like `slow-call`"),
        ('"mine"', '"singleton"', "`singleton` of bad_rules is a rule of durable-lint"),
        ('"mine"', '"parse-error"', "`parse-error` of bad_rules is a rule of"),
        ('"warn"', '"fatal"', "Mine.severity must be one of info, warn, error"),
        ("'''A page.'''", "pass", "Mine needs a docstring"),
        ("Mine(Rule)", "Mine", "rule 'bad' of bad-rules (bad_rules) has no rule in it"),
        ("import Rule", "import Ruler", "cannot be loaded: ImportError: cannot import"),
        ("    class Mine", "    class class", "cannot be loaded: SyntaxError"),
        ("    class Mine", "    raise SystemExit(3)\n    class Mine", "SystemExit: 3"),
        (
            "def nominate",
            "def __init__(self): 1 / 0\n\n        def nominate",
            "ZeroDiv",
        ),
    ],
)
def test_a_rule_that_cannot_be_loaded_is_named(
    old: str, new: str, told: str, site: Path
) -> None:
    assert old in RULE
    install(
        site,
        "bad-rules",
        {"bad_rules.py": RULE.replace(old, new)},
        {"bad": "bad_rules"},
    )
    done = durable_lint(site, "--list-rules")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("durable-lint: error: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "value",
    ["missing_module", "bad_rules:Missing", "bad_rules:Rule.code", "a b c", ":"],
)
def test_an_entry_point_that_leads_nowhere_is_named(value: str, site: Path) -> None:
    install(site, "bad-rules", {"bad_rules.py": RULE}, {"bad": value})
    write(Path(), {"flow.py": FLOW})
    done = durable_lint(site, ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'bad' of bad-rules" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("for effect", "linked.nothing\n            for effect", "AttributeError"),
        ('candidate_of(effect, "a call")', "3", "returned 3, which is no Candidate"),
        ("for effect in", "return None\n            for effect in", ""),
        (
            "def nominate",
            "def examine(self, candidate, site):\n"
            "            raise KeyError(site)\n\n        def nominate",
            "KeyError",
        ),
        (
            "def nominate",
            "def fix(self, candidate, bench):\n"
            "            raise RecursionError('a\\nb')\n\n        def nominate",
            "RecursionError: a b",
        ),
    ],
)
def test_a_rule_that_fails_is_named_with_its_line(
    old: str, new: str, told: str, site: Path
) -> None:
    install(
        site,
        "bad-rules",
        {"bad_rules.py": RULE.replace(old, new)},
        {"bad": "bad_rules"},
    )
    write(Path(), {"flow.py": FLOW})
    done = durable_lint(site, ".", "--output-format", "json")
    assert "Traceback" not in done.stderr
    if told:
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(
            "durable-lint: error: rule SHOP101 (bad_rules) failed"
        )
        assert told in done.stderr
        assert len(done.stderr.splitlines()) == 1
    else:
        assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_two_packages_with_the_same_rule_are_both_named(site: Path) -> None:
    install(site, "a-rules", {"a_rules.py": RULE}, {"one": "a_rules"})
    install(site, "b-rules", {"b_rules.py": RULE}, {"two": "b_rules"})
    done = durable_lint(site, "--list-rules")
    assert done.returncode == 2
    assert "`SHOP101` of b_rules is a rule of a_rules already" in done.stderr


def test_all_that_is_wrong_is_told_at_once(site: Path) -> None:
    install(
        site, "a-rules", {"a_rules.py": "import nothing_of_the_kind"}, {"a": "a_rules"}
    )
    install(site, "b-rules", {"b_rules.py": "x = 1"}, {"b": "b_rules"})
    done = durable_lint(site, "--list-rules")
    assert "a-rules" in done.stderr
    assert "b-rules" in done.stderr


ASKED = """
import sys
from lint_rules.cli import run_command
code = run_command(["."])
print(code, "importlib.metadata" in sys.modules, "lint_rules.rules.singleton" in sys.modules)
"""


def test_nobody_pays_for_rules_that_are_not_there(site: Path) -> None:
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-S", "-c", ASKED],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.splitlines()[-1] == "0 False False"


def test_the_table_of_rules_is_what_the_folder_holds() -> None:
    folder = ROOT / "lint_rules/rules"
    files = {path.stem for path in folder.glob("[!_]*.py")}
    assert set(FILES.values()) == files
    assert len(FILES) == len(files)
    ours = [rule for rule in all_rules() if rule.code.startswith("DUR")]
    told = {rule.code: rule.name.replace("-", "_") for rule in ours}
    assert told == FILES
    assert list(FILES) == sorted(FILES)


def test_the_names_that_rules_are_made_of_stay() -> None:
    assert sorted(lint_rules.api.__all__) == lint_rules.api.__all__
    listed = re.findall(r"(?m)^\| ((?:`\w+[^`]*`,? ?)+)\|", PAGE)
    shown = set(re.findall(r"`(\w+)", " ".join(listed)))
    assert shown | {"Rule"} == set(lint_rules.api.__all__)
