"""The lines of reports and of the parity table, from hand-made journals."""

from __future__ import annotations

import pytest
from journals import attempt, difference, failure, read, run, write

from lint_rules.rules import all_rules
from pytest_durable.carriers import Carrier, cause_of
from pytest_durable.evidence.values import Kind, Write
from pytest_durable.explain import WIDTH, Scene, explain
from pytest_durable.journal import Row
from pytest_durable.matrix import parity
from pytest_durable.readable import readable
from pytest_durable.side_by_side import CELL, cell, side_by_side
from pytest_durable.wording import advice_for, lint_rule, sentence

NAMES = ("sync", "thread", "subprocess", "celery-eager")
SCENE = Scene(
    reference="sync",
    variant="subprocess",
    nodeid="tests/test_shop.py::test_it[subprocess]",
    directory="/project",
)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_a_diagnosis_a_fix_and_a_rule_of_the_linter(kind: Kind) -> None:
    carrier = Carrier(
        writer=attempt("load", 0),
        write=write("shop.X", kind=kind),
        reader=attempt("price", 1),
        read=read("shop.X", kind=kind),
    )
    text = sentence(carrier, "shop.X", "in another process")
    assert text.startswith("step 'price' ")
    assert "shop.X, which step 'load' " in text
    assert "{" not in advice_for(carrier)
    assert advice_for(carrier).endswith(".")
    rules = {f"{rule.name} {rule.code}" for rule in all_rules()}
    assert lint_rule(carrier) in {*rules, ""}


@pytest.mark.parametrize(
    ("detail", "rule"),
    [
        ("session = <Session>", "global-rebind DUR102"),
        ("RATES['EUR'] = 1.25", "module-mutation DUR103"),
        ("registry.items = [1]", "module-mutation DUR103"),
    ],
)
def test_a_rebound_global_is_told_from_a_changed_one(detail: str, rule: str) -> None:
    place = Write(kind=Kind.GLOBAL, name="shop.X", detail=detail)
    assert lint_rule(Carrier(writer=attempt("load", 0), write=place)) == rule


def test_a_report_has_its_parts_in_order() -> None:
    ours = run(
        attempt("load", 0, write("shop.X", 4)),
        attempt("price", 1, read("shop.X", 8), x=1),
    )
    theirs = run(attempt("load", 0), attempt("price", 1, read("shop.X", 8), x=2))
    found = difference(ours, theirs, 1, "x")
    report = explain(found, cause_of(found, frozenset(Kind)), SCENE)
    blocks = report.split("\n\n")
    assert (
        blocks[0]
        == "step 'price' reads shop.X, which step 'load' set in another process"
    )
    assert blocks[1].splitlines()[-1] == "  price  x = 1      x = 2"
    assert blocks[2].splitlines() == [
        "  set   shop.py:4  code",
        "  read  shop.py:8  code",
    ]
    assert "module global" in blocks[3]
    assert blocks[4].startswith("Run only this: pytest ")
    assert all(len(line) <= WIDTH for line in blocks[3].splitlines())


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (None, "None"),
        (True, "True"),
        ("it's", '"it\'s"'),
        ([1, [2]], "[1, [2]]"),
        ({"a": None}, "{'a': None}"),
        ({"$": "tuple", "v": [1]}, "(1,)"),
        ({"$": "tuple", "v": [1, 2]}, "(1, 2)"),
        ({"$": "set", "v": [1]}, "{1}"),
        ({"$": "dict", "v": [[1, 2]]}, "{1: 2}"),
        ({"$": "counter", "v": [["a", 2]]}, "{'a': 2}"),
        ({"$": "decimal", "v": "1.5"}, "decimal(1.5)"),
        (
            {"$": "datetime", "v": ["2024-01-01T00:00:00", None, 0]},
            "datetime(2024-01-01T00:00:00)",
        ),
        ({"$": "float", "v": "nan"}, "nan"),
        ({"$": "int", "v": "-ff"}, "-255"),
        ({"$": "shop.models:Order", "v": {"id": 1}}, "Order(id=1)"),
        ({"$": "shop.models:Shop.Color", "v": "RED"}, "Color(RED)"),
    ],
)
def test_encoded_values_are_readable(wire: object, text: str) -> None:
    assert readable(wire) == text


