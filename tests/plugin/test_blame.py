"""What carried something from step to step, which of it is blamed, and the verdict."""

from __future__ import annotations

import pytest
from journals import (
    FILE,
    attempt,
    difference,
    failure,
    journal,
    read,
    run,
    write,
)

from pytest_durable.carriers import carriers, cause_of
from pytest_durable.evidence.values import Kind
from pytest_durable.explain import Scene
from pytest_durable.journal import Ending, TestJournal
from pytest_durable.verdict import Judge, Judgement

ALL = frozenset(Kind)


def scene(variant: str = "subprocess", reference: str = "sync") -> Scene:
    return Scene(
        reference=reference,
        variant=variant,
        nodeid="tests/test_shop.py::test_it[subprocess]",
        directory="/project",
    )


def judged(
    reference: TestJournal,
    variant: TestJournal,
    again: TestJournal | None = None,
    ignore: tuple[str, ...] = (),
    shared: tuple[str, ...] = (),
) -> Judgement:
    judge = Judge(
        scene=scene(variant.executor),
        ignore_state=frozenset(ignore),
        ignore_globals=ignore,
        shared=shared,
        run_again=lambda: again,
    )
    return judge.judge(reference, variant, "assert 1 == 2")


def test_a_write_and_a_later_read_are_joined_by_kind_and_name() -> None:
    one = run(
        attempt("a", 0, write("X"), write("Y", kind=Kind.CACHE)),
        attempt("b", 1, read("X"), read("Y")),
    )
    (found,) = carriers(one)
    assert (found.name, found.writer.step, found.reader and found.reader.step) == (
        "X",
        "a",
        "b",
    )


def test_a_read_in_front_of_the_write_is_not_joined() -> None:
    one = run(attempt("a", 0, read("X"), write("X")), attempt("b", 1))
    assert not list(carriers(one))


def test_the_last_writer_is_the_one_joined() -> None:
    one = run(
        attempt("a", 0, write("X")),
        attempt("b", 1, write("X")),
        attempt("c", 2, read("X")),
    )
    (found,) = carriers(one)
    assert found.writer.step == "b"


def test_of_several_the_one_on_the_line_of_the_failure_is_blamed() -> None:
    ours = run(
        attempt("a", 0, write("X"), write("Y")),
        attempt("b", 1, read("X", 5), read("Y", 6)),
    )
    theirs = run(
        attempt("a", 0),
        attempt(
            "b", 1, read("X", 5), read("Y", 6), failed=failure("KeyError", "'k'", 6)
        ),
    )
    cause = cause_of(difference(ours, theirs, 1), ALL)
    assert cause is not None
    assert cause.name == "Y"


def test_of_several_the_one_that_the_failure_names_is_blamed() -> None:
    ours = run(
        attempt("a", 0, write("m.rates"), write("m.log")),
        attempt("b", 1, read("m.rates"), read("m.log")),
    )
    theirs = run(
        attempt("a", 0), attempt("b", 1, failed=failure("NameError", "no rates"))
    )
    cause = cause_of(difference(ours, theirs, 1), ALL)
    assert cause is not None
    assert cause.name == "m.rates"


def test_what_nobody_was_seen_to_read_is_blamed_only_if_it_stands_alone() -> None:
    theirs = run(attempt("a", 0), attempt("b", 1, x=2))
    alone = run(attempt("a", 0, write("X")), attempt("b", 1, x=1))
    cause = cause_of(difference(alone, theirs, 1, "x"), ALL)
    assert cause is not None
    assert cause.reader is None
    several = run(attempt("a", 0, write("X"), write("Y")), attempt("b", 1, x=1))
    assert cause_of(difference(several, theirs, 1, "x"), ALL) is None


def test_what_the_executor_shares_is_never_blamed() -> None:
    ours = run(attempt("a", 0, write("X")), attempt("b", 1, read("X"), x=1))
    theirs = run(attempt("a", 0), attempt("b", 1, x=2))
    assert cause_of(difference(ours, theirs, 1, "x"), frozenset()) is None


def test_what_is_read_after_the_difference_did_not_cause_it() -> None:
    ours = run(attempt("a", 0, write("X"), x=1), attempt("b", 1, read("X")))
    theirs = run(attempt("a", 0, x=2), attempt("b", 1))
    assert cause_of(difference(ours, theirs, 0, "x"), ALL) is None


def test_the_exact_lines_are_preferred() -> None:
    ours = run(attempt("a", 0, write("X", 1)), attempt("b", 1, read("X", 2), x=1))
    theirs = run(attempt("a", 0, write("X", 11)), attempt("b", 1, read("X", 12), x=2))
    cause = cause_of(difference(ours, theirs, 1, "x"), ALL)
    assert cause is not None
    assert cause.write.place is not None
    assert cause.read is not None
    assert cause.read.place is not None
    assert (cause.write.place.line, cause.read.place.line) == (11, 12)


LEAK = run(attempt("a", 0, write("shop.X")), attempt("b", 1, read("shop.X"), x=1))


