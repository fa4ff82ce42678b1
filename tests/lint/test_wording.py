"""What a finding says: what, in which step, why it breaks, and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from linting import HEADER, lint

from lint_rules.cli import run_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lint_rules.finding import Finding

    Linted = Callable[..., list[Finding]]

LAZY = """
from durable_core import step
from rates import RATES

class Settings:
    _only = None
    def __new__(cls):
        if cls._only is None:
            cls._only = super().__new__(cls)
            cls._only.percent = RATES["DE"]
        return cls._only

@step
def choose(state):
    Settings().percent = RATES[state.country]

@step
def invoice(state):
    return {"tax": state.net * Settings().percent}
"""


def test_a_global_that_is_given_a_client_is_to_be_made_in_the_step(
    linted: Linted,
) -> None:
    (finding,) = linted(
        HEADER
        + """
class Session:
    def __init__(self, name): self.name = name
session = None
@step
def sign_in(state):
    global session
    session = Session(state.merchant)
@step
def charge(state):
    return {"receipt": session.name}
"""
    )
    assert finding.what == "The module global `session` is assigned."
    assert "`flow.charge` reads it (flow.py:12)" in finding.why
    assert finding.advice.startswith("Make the object in the step that uses it")


@pytest.mark.parametrize("value", ["state.rate", "[1, 2]", "'text'"])
def test_plain_data_is_to_be_returned(value: str, linted: Linted) -> None:
    program = f"""
rate = 0
@step
def choose(state):
    global rate
    rate = {value}
"""
    (finding,) = linted(HEADER + program)
    assert finding.advice == (
        "Return the value from the step, so that it travels in the state."
    )


def test_an_attribute_of_a_lazy_object_is_one_error_and_the_making_is_a_memo(
    linted: Linted,
) -> None:
    findings = linted({"flow.py": LAZY, "rates.py": "RATES = {'DE': 19, 'FR': 20}"})
    assert [(f.severity, f.name, f.line) for f in findings] == [
        ("info", "read-through-memo", 8),
        ("info", "read-through-memo", 9),
        ("error", "singleton", 14),
    ]
    assert findings[2].what == (
        "`percent` of the `Settings` object kept by `__new__` in `Settings._only` is set."
    )
    assert "`flow.invoice` reads it (flow.py:18)" in findings[2].why


@pytest.mark.parametrize(
    ("program", "severity"),
    [
        ("Settings().percent = None", "warn"),
        ("Settings().other = state.country", "warn"),
        ("Settings().percent = Settings().percent", "error"),
    ],
    ids=["a reset", "an attribute that nobody reads", "a value"],
)
def test_only_a_value_that_another_step_reads_is_an_error(
    program: str, severity: str, linted: Linted
) -> None:
    text = LAZY.replace("Settings().percent = RATES[state.country]", program)
    findings = linted({"flow.py": text, "rates.py": "RATES = {'DE': 19, 'FR': 20}"})
    assert [f.severity for f in findings if f.severity != "info"] == [severity]


def test_a_reader_that_sets_the_attribute_itself_is_no_proof(linted: Linted) -> None:
    text = LAZY.replace(
        "    return {",
        "    Settings().percent = RATES[state.country]\n    return {",
    )
    findings = linted({"flow.py": text, "rates.py": "RATES = {'DE': 19, 'FR': 20}"})
    assert {f.severity for f in findings} == {"info", "warn"}


def test_a_local_object_of_the_same_class_is_no_reader(linted: Linted) -> None:
    program = """
class Settings:
    def __init__(self): self.percent = 19
_kept = None
def make(): return Settings()
def settings():
    global _kept
    if _kept is None:
        _kept = make()
    return _kept
@step
def choose(state):
    settings().percent = state.percent
@step
def invoice(state):
    return {"tax": make().percent}
