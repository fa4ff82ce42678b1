"""`--graph`, `--checklist`, `--all-functions`: other ways to look at a program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from linting import write

from lint_rules import checklist
from lint_rules.cli import run_command
from lint_rules.rules import all_rules

FLOW = """
    from durable_core import step
    from helper import keep

    kept = []

    @step
    def note(state, context):
        keep(state.name)

    @step
    def other(state, context):
        keep(state.name)
        kept.append(1)

    @step
    def fine(state, context):
        return {"x": 1}

    def unreached():
        kept.append(1)
"""
HELPER = """
    seen = {}

    def keep(name):
        seen[name] = 1
        inner(name)

    def inner(name):
        return name
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def out(capsys: pytest.CaptureFixture[str], *arguments: str, code: int) -> str:
    assert run_command([*arguments, "."]) == code
    return capsys.readouterr().out


# The graph.


def test_the_graph_has_a_frame_for_each_module_and_round_steps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": FLOW, "helper.py": HELPER})
    assert out(capsys, "--graph", code=0).splitlines() == [
        "flowchart LR",
        '    subgraph m0["flow"]',
        '        f0(["fine"])',
        '        f1(["note"])',
        '        f2(["other"])',
        "    end",
        '    subgraph m1["helper"]',
        '        f3["inner"]',
        '        f4["keep"]',
        "    end",
        "    f1 --> f4",
        "    f2 --> f4",
        "    f4 --> f3",
    ]


def program(modules: int, package: str = "shop") -> dict[str, str]:
    """Return a step that calls two functions in each of many modules."""
    names = [f"m{number}" for number in range(modules)]
    imports = "\n".join(f"import {package}.p{n[-1]}.{n}" for n in names)
    calls = "\n".join(f"    {package}.p{n[-1]}.{n}.one()" for n in names)
    flow = f"from durable_core import step\n{imports}\n\n@step\ndef go(state, context):\n{calls}\n"
    files = {f"{package}/__init__.py": "", f"{package}/flow.py": flow}
    for name in names:
        files[f"{package}/p{name[-1]}/__init__.py"] = ""
        files[f"{package}/p{name[-1]}/{name}.py"] = (
            "def one():\n    two()\n\ndef two():\n    pass\n"
        )
    return files


@pytest.mark.parametrize(
    ("modules", "by", "boxes"), [(70, "module", 71), (150, "package", 11)]
)
def test_a_large_program_is_drawn_by_module_or_by_package(
    modules: int, by: str, boxes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), program(modules))
    lines = out(capsys, "--graph", code=0).splitlines()
    assert (
        lines[1]
        == f"%% {2 * modules + 1} functions and {2 * modules} calls, drawn by {by}"
    )
    assert len([line for line in lines if re.match(r"    g\d+[(\[]", line)]) == boxes
    assert len([line for line in lines if " --> " in line]) == boxes - 1
    assert '(["shop.flow (1 step)"])' in "\n".join(lines)


def test_a_program_without_steps_has_no_graph(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"helper.py": HELPER})
    assert out(capsys, "--graph", code=0) == "No steps found.\n"


# The checklist.


