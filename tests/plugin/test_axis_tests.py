"""Which tests are on the axis: by fixture, by mark, in classes, async, drawn inputs."""

from __future__ import annotations

import pytest
from suites import PORTABLE, QUIET, RATES, TEST_RATES, Suite

BOTH = "--executors=sync,subprocess"
OWN_ENGINE = """
    from durable_core import Engine
    from rates import workflow

    def run():
        run = Engine().run(workflow, {"amount": 10, "currency": "EUR"})
        assert run.status == "completed"
"""


@pytest.fixture
def rates(suite: Suite) -> Suite:
    suite.write("rates.py", RATES)
    suite.write("portable.py", PORTABLE)
    suite.write("own_engine.py", OWN_ENGINE)
    return suite


MARKED = {
    "a function": """
        import own_engine, pytest

        @pytest.mark.workflow
        def test_checkout():
            own_engine.run()
    """,
    "a module": """
        import own_engine, pytest

        pytestmark = pytest.mark.workflow

        def test_checkout():
            own_engine.run()
    """,
    "a class": """
        import own_engine, pytest

        @pytest.mark.workflow
        class TestAll:
            def test_checkout(self):
                own_engine.run()
    """,
    "a method": """
        import own_engine, pytest

        class TestAll:
            @pytest.mark.workflow
            def test_checkout(self):
                own_engine.run()
    """,
    "a class that inherits its test": """
        import own_engine, pytest

        class Shared:
            def test_checkout(self):
                own_engine.run()

        @pytest.mark.workflow
        class TestAll(Shared):
            pass
    """,
    "a parametrized test": """
        import own_engine, pytest

        @pytest.mark.workflow
        @pytest.mark.parametrize("one", ["a"])
        def test_checkout(one):
            own_engine.run()
    """,
}


@pytest.mark.parametrize("text", MARKED.values(), ids=MARKED)
def test_the_mark_puts_a_test_with_engines_of_its_own_on_the_axis(
    rates: Suite, text: str
) -> None:
    rates.write("test_marked.py", text)
    result = rates.run(BOTH)
    words = {test.rpartition("[")[2]: word for test, word in result.verdicts.items()}
    assert {name.rpartition("-")[2]: word for name, word in words.items()} == {
        "subprocess]": "DIVERGED",
        "sync]": "PASSED",
    }
    assert "rates.RATES" in result.diagnosis


def test_the_mark_chooses_the_executor_when_there_is_only_one(rates: Suite) -> None:
    rates.write("test_marked.py", MARKED["a function"])
    result = rates.run("--executors=subprocess")
    assert result.verdicts == {"test_marked.py::test_checkout": "FAILED"}


def test_the_mark_on_a_subclass_leaves_its_base_alone(rates: Suite) -> None:
    rates.write(
        "test_inherited.py",
        """
        import pytest

        class TestBase:
            def test_plain(self):
                pass

        @pytest.mark.workflow
        class TestMarked(TestBase):
            pass

        class TestAfter(TestBase):
            pass
        """,
    )
    names = {test.split("::", 1)[1] for test in rates.run(BOTH).verdicts}
    assert names == {
        "TestBase::test_plain",
        "TestMarked::test_plain[sync]",
        "TestMarked::test_plain[subprocess]",
        "TestAfter::test_plain",
    }


def test_an_async_test_is_on_the_axis(rates: Suite) -> None:
    pytest.importorskip("pytest_asyncio")
    rates.ini("asyncio_mode = strict", "asyncio_default_fixture_loop_scope = function")
    rates.write(
        "test_async.py",
        """
        import own_engine, pytest

        @pytest.mark.workflow
        @pytest.mark.asyncio
        async def test_checkout():
            own_engine.run()
        """,
    )
    quiet = tuple(option for option in QUIET if "asyncio" not in option)
    result = rates.run_apart(BOTH, quiet=quiet)
    assert result.verdicts == {
        "test_async.py::test_checkout[subprocess]": "DIVERGED",
        "test_async.py::test_checkout[sync]": "PASSED",
    }, result.output


