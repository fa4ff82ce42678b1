"""The same verdicts and diagnoses serially, in parallel, and in any order."""

from __future__ import annotations

import pytest
from suites import PORTABLE, RATES, TEST_PORTABLE, TEST_RATES, Result, Suite

EXECUTORS = "--executors=sync,thread,subprocess"
PLAIN = ("-pno:asyncio", "-pno:cacheprovider")


@pytest.fixture
def mixed(suite: Suite) -> Suite:
    """Four modules: leaks of two kinds, a lazy object, portable code."""
    suite.write("rates.py", RATES)
    suite.write("portable.py", PORTABLE)
    suite.write("test_rates.py", TEST_RATES + TEST_RATES.replace("checkout(", "again("))
    suite.write("test_portable.py", TEST_PORTABLE)
    suite.write(
        "cached.py",
        """
        from functools import lru_cache
        from durable_core import Workflow, step

        @lru_cache
        def quote(sku):
            return {"cents": 3}

        @step
        def lower(state):
            quote("mug")["cents"] = 2

        @step
        def tell(state):
            return {"cents": quote("mug")["cents"]}

        workflow = Workflow("cached", [lower, tell])
        """,
    )
    suite.write(
        "test_cached.py",
        """
        import pytest
        from cached import workflow

        @pytest.mark.parametrize("number", [1, 2])
        def test_quote(workflow_executor, number):
            run = workflow_executor.run(workflow, {"number": number})
            assert run.status == "completed"

        def test_plain_failure(workflow_executor):
            workflow_executor.run(workflow)
            assert False, "plainly wrong"
        """,
    )
    return suite


def said(result: Result) -> tuple[dict[str, str], dict[str, str]]:
    return result.verdicts, result.diagnoses


def test_the_serial_run_finds_what_there_is(mixed: Suite) -> None:
    result = mixed.run(EXECUTORS)
    diverged = {test for test, word in result.verdicts.items() if word == "DIVERGED"}
    assert diverged == {
        f"{test}[{parameter}subprocess]"
        for test, parameter in (
            ("test_rates.py::test_checkout", ""),
            ("test_rates.py::test_again", ""),
            ("test_cached.py::test_quote", "1-"),
            ("test_cached.py::test_quote", "2-"),
            ("test_cached.py::test_plain_failure", ""),
        )
    }
    assert list(result.verdicts.values()).count("FAILED") == 2


ORDERS = {
    "two workers": ("-n2", "-pno:randomly"),
    "two workers by file": ("-n2", "--dist=loadfile", "-pno:randomly"),
    "random 1": ("--randomly-seed=1",),
    "random 2": ("--randomly-seed=2",),
    "random 3": ("--randomly-seed=3",),
    "random and parallel": ("--randomly-seed=4", "-n2"),
}


@pytest.mark.parametrize("options", ORDERS.values(), ids=ORDERS)
def test_other_orders_say_the_same(mixed: Suite, options: tuple[str, ...]) -> None:
    if "-n2" in options:
        pytest.importorskip("xdist")
    if any("randomly-seed" in option for option in options):
        pytest.importorskip("pytest_randomly")
    serial = mixed.run(EXECUTORS)
    other = mixed.run_apart(EXECUTORS, *options, quiet=PLAIN)
    assert said(other) == said(serial), other.output
    assert other.parity.split() == serial.parity.split()


def test_each_test_alone_says_the_same(mixed: Suite) -> None:
    serial = mixed.run(EXECUTORS)
    for test in (
        "test_rates.py::test_again[subprocess]",
        "test_cached.py::test_quote[2-subprocess]",
        "test_cached.py::test_quote[2-thread]",
        "test_cached.py::test_plain_failure[subprocess]",
    ):
        alone = mixed.run(EXECUTORS, test)
        assert alone.verdicts == {test: serial.verdicts[test]}
        assert alone.diagnoses.get(test) == serial.diagnoses.get(test)


def test_the_reference_first_says_the_same(mixed: Suite) -> None:
    serial = mixed.run(EXECUTORS)
    turned = mixed.run(
        EXECUTORS,
        "test_rates.py::test_checkout[sync]",
        "test_rates.py::test_checkout[subprocess]",
    )
    assert (
        turned.diagnosis == serial.diagnoses["test_rates.py::test_checkout[subprocess]"]
    )


def test_variants_of_one_test_never_run_beside_each_other(suite: Suite) -> None:
    pytest.importorskip("xdist")
    suite.write("portable.py", PORTABLE)
    suite.write(
        "test_claims.py",
        """
        import os, pytest
        from portable import workflow

        @pytest.mark.parametrize("number", range(8))
        def test_claim(workflow_executor, number):
            claimed = f"SCRATCH-{number}"
            os.mkdir(claimed)  # fails where another variant has claimed it
            try:
                for amount in range(20):
                    workflow_executor.run(workflow, {"amount": amount})
            finally:
                os.rmdir(claimed)
        """,
    )
    result = suite.run_apart(
        "--executors=sync,thread,celery-eager", "-n2", "-pno:randomly", quiet=PLAIN
    )
    assert set(result.verdicts.values()) == {"PASSED"}, result.output
    assert len(result.verdicts) == 24