def test_each_step_answers_nine_questions(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": FLOW, "helper.py": HELPER})
    text = out(capsys, "--checklist", code=1)
    note, other, fine, summary = text.strip().split("\n\n")
    assert note.splitlines()[0] == "flow.note (flow.py:7)"
    assert re.findall(r"^  (\d) (\w+)", note, re.MULTILINE) == [
        (str(number), "no" if number == 2 else "yes") for number in range(1, 10)
    ]
    # A finding in a helper counts for every step that calls it.
    assert "        helper.py:4: warn DUR103 module-mutation" in note
    assert "        helper.py:4: warn DUR103 module-mutation" in other
    assert "        flow.py:13: warn DUR103 module-mutation" in other
    assert re.findall(r"^  \d (\w+)", fine, re.MULTILINE) == ["yes"] * 9
    assert summary == "1 of 3 steps: nine times yes, as far as can be seen."


@pytest.mark.parametrize(
    ("write_there", "read_there"),
    [
        ("rates['a'] = 1", "rates['a']"),
        ("open('/tmp/rates.txt', 'w').close()", "open('/tmp/rates.txt').read()"),
    ],
)
def test_a_step_that_relies_on_another_one_does_not_read_only_the_state(
    write_there: str, read_there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    program = f"""
        from durable_core import step

        rates = {{}}

        @step
        def load(state, context):
            {write_there}

        @step
        def price(state, context):
            return {{"price": {read_there}}}
    """
    write(Path(), {"flow.py": program})
    load, price, summary = out(capsys, "--checklist", code=1).strip().split("\n\n")
    assert "  1 yes" in load
    assert "  1 no  " in price
    assert price.splitlines()[2].startswith("        flow.py:7: error DUR")
    assert summary.startswith("0 of 2 steps")


def test_a_checklist_without_a_no_exits_zero(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": FLOW, "helper.py": HELPER})
    out(capsys, "--checklist", "--ignore", "DUR103", code=0)
    out(capsys, "--checklist", "--exit-zero", code=0)


def test_every_rule_answers_one_question() -> None:
    asked = [code for question in checklist.QUESTIONS for code in question.codes]
    assert len(checklist.QUESTIONS) == 9
    assert sorted(asked) == sorted({*asked})
    ours = {rule.code for rule in all_rules() if rule.code.startswith("DUR")}
    assert {*asked} >= ours


# All functions.


def rows(
    capsys: pytest.CaptureFixture[str], *arguments: str
) -> list[tuple[str, int, str]]:
    run_command([*arguments, "--output-format", "json", "."])
    found = json.loads(capsys.readouterr().out)
    return [(row["path"], row["line"], row["step"]) for row in found]


def test_functions_that_no_step_reaches_are_told_without_a_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": FLOW, "helper.py": HELPER})
    before = rows(capsys)
    after = rows(capsys, "--all-functions")
    assert set(after) - set(before) == {("flow.py", 20, "")}
    assert set(before) <= set(after)


def test_files_without_a_sign_of_steps_are_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"helper.py": HELPER})
    assert rows(capsys) == []
    assert rows(capsys, "--all-functions") == [("helper.py", 4, "")]


@pytest.mark.parametrize(
    "program",
    [
        "FOUND = {}\n\ndef register(function):\n    FOUND[function.__name__] = function\n    return function\n\n@register\ndef f():\n    pass\n",
        "class Order:\n    def __init__(self):\n        self.lines = []\n\n    def add(self, line):\n        self.lines.append(line)\n        self.last = line\n",
        "import logging\n\nlog = logging.getLogger()\n\ndef f():\n    log.info('x')\n",
        "def f(items):\n    items.append(1)\n    return items\n",
    ],
    ids=[
        "a registry filled at import",
        "an object of its own",
        "a logger",
        "an argument",
    ],
)
def test_what_leaves_nothing_behind_stays_silent(
    program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), {"helper.py": program})
    assert rows(capsys, "--all-functions") == []


def test_a_method_that_changes_its_class_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = "class Order:\n    made = []\n\n    def __init__(self):\n        self.made.append(1)\n"
    write(Path(), {"helper.py": program})
    assert rows(capsys, "--all-functions") == [("helper.py", 5, "")]


def test_a_function_is_no_step_that_another_relies_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = "rate = 0\n\ndef choose():\n    global rate\n    rate = 1\n\ndef price():\n    return rate\n"
    write(Path(), {"helper.py": program})
    run_command(["--all-functions", "--output-format", "json", "."])
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["code"], row["severity"]) == ("DUR102", "warn")


def test_a_comment_on_the_function_suppresses_it() -> None:
    program = "rate = 0\n\ndef choose():  # durable: ignore[DUR102] tests only\n    global rate\n    rate = 1\n"
    write(Path(), {"helper.py": program})
    assert run_command(["--all-functions", "."]) == 0