def test_tests_without_a_workflow_stay_single(rates: Suite) -> None:
    rates.write("test_plain.py", "def test_plain(): pass")
    assert rates.run(BOTH).verdicts == {"test_plain.py::test_plain": "PASSED"}


def test_unittest_cases_stay_single_even_under_the_mark(rates: Suite) -> None:
    rates.write(
        "test_cases.py",
        """
        import unittest, pytest

        pytestmark = pytest.mark.workflow

        class TestCase(unittest.TestCase):
            def test_plain(self):
                self.assertTrue(True)
        """,
    )
    result = rates.run(BOTH)
    assert result.verdicts == {"test_cases.py::TestCase::test_plain": "PASSED"}


def names_of(result: object, test: str) -> set[str]:
    return {
        name.rpartition("[")[2].rstrip("]")
        for name in result.verdicts  # type: ignore[attr-defined]
        if f"::{test}[" in name
    }


def test_a_test_names_its_executors(rates: Suite) -> None:
    rates.write(
        "test_subsets.py",
        """
        import pytest
        from portable import workflow

        @pytest.mark.executors("sync", "thread", reason="#1")
        def test_only(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})

        @pytest.mark.executors(exclude=("thread", "celery-eager"))
        def test_not(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})

        @pytest.mark.executors(exclude="thread")
        def test_not_one(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})

        @pytest.mark.executors("celery-eager", reason="needs a broker")
        def test_none(workflow_executor):
            raise AssertionError
        """,
    )
    result = rates.run("--executors=sync,thread,subprocess")
    assert result.code == 0, result.output
    assert names_of(result, "test_only") == {"sync", "thread"}
    assert names_of(result, "test_not") == {"sync", "subprocess"}
    assert names_of(result, "test_not_one") == {"sync", "subprocess"}
    assert names_of(result, "test_none") == set()
    assert "leaves none of --executors: needs a broker" in result.output


def test_a_subset_without_the_only_executor_is_skipped(rates: Suite) -> None:
    rates.write(
        "test_subset.py",
        """
        import pytest

        @pytest.mark.executors("thread")
        def test_only(workflow_executor):
            raise AssertionError
        """,
    )
    result = rates.run()
    assert result.code == 0, result.output
    assert "1 skipped" in result.output


BAD = {
    "an unknown name": ('"sync", "nosuch"', "unknown executor 'nosuch'"),
    "an unknown excluded name": ('exclude=("nosuch",)', "unknown executor 'nosuch'"),
    "an unknown argument": ('"sync", because=1', "unknown argument 'because'"),
    "no name": ("", "it names no executor"),
    "a list": ('["sync"]', "unknown executor"),
}


@pytest.mark.parametrize(("arguments", "problem"), BAD.values(), ids=BAD)
def test_bad_arguments_stop_the_collection_and_say_where(
    rates: Suite, arguments: str, problem: str
) -> None:
    rates.write(
        "test_bad.py",
        f"""
        import pytest

        @pytest.mark.executors({arguments})
        def test_it(workflow_executor):
            pass
        """,
    )
    result = rates.run(BOTH)
    assert result.code == pytest.ExitCode.INTERRUPTED, result.output
    assert f"test_bad.py::test_it: @pytest.mark.executors: {problem}" in result.output
    assert "Traceback" not in result.output
    assert "pluggy" not in result.output.partition("collected")[2]


@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
def test_fixtures_of_every_scope_may_use_the_executor(rates: Suite, scope: str) -> None:
    rates.write(
        "test_scopes.py",
        f"""
        import pytest
        from portable import workflow

        @pytest.fixture(scope="{scope}")
        def ended(workflow_executor):
            return workflow_executor.name, workflow_executor.run(workflow, {{"amount": 1}})

        class TestIt:
            def test_one(self, ended, workflow_executor):
                assert ended[0] == workflow_executor.name
                assert ended[1].state.total == 3

            def test_two(self, ended, workflow_executor):
                assert ended[0] == workflow_executor.name
        """,
    )
    result = rates.run(BOTH)
    assert result.code == 0, result.output
    assert len(result.verdicts) == 4


