"""Which runs are compared, and where two of them part."""

from __future__ import annotations

import json

import pytest
from journals import attempt, failure, journal, pair, read, run, write

from pytest_durable.compare import differing_keys, first_difference, pairs
from pytest_durable.evidence.values import Kind
from pytest_durable.journal import Ending, Row, RunJournal, TestJournal
from pytest_durable.normalizing import STAND_IN, Directories, replaced_fields, settled

NOTHING: frozenset[str] = frozenset()


def parted(
    ours: RunJournal, theirs: RunJournal, ignore: frozenset[str] = NOTHING
) -> tuple[int, tuple[str, ...]] | None:
    found = first_difference(pair(ours, theirs), ignore, exact=theirs)
    return None if found is None else (found.position, found.keys)


def test_equal_runs_agree() -> None:
    one = run(attempt("a", 0, total=1), attempt("b", 1, text="x"))
    assert parted(one, one) is None


def test_the_first_differing_step_and_its_keys_are_found() -> None:
    ours = run(attempt("a", 0, x=1), attempt("b", 1, x=2, y=3, z=4))
    theirs = run(attempt("a", 0, x=1), attempt("b", 1, x=2, y=9, z=8))
    assert parted(ours, theirs) == (1, ("y", "z"))
    assert parted(ours, theirs, frozenset({"y"})) == (1, ("z",))
    assert parted(ours, theirs, frozenset({"y", "z"})) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, True), (1, 1.0), ([1], [True]), ({"a": 1}, {"a": 1.0}), (None, 0), ([], {})],
)
def test_values_that_python_calls_equal_may_be_two_wires(
    left: object, right: object
) -> None:
    ours, theirs = run(attempt("a", 0, x=left)), run(attempt("a", 0, x=right))
    assert parted(ours, theirs) == (0, ("x",))


def test_the_order_of_keys_is_no_difference() -> None:
    ours = run(attempt("a", 0, x={"a": 1, "b": 2}))
    theirs = run(attempt("a", 0, x={"b": 2, "a": 1}))
    assert parted(ours, theirs) is None


def test_a_removed_key_differs_from_one_that_is_none() -> None:
    ours, theirs = run(attempt("a", 0, removed=("x",))), run(attempt("a", 0, x=None))
    assert parted(ours, theirs) == (0, ("x",))


def test_a_failure_is_a_difference_without_keys() -> None:
    ours = run(attempt("a", 0, x=1))
    theirs = run(attempt("a", 0, failed=failure("KeyError", "'x'")))
    assert parted(ours, theirs) == (0, ())


def test_failures_of_one_type_agree_whatever_they_say() -> None:
    one = run(attempt("a", 0, failed=failure("OSError", "socket 1")))
    other = run(attempt("a", 0, failed=failure("OSError", "socket 2")))
    assert parted(one, other) is None
    other = run(attempt("a", 0, failed=failure("KeyError", "socket 1")))
    assert parted(one, other) == (0, ())


def test_a_run_that_ends_early_parts_at_its_missing_step() -> None:
    ours, theirs = run(attempt("a", 0), attempt("b", 1)), run(attempt("a", 0))
    assert parted(ours, theirs) == (1, ())
    assert parted(theirs, ours) == (1, ())


def test_one_more_retry_is_a_difference_in_its_own_row() -> None:
    lost = attempt("a", 0, failed=failure("OSError", ""))
    ours, theirs = run(lost, attempt("a", 0, x=1)), run(lost, lost)
    found = first_difference(pair(ours, theirs), NOTHING, exact=theirs)
    assert found is not None
    assert (found.position, found.row) == (0, 1)


def test_runs_are_paired_by_input_whatever_their_order() -> None:
    one, two = run(attempt("a", 0, x=1), n="1"), run(attempt("a", 0, x=2), n="2")
    found = list(pairs(journal(one, two), journal(two, one)))
    assert [(p.reference, p.variant, p.changed) for p in found] == [
        (two, two, ()),
        (one, one, ()),
    ]


