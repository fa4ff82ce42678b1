"""What ``pytest_durable_normalize`` replaces, leaves out, and leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from suites import Suite

BOTH = "--executors=sync,subprocess"


@pytest.fixture
def listed(suite: Suite) -> Suite:
    """A workflow whose list comes in another order in each process, on purpose."""
    suite.write(
        "listed.py",
        """
        from durable_core import Workflow, step

        SEEN = []

        @step
        def prepare(state):
            SEEN.append(1)
            return {"names": []}

        @step
        def collect(state):
            return {"names": ["b", "a"] if SEEN else ["a", "b"], "count": 2}

        @step
        def finish(state):
            return {"done": True}

        workflow = Workflow("listed", [prepare, collect, finish])
        """,
    )
    suite.write(
        "tests/test_it.py",
        """
        from listed import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).state.done
        """,
    )
    return suite


def word(suite: Suite) -> str:
    result = suite.run(BOTH)
    return result.verdicts["tests/test_it.py::test_it[subprocess]"]


def test_without_the_hook_the_order_is_a_difference(listed: Suite) -> None:
    assert word(listed) == "DIVERGED"


NORMALIZERS = {
    "from the encoded state": """
        def pytest_durable_normalize(run):
            state = run.state_wire
            return {**state, "names": sorted(state["names"])}
    """,
    "from the decoded state": """
        def pytest_durable_normalize(run):
            return {**vars(run.state), "names": sorted(run.state.names)}
    """,
    "to a value that is not JSON": """
        def pytest_durable_normalize(run):
            return {**vars(run.state), "names": frozenset(run.state.names)}
    """,
    "by leaving it out": """
        def pytest_durable_normalize(run):
            return {k: v for k, v in vars(run.state).items() if k != "names"}
    """,
}


@pytest.mark.parametrize("text", NORMALIZERS.values(), ids=NORMALIZERS)
def test_a_field_can_be_normalized(listed: Suite, text: str) -> None:
    listed.write("conftest.py", text)
    assert word(listed) == "PASSED"


def test_a_normalized_value_that_differs_is_shown(listed: Suite) -> None:
    listed.write(
        "conftest.py",
        """
        def pytest_durable_normalize(run):
            return {**vars(run.state), "names": "first: " + run.state.names[0]}
        """,
    )
    result = listed.run(BOTH)
    report = result.report("test_it[subprocess]")
    assert "names = 'first: b'" in report
    assert "names = 'first: a'" in report
    assert "step 'collect' reads listed.SEEN" in result.diagnosis


def test_other_fields_are_still_compared_step_by_step(listed: Suite) -> None:
    source = (listed.path / "listed.py").read_text()
    source = source.replace('"count": 2', '"count": len(SEEN)')
    (listed.path / "listed.py").write_text(source)
    listed.write("conftest.py", NORMALIZERS["from the decoded state"])
    assert word(listed) == "DIVERGED"


def test_a_derived_field_is_compared(listed: Suite) -> None:
    listed.write(
        "conftest.py",
        """
        def pytest_durable_normalize(run):
            return {"count": 2, "done": True, "first": run.state.names[0]}
        """,
    )
    result = listed.run(BOTH)
    assert "first = 'b'" in result.report("test_it[subprocess]")


def test_the_hook_of_a_subdirectory_counts_there_alone(listed: Suite) -> None:
    listed.write("tests/conftest.py", NORMALIZERS["from the decoded state"])
    assert word(listed) == "PASSED"
    (listed.path / "tests" / "conftest.py").rename(listed.path / "tests" / "unused.py")
    listed.write("elsewhere/conftest.py", NORMALIZERS["from the decoded state"])
    listed.write("elsewhere/test_other.py", "def test_other(): pass")
    assert word(listed) == "DIVERGED"


def test_a_value_that_no_state_may_hold_fails_the_test_and_is_named(
    listed: Suite,
) -> None:
    listed.write(
        "conftest.py",
        """
        def pytest_durable_normalize(run):
            return {**vars(run.state), "names": object()}
        """,
    )
    result = listed.run(BOTH)
    assert set(result.verdicts.values()) == {"FAILED"}
    assert (
        "state.names: builtins.object" in result.output
        or "state.names" in result.output
    )