def test_a_cell_is_short_and_says_what_changed() -> None:
    assert cell(None) == "not run"
    assert cell(attempt("a", 0)) == "no change"
    assert cell(attempt("a", 0, removed=("x",))) == "no x"
    assert cell(attempt("a", 0, x=1, y=2), ("y",)) == "y = 2"
    assert cell(attempt("a", 0, failed=failure("OSError", ""))) == "OSError"
    assert len(cell(attempt("a", 0, text="x" * 99))) == CELL


def test_two_long_values_are_shown_from_where_they_part() -> None:
    one, other = (
        attempt("a", 0, x="y" * 50 + "left"),
        attempt("a", 0, x="y" * 50 + "right"),
    )
    assert "left" in cell(one, ("x",), other=other)
    assert "right" in cell(other, ("x",), other=one)


def test_only_differing_keys_are_shown_where_the_runs_part() -> None:
    ours = run(attempt("a", 0, p=1, q=2), attempt("b", 1, p=1, q=3))
    theirs = run(attempt("a", 0, p=1, q=2), attempt("b", 1, p=1, q=4))
    lines = list(side_by_side(difference(ours, theirs, 1, "q"), "sync", "subprocess"))
    assert lines == [
        "  step  sync          subprocess",
        "  a     p = 1, q = 2  same",
        "  b     q = 3         q = 4",
    ]


def test_steps_after_the_difference_are_left_out() -> None:
    ours = run(attempt("a", 0, x=1), attempt("b", 1))
    theirs = run(attempt("a", 0, x=2), attempt("b", 1))
    assert len(list(side_by_side(difference(ours, theirs, 0, "x"), "s", "t"))) == 2


def rows(test: str, *verdicts: str, file: str = "tests/test_shop.py") -> list[Row]:
    return [
        Row(file=file, test=test, executor=name, verdict=verdict)
        for name, verdict in zip(NAMES, verdicts, strict=False)
    ]


def table(given: list[Row], verbosity: int = 0, width: int = 80) -> list[str]:
    return list(parity(given, NAMES, "sync", verbosity, width))


def test_rows_with_anything_but_ok_are_shown() -> None:
    given = rows("test_a", "ok", "ok", "DIVERGED", "ok") + rows("test_b", *["ok"] * 4)
    assert table(given) == [
        "tests/test_shop.py      sync     thread   subprocess  celery-eager",
        "  test_a                 ok        ok      DIVERGED        ok",
        "2 workflow tests, 1 agrees, 1 diverges from sync (-v shows every row)",
    ]
    assert len(table(given, verbosity=1)) == 4
    assert table(given, verbosity=-1) == [
        "2 workflow tests, 1 agrees, 1 diverges from sync"
    ]


@pytest.mark.parametrize("width", [80, 100])
def test_the_table_keeps_to_the_width_of_the_terminal(width: int) -> None:
    given = rows(
        f"test_{'long_' * 30}end[1]",
        "ok",
        "ok",
        "DIVERGED",
        "ok",
        file=f"tests/{'deep/' * 30}test_it.py",
    )
    lines = table(given, width=width)
    assert max(len(line) for line in lines) <= width
    assert "_end[1]  " in lines[1]
    assert lines[1].startswith("  ...")
    assert "test_it.py  " in lines[0]


def test_in_a_narrow_terminal_names_keep_some_room() -> None:
    lines = table(rows("test_something_long_enough", "ok", "ok", "DIVERGED"), width=20)
    assert "long_enough" in lines[1]


def test_reasons_advice_and_notices_are_told_once() -> None:
    given = [
        Row(file="a.py", test="t", executor="sync", verdict="ok"),
        Row(file="a.py", test="t", executor="thread", verdict="skipped", why="because"),
        Row(
            file="a.py",
            test="t",
            executor="subprocess",
            verdict="skipped",
            why="because",
            advice=("do less",),
            notice="no /tmp",
        ),
    ]
    lines = table(given)
    assert lines[-4:] == [
        "t: thread, subprocess: because",
        "advice: t: do less",
        "notice: no /tmp",
        "1 workflow test, 0 agree, 1 not comparable everywhere (-v shows every row)",
    ]


def test_the_last_line_counts_each_test_once() -> None:
    given = [
        *rows("a", "failed", "failed", "DIVERGED"),
        *rows("b", "failed", "failed", "failed"),
        *rows("c", "ok", "skipped", "ok"),
        *rows("d", "ok", "ok", "n/a"),
        *rows("e", "ok", "ok", "ok"),
    ]
    (line,) = table(given, verbosity=-1)
    assert line == (
        "5 workflow tests, 1 agrees, 1 diverges from sync, 1 fails, "
        "2 not comparable everywhere"
    )