def test_repeated_inputs_are_paired_in_turn() -> None:
    first, second = run(attempt("a", 0, x=1)), run(attempt("a", 0, x=2))
    found = list(pairs(journal(first, second), journal(first, second)))
    assert [(p.reference, p.variant) for p in found] == [
        (first, first),
        (second, second),
    ]


def test_other_inputs_are_paired_in_turn_and_only_outcomes_count() -> None:
    ours = run(attempt("a", 0, x=1), id="1", amount="5")
    theirs = run(attempt("a", 0, x=2), id="2", amount="5")
    (found,) = pairs(journal(ours), journal(theirs))
    assert found.changed == ("id",)
    assert first_difference(found, NOTHING, exact=theirs) is None


def test_drawn_inputs_are_never_paired_in_turn() -> None:
    ours, theirs = run(id="1"), run(id="2")
    assert not list(pairs(journal(ours, drawn=True), journal(theirs, drawn=True)))


def test_runs_of_two_workflows_are_never_paired() -> None:
    assert not list(pairs(journal(run(workflow="a")), journal(run(workflow="b"))))


def test_keys_that_differ_anywhere_between_two_runs_are_listed() -> None:
    ours = run(attempt("a", 0, at=1, x=1), attempt("b", 1, token="p"))
    theirs = run(attempt("a", 0, at=2, x=1), attempt("b", 1, token="q"))
    assert differing_keys(journal(ours), journal(theirs)) == {"at", "token"}


def test_a_journal_survives_json() -> None:
    step = attempt(
        "a",
        0,
        write("shop.X", 3, Kind.CACHE),
        read("shop.Y"),
        failed=failure("KeyError", "'x'", 7),
        removed=("gone",),
        x={"$": "tuple", "v": [1]},
    )
    one = journal(
        run(step, attempt("b", 1), replaced=("x",), state={"x": 1}, n="abc"),
        ending=Ending.FAILED,
        failed_with="boom",
        looks_at=("shop.X",),
        drawn=True,
        watched=True,
    )
    assert TestJournal.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_a_row_survives_json() -> None:
    one = Row(
        file="a.py", test="t", executor="sync", verdict="ok", advice=("b",), notice="c"
    )
    assert Row.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_the_names_that_steps_wrote_are_listed_once() -> None:
    one = journal(
        run(attempt("a", 0, write("X"), write("Y")), attempt("b", 1, write("X")))
    )
    assert one.written_names() == ("X", "Y")


def test_directories_of_pytest_lose_their_names() -> None:
    directories = Directories()
    wire = {"path": "/base/test_it_sync_0/out.txt", "other": "/based/x", "n": 1}
    assert directories.without(wire) == wire
    directories.below("/base")
    assert directories.without(wire) == {**wire, "path": f"{STAND_IN}/out.txt"}
    assert directories.without('say "/base/x"') == f'say "{STAND_IN}"'


def test_fields_that_a_project_replaces_are_found() -> None:
    raw = {"same": 1, "changed": 1, "left_out": 1}
    wanted = {"same": 1, "changed": True, "added": 1}
    assert set(replaced_fields(raw, wanted)) == {"changed", "left_out", "added"}


def test_a_replaced_field_is_set_once_by_its_last_step() -> None:
    one = run(
        attempt("a", 0, names=[], x=1),
        attempt("b", 1, names=["b", "a"], x=2),
        attempt("c", 2, x=3),
        state={"names": ["a", "b"], "x": 3},
    )
    updates = [a.update for a in settled(one, frozenset({"names"})).attempts]
    assert updates == [{"x": 1}, {"x": 2, "names": ["a", "b"]}, {"x": 3}]


def test_a_field_that_is_left_out_is_set_by_nobody() -> None:
    one = run(attempt("a", 0, names=[1]), attempt("b", 1, removed=("names",)))
    steps = settled(one, frozenset({"names"})).attempts
    assert [(a.update, a.removed) for a in steps] == [({}, ()), ({}, ())]