def test_agreement_has_no_report() -> None:
    one = run(attempt("a", 0, x=1))
    assert judged(journal(one), journal(one, executor="subprocess")) == Judgement()


def test_a_value_that_differs_between_two_runs_of_the_reference_is_advice() -> None:
    found = judged(
        journal(run(attempt("a", 0, at=1))),
        journal(run(attempt("a", 0, at=2)), executor="subprocess"),
        again=journal(run(attempt("a", 0, at=3))),
    )
    assert found.report is None
    (advice,) = found.advice
    assert advice == (
        "state.at differs from run to run and was not compared "
        "(name it in durable_ignore_state)"
    )


def test_a_value_is_different_when_the_reference_repeats_its_own() -> None:
    ours = journal(run(attempt("a", 0, x=1)))
    theirs = journal(run(attempt("a", 0, x=2)), executor="subprocess")
    found = judged(ours, theirs, again=ours)
    assert found.report is not None
    assert found.report.splitlines()[0] == (
        "step 'a' gave x = 1 on sync and x = 2 on subprocess"
    )


def test_an_outcome_is_different_without_asking_again() -> None:
    def never() -> None:
        raise AssertionError

    judge = Judge(
        scene=scene(),
        ignore_state=frozenset(),
        ignore_globals=(),
        shared=(),
        run_again=never,
    )
    theirs = run(attempt("a", 0, failed=failure("KeyError", "'x'")))
    found = judge.judge(journal(run(attempt("a", 0))), journal(theirs), "")
    assert found.report is not None
    assert "fails on subprocess with KeyError: 'x'" in found.report
    assert "Traceback" in found.report


def test_what_each_process_makes_again_is_advice() -> None:
    again = run(
        attempt("a", 0, write("shop.X")),
        attempt("b", 1, read("shop.X"), write("shop.X"), x=1),
    )
    (advice,) = judged(journal(LEAK), journal(again, executor="subprocess")).advice
    assert advice == (
        "step 'a' makes shop.X for step 'b': each process makes its own; the results "
        "agree (shop.py:1)"
    )


def test_what_is_lost_without_a_trace_in_the_state_is_other_advice() -> None:
    (advice,) = judged(journal(LEAK), journal(LEAK, executor="subprocess")).advice
    assert "another process does not see it; the results agree" in advice


@pytest.mark.parametrize("executor", ["thread", "celery-eager"])
def test_in_process_variants_give_no_advice_about_globals(executor: str) -> None:
    assert judged(journal(LEAK), journal(LEAK, executor=executor)) == Judgement()


def test_ignored_globals_are_no_advice() -> None:
    found = judged(
        journal(LEAK), journal(LEAK, executor="subprocess"), ignore=("shop.*",)
    )
    assert found == Judgement()


def files(path: str) -> TestJournal:
    one = run(
        attempt("a", 0, write(path, kind=Kind.FILE)),
        attempt("b", 1, read(path, kind=Kind.FILE)),
    )
    return journal(one, executor="subprocess")


def test_a_file_that_the_variant_still_finds_diverges() -> None:
    found = judged(files("/var/out.csv"), files("/var/out.csv"))
    assert found.report is not None
    assert found.report.startswith(
        "step 'b' opens /var/out.csv, which step 'a' wrote to another worker's disk"
    )


@pytest.mark.parametrize("shared", ["/var", "/var/out.csv"])
def test_a_file_below_a_shared_path_does_not(shared: str) -> None:
    assert (
        judged(files("/var/out.csv"), files("/var/out.csv"), shared=(shared,))
        == Judgement()
    )


def test_a_shared_path_is_no_prefix_of_other_names() -> None:
    found = judged(
        files("/variant/out.csv"), files("/variant/out.csv"), shared=("/var",)
    )
    assert found.report is not None


def test_a_skipped_reference_compares_nothing() -> None:
    found = judged(
        journal(ending=Ending.SKIPPED),
        journal(ending=Ending.FAILED, failed_with="boom", executor="subprocess"),
    )
    assert found == Judgement(incomparable="skipped on sync")


def test_a_test_that_fails_in_both_is_no_divergence() -> None:
    failed = journal(LEAK, ending=Ending.FAILED, failed_with="boom")
    assert judged(failed, failed).report is None


def test_a_test_that_fails_in_one_looks_at_something() -> None:
    found = judged(
        journal(LEAK),
        journal(
            LEAK,
            executor="subprocess",
            ending=Ending.FAILED,
            failed_with="AssertionError: no",
            looks_at=("shop.X",),
        ),
    )
    assert found.report is not None
    lines = found.report.splitlines()
    assert lines[0] == (
        "the test passes on sync and fails on subprocess: it looks at shop.X, which "
        "step 'a' set in another process"
    )
    assert f"  set   {FILE.rpartition('/')[2]}:1  code" in lines
    assert "assert 1 == 2" in lines


def test_runs_with_nothing_in_common_are_not_comparable() -> None:
    found = judged(
        journal(run(n="1"), drawn=True),
        journal(run(n="2"), drawn=True, executor="subprocess"),
    )
    assert found.incomparable == "no run has the same input as one on sync"
