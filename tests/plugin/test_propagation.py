"""What a test sets up reaches its steps, and what they emit reaches the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from suites import Suite

ALL = "--executors=sync,thread,subprocess,celery-eager"


@pytest.fixture
def talking(suite: Suite) -> Suite:
    pytest.importorskip("celery")
    suite.write(
        "talking.py",
        """
        import logging, os, warnings
        from durable_core import Workflow, step

        LIMIT = 1

        @step
        def talk(state):
            print("to stdout")
            logging.getLogger("shop").warning("to the log")
            warnings.warn("old way", UserWarning)

        @step
        def look(state):
            return {"limit": LIMIT, "region": os.environ.get("REGION"), "cwd": os.getcwd()}

        speech = Workflow("speech", [talk])
        view = Workflow("view", [look])
        """,
    )
    return suite


EMITTED = {
    "stdout": """
        @pytest.mark.filterwarnings("ignore")
        def test_it(workflow_executor, capsys):
            workflow_executor.run(talking.speech)
            assert capsys.readouterr().out == "to stdout\\n"
    """,
    "stdout on the descriptor": """
        @pytest.mark.filterwarnings("ignore")
        def test_it(workflow_executor, capfd):
            workflow_executor.run(talking.speech)
            assert capfd.readouterr().out == "to stdout\\n"
    """,
    "logs": """
        @pytest.mark.filterwarnings("ignore")
        def test_it(workflow_executor, caplog):
            workflow_executor.run(talking.speech)
            assert caplog.messages == ["to the log"]
    """,
    "warnings expected": """
        def test_it(workflow_executor):
            with pytest.warns(UserWarning, match="old way"):
                workflow_executor.run(talking.speech)
    """,
    "warnings recorded": """
        def test_it(workflow_executor, recwarn):
            workflow_executor.run(talking.speech)
            assert [str(one.message) for one in recwarn] == ["old way"]
    """,
    "warnings as errors": """
        @pytest.mark.filterwarnings("error")
        def test_it(workflow_executor):
            run = workflow_executor.run(talking.speech)
            assert isinstance(run.error.__cause__, UserWarning)
    """,
}
SET_UP = {
    "a patched attribute": """
        def test_it(workflow_executor, monkeypatch):
            monkeypatch.setattr(talking, "LIMIT", 5)
            assert workflow_executor.run(talking.view).state.limit == 5
    """,
    "the environment": """
        def test_it(workflow_executor, monkeypatch):
            monkeypatch.setenv("REGION", "eu")
            assert workflow_executor.run(talking.view).state.region == "eu"
    """,
    "the working directory": """
        def test_it(workflow_executor, monkeypatch, tmp_path):
            monkeypatch.chdir(tmp_path)
            assert workflow_executor.run(talking.view).state.cwd == str(tmp_path)
    """,
    "a global that a fixture set": """
        @pytest.fixture(scope="module", autouse=True)
        def limit():
            talking.LIMIT = 7
            yield
            talking.LIMIT = 1

        def test_one(workflow_executor):
            assert workflow_executor.run(talking.view).state.limit == 7

        def test_two(workflow_executor):
            assert workflow_executor.run(talking.view).state.limit == 7
    """,
}


@pytest.mark.parametrize("body", (EMITTED | SET_UP).values(), ids=EMITTED | SET_UP)
def test_it_is_the_same_under_every_executor(talking: Suite, body: str) -> None:
    talking.write("test_it.py", f"        import pytest, talking\n{body}")
    result = talking.run(ALL)
    assert result.code == 0, result.output
    assert set(result.verdicts.values()) == {"PASSED"}
    assert "differs from run to run" not in result.parity


def test_what_the_hidden_run_of_the_reference_prints_is_not_shown_twice(
    talking: Suite,
) -> None:
    talking.write(
        "test_it.py",
        """
        import pytest, talking

        @pytest.mark.filterwarnings("ignore")
        def test_it(workflow_executor):
            workflow_executor.run(talking.speech)
            raise AssertionError
        """,
    )
    result = talking.run(
        "--executors=sync,subprocess", "test_it.py::test_it[subprocess]"
    )
    assert result.output.count("to stdout") == 1
    assert result.output.count("to the log") == 1