"""
    findings = linted(HEADER + program)
    assert {f.severity for f in findings} == {"info", "warn"}


def test_a_lazily_made_object_that_loads_a_file_may_be_out_of_date(
    linted: Linted,
) -> None:
    text = LAZY.replace('RATES["DE"]', 'open("/srv/rate").read()')
    findings = linted({"flow.py": text, "rates.py": "RATES = {'DE': 19, 'FR': 20}"})
    memos = [f for f in findings if f.name == "read-through-memo"]
    assert memos
    assert all("out of date" in memo.why for memo in memos)


def test_a_lazily_made_object_that_loads_what_a_step_writes_is_no_memo(
    linted: Linted,
) -> None:
    text = LAZY.replace('RATES["DE"]', 'open("/srv/rate").read()')
    text += '\n@step\ndef put(state):\n    open("/srv/rate", "w").write(state.rate)\n'
    findings = linted({"flow.py": text, "rates.py": "RATES = {'DE': 19, 'FR': 20}"})
    assert "read-through-memo" not in {f.name for f in findings}


def test_a_part_of_a_part_is_named_from_the_inside_out(linted: Linted) -> None:
    program = """
kept = {"a": {}}
@step
def note(state):
    kept["a"]["b"] = state.x
"""
    (finding,) = linted(HEADER + program)
    assert finding.what == "An item of `kept` of module `flow` gets an item."


def test_a_memo_asks_for_nothing_where_one_per_process_is_meant(
    linted: Linted,
) -> None:
    program = """
class Client: pass
_client = None
def client():
    global _client
    if _client is None:
        _client = Client()
    return _client
@step
def call(state):
    return {"ok": client() is not None}
"""
    (finding,) = linted(HEADER + program)
    assert finding.severity == "info"
    assert finding.advice.startswith("Nothing to do if one per process is meant")


def test_the_message_of_json_is_one_paragraph(
    linted: Linted, capsys: pytest.CaptureFixture[str]
) -> None:
    linted({"flow.py": LAZY, "rates.py": "RATES = {'DE': 19, 'FR': 20}"})
    run_command([".", "--output-format", "json"])
    (row,) = json.loads(capsys.readouterr().out)
    assert "\n" not in row["message"]
    assert row["message"].startswith("`percent` of the `Settings` object")
    assert row["message"].count("flow.py:18") == 1


FORMS = {
    "held by the module global `book`": "book = Rows()",
    "made on demand and held by the module global `_book`": """
_book = None
def book_of():
    global _book
    if _book is None:
        _book = Rows()
    return _book
""",
    "kept by `__new__` in `Book._one`": """
class Book(Rows):
    _one = None
    def __new__(cls):
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one
""",
    "kept by its metaclass in `Kept._all`": """
class Kept(type):
    _all = {}
    def __call__(cls):
        if cls not in cls._all:
            cls._all[cls] = super().__call__()
        return cls._all[cls]
class Book(Rows, metaclass=Kept):
    pass
""",
    "behind the cached function `book_of`": """
import functools
@functools.cache
def book_of():
    return Rows()
""",
    "sharing its attributes with all others through `Book._shared`": """
class Book(Rows):
    _shared = {"rows": []}
    def __init__(self):
        self.__dict__ = self._shared
    def add(self, row):
        self.row = row
""",
}


@pytest.mark.parametrize(("form", "definition"), FORMS.items(), ids=FORMS)
def test_a_singleton_is_told_with_its_form(
    form: str, definition: str, tmp_path: Path
) -> None:
    asked = "Book()"
    if "def book_of" in definition:
        asked = "book_of()"
    elif "book =" in definition:
        asked = "book"
    program = (
        "from durable_core import step\n"
        "class Rows:\n    def __init__(self):\n        self.rows = []\n"
        "    def add(self, row):\n        self.rows.append(row)\n"
        f"{definition}\n"
        f"@step\ndef keep(state, context):\n    {asked}.add(state.row)\n"
    )
    told = [f.what for f in lint(tmp_path, {"flow.py": program})]
    assert any(form in what for what in told), told
