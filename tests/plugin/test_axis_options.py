"""Which executors are asked for, what is refused, and how the variants are called."""

from __future__ import annotations

import pytest
from suites import PORTABLE, RATES, TEST_PORTABLE, TEST_RATES, Suite

from durable_core import executor_names

USAGE_ERROR = 4


@pytest.fixture
def portable(suite: Suite) -> Suite:
    suite.write("portable.py", PORTABLE)
    suite.write("test_portable.py", TEST_PORTABLE)
    return suite


def test_without_the_option_there_is_no_suffix_and_no_table(portable: Suite) -> None:
    result = portable.run()
    assert result.code == 0, result.output
    assert result.verdicts == {"test_portable.py::test_sum": "PASSED"}
    assert not result.parity


def test_each_executor_makes_a_variant_with_its_name(portable: Suite) -> None:
    result = portable.run("--executors=sync,thread,subprocess")
    assert result.code == 0, result.output
    assert set(result.verdicts) == {
        f"test_portable.py::test_sum[{name}]"
        for name in ("sync", "thread", "subprocess")
    }


def test_one_executor_other_than_sync_makes_no_suffix_and_runs_there(
    suite: Suite,
) -> None:
    suite.write("rates.py", RATES)
    suite.write("test_rates.py", TEST_RATES)
    result = suite.run("--executors=subprocess")
    assert result.code == 1, result.output
    assert result.verdicts == {"test_rates.py::test_checkout": "FAILED"}
    assert not result.parity


def test_the_name_comes_after_the_parameters_of_the_test(suite: Suite) -> None:
    suite.write("portable.py", PORTABLE)
    suite.write(
        "test_parameters.py",
        """
        import pytest
        from portable import workflow

        @pytest.mark.parametrize("amount", [1, 2])
        def test_double(workflow_executor, amount):
            run = workflow_executor.run(workflow, {"amount": amount})
            assert run.state.amount == amount * 2
        """,
    )
    result = suite.run("--executors=sync,subprocess")
    assert set(result.verdicts) == {
        f"test_parameters.py::test_double[{amount}-{name}]"
        for amount in (1, 2)
        for name in ("sync", "subprocess")
    }


def test_all_means_every_executor_that_can_run_here(portable: Suite) -> None:
    result = portable.run("--executors=all")
    names = {test.partition("[")[2].rstrip("]") for test in result.verdicts}
    assert {"sync", "thread", "subprocess"} <= names


@pytest.mark.parametrize("given", ["--executors=nosuch", "--executors=sync,nosuch"])
def test_an_unknown_executor_is_a_usage_error_that_lists_the_choices(
    portable: Suite, given: str
) -> None:
    result = portable.run(given)
    assert result.code == USAGE_ERROR
    assert "'nosuch'" in result.errors
    for name in (*executor_names(), "all"):
        assert name in result.errors


def test_an_unknown_executor_in_the_configuration_is_a_usage_error(
    portable: Suite,
) -> None:
    portable.ini("durable_executors = sync nosuch")
    result = portable.run()
    assert result.code == USAGE_ERROR
    assert "'nosuch'" in result.errors


def test_an_unknown_reference_is_a_usage_error(portable: Suite) -> None:
    result = portable.run("--durable-reference=nosuch")
    assert result.code == USAGE_ERROR
    assert "'nosuch'" in result.errors


@pytest.mark.parametrize("given", ["--executors=", "--executors=,"])
def test_an_empty_list_is_a_usage_error(portable: Suite, given: str) -> None:
    result = portable.run(given)
    assert result.code == USAGE_ERROR
    assert "--executors" in result.errors


@pytest.mark.parametrize(
    "line",
    ["durable_executors = sync,subprocess", "durable_executors = sync subprocess"],
)
def test_the_configuration_names_executors_and_the_option_wins(
    portable: Suite, line: str
) -> None:
    portable.ini(line)
    assert len(portable.run().verdicts) == 2
    assert len(portable.run("--executors=sync").verdicts) == 1


def test_the_reference_is_compared_with_even_when_it_is_not_named(
    portable: Suite,
) -> None:
    result = portable.run("--executors=thread,subprocess")
    assert "test_portable.py::test_sum[sync]" in result.verdicts
    assert "1 agrees" in result.parity


def test_another_reference_is_the_one_compared_with(suite: Suite) -> None:
    suite.write("rates.py", RATES)
    suite.write("test_rates.py", TEST_RATES)
    result = suite.run("--executors=subprocess,sync", "--durable-reference=subprocess")
    # The reference fails plainly, and the other one differs from it.
    assert result.verdicts == {
        "test_rates.py::test_checkout[subprocess]": "FAILED",
        "test_rates.py::test_checkout[sync]": "DIVERGED",
    }
    assert "--durable-reference=subprocess" in result.command


@pytest.fixture
def without_celery(portable: Suite, monkeypatch: pytest.MonkeyPatch) -> Suite:
    celery_eager = pytest.importorskip("durable_core.executors.celery_eager")
    monkeypatch.setattr(celery_eager, "Celery", None)
    return portable


def test_an_unavailable_executor_asked_for_by_name_is_a_usage_error(
    without_celery: Suite,
) -> None:
    result = without_celery.run("--executors=sync,celery-eager")
    assert result.code == USAGE_ERROR
    assert "celery is not installed" in result.errors


def test_an_unavailable_executor_under_all_is_skipped_with_its_reason(
    without_celery: Suite,
) -> None:
    result = without_celery.run("--executors=all")
    assert result.code == 0, result.output
    assert "celery is not installed" in result.parity
    assert "test_portable.py::test_sum[celery-eager]" not in result.verdicts
    assert "1 skipped" in result.output


def test_the_plugin_can_be_switched_off(suite: Suite) -> None:
    suite.write("test_plain.py", "def test_plain(): pass")
    result = suite.run_apart("-p", "no:durable")
    assert result.code == 0
    result = suite.run_apart("-p", "no:durable", "--executors=all")
    assert result.code == USAGE_ERROR


def test_collecting_alone_lists_the_variants(portable: Suite) -> None:
    result = portable.run("--collect-only", "-q", "--executors=sync,subprocess")
    assert result.code == 0
    assert "test_portable.py::test_sum[subprocess]" in result.output
    assert not result.parity