def test_a_divergence_in_a_fixture_is_explained(rates: Suite) -> None:
    rates.write(
        "test_fixture.py",
        """
        import pytest
        from rates import workflow

        @pytest.fixture
        def total(workflow_executor):
            run = workflow_executor.run(workflow, {"amount": 2, "currency": "EUR"})
            run.raise_for_status()
            return run.state.total

        def test_checkout(total):
            assert total == 2.5
        """,
    )
    result = rates.run(BOTH)
    assert result.verdicts == {
        "test_fixture.py::test_checkout[subprocess]": "DIVERGED",
        "test_fixture.py::test_checkout[sync]": "PASSED",
    }
    assert "rates.RATES" in result.diagnosis


def test_an_error_in_a_fixture_is_an_error_everywhere(rates: Suite) -> None:
    rates.write(
        "test_fixture.py",
        """
        import pytest

        @pytest.fixture
        def broken(workflow_executor):
            raise LookupError("no such shop")

        def test_checkout(broken):
            pass
        """,
    )
    result = rates.run(BOTH)
    assert set(result.verdicts.values()) == {"ERROR"}
    assert "DIVERGED" not in result.output


HYPOTHESIS = tuple(option for option in QUIET if "hypothesis" not in option)


def test_drawn_inputs_are_no_false_alarm(rates: Suite) -> None:
    pytest.importorskip("hypothesis")
    rates.write(
        "test_drawn.py",
        """
        from hypothesis import HealthCheck, given, settings, strategies as st
        from portable import workflow

        @settings(max_examples=5, database=None, deadline=None)
        @given(amount=st.integers())
        def test_sum(workflow_executor, amount):
            run = workflow_executor.run(workflow, {"amount": amount})
            assert run.state.total == amount * 2 + 1
        """,
    )
    result = rates.run_apart(BOTH, quiet=HYPOTHESIS)
    assert result.code == 0, result.output
    assert len(result.verdicts) == 2


def test_a_leak_is_found_with_drawn_inputs(rates: Suite) -> None:
    pytest.importorskip("hypothesis")
    rates.write(
        "test_drawn.py",
        """
        from hypothesis import given, settings, strategies as st
        from rates import workflow

        @settings(max_examples=5, database=None, deadline=None, derandomize=True)
        @given(amount=st.integers(1, 9))
        def test_price(workflow_executor, amount):
            run = workflow_executor.run(
                workflow, {"amount": amount, "currency": "EUR"}
            )
            assert run.state.total == amount * 1.25
        """,
    )
    result = rates.run_apart(BOTH, quiet=HYPOTHESIS)
    assert result.verdicts == {
        "test_drawn.py::test_price[subprocess]": "DIVERGED",
        "test_drawn.py::test_price[sync]": "PASSED",
    }, result.output
    assert "rates.RATES" in result.diagnosis


def test_steps_may_be_defined_in_the_test_module(suite: Suite) -> None:
    suite.write(
        "test_own.py", RATES + TEST_RATES.replace("from rates import workflow", "")
    )
    result = suite.run(BOTH)
    assert result.verdicts == {
        "test_own.py::test_checkout[subprocess]": "DIVERGED",
        "test_own.py::test_checkout[sync]": "PASSED",
    }
    assert "test_own.RATES" in result.diagnosis


def test_modules_may_be_imported_by_path(suite: Suite) -> None:
    suite.write(
        "test_own.py", RATES + TEST_RATES.replace("from rates import workflow", "")
    )
    result = suite.run(BOTH, "--import-mode=importlib")
    assert result.verdicts["test_own.py::test_checkout[subprocess]"] == "DIVERGED"
    assert "RATES" in result.diagnosis
