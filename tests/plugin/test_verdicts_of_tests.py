"""Which variants fail, which diverge, and which agree."""

from __future__ import annotations

import pytest
from suites import PORTABLE, RATES, Suite

BOTH = "--executors=sync,subprocess"


def both(test: str, isolated: str, sync: str) -> dict[str, str]:
    return {f"{test}[subprocess]": isolated, f"{test}[sync]": sync}


@pytest.fixture
def steps(suite: Suite) -> Suite:
    """A module whose step fills a list that only its own process sees."""
    suite.write("portable.py", PORTABLE)
    suite.write(
        "memory.py",
        """
        from durable_core import Workflow, step

        SEEN = []
        OTHER = []

        def seen():
            return len(SEEN)

        @step
        def note(state):
            SEEN.append(state.amount)
            OTHER.append(state.amount)

        workflow = Workflow("memory", [note])
        """,
    )
    return suite


def test_a_test_that_fails_alike_everywhere_just_fails(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        from portable import workflow

        def test_sum(workflow_executor):
            run = workflow_executor.run(workflow, {"amount": 1})
            assert run.state.total == 99
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_sum", "FAILED", "FAILED")
    assert "assert 3 == 99" in result.output
    assert "1 workflow test, 0 agree, 1 fails" in result.parity


def test_a_plain_failure_shows_why_its_run_failed(steps: Suite) -> None:
    steps.write(
        "broken.py",
        """
        from durable_core import Workflow, step

        @step
        def look_up(state):
            raise LookupError("no such shop")

        workflow = Workflow("broken", [look_up])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from broken import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    for options in ((), (BOTH,)):
        result = steps.run(*options)
        assert set(result.verdicts.values()) == {"FAILED"}
        section = result.output.partition("workflow run that failed")[2]
        assert section.partition("PASSES")[0].count("no such shop") >= 1
        assert 'raise LookupError("no such shop")' in section
        assert "durable_core" not in section


def test_a_test_that_looks_at_the_memory_of_a_step_diverges(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        import memory

        def test_it(workflow_executor):
            workflow_executor.run(memory.workflow, {"amount": 1})
            assert memory.SEEN == [1]
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "DIVERGED", "PASSED")
    assert result.diagnosis == (
        "Diverged: the test passes on sync and fails on subprocess: it looks at "
        "memory.SEEN, which step 'note' set in another process"
    )
    report = result.report("test_it[subprocess]")
    assert "memory.py:12  SEEN.append(state.amount)" in report
    assert "assert memory.SEEN == [1]" in report


def test_what_a_test_looks_at_is_found_behind_a_function(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        from memory import seen, workflow

        def test_it(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})
            assert seen() == 1
        """,
    )
    assert "memory.SEEN" in steps.run(BOTH).diagnosis


def test_nothing_is_blamed_that_the_test_does_not_look_at(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        from memory import workflow

        def test_it(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})
            assert workflow_executor.name == "sync"
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "DIVERGED", "PASSED")
    assert "though its runs agree: AssertionError" in result.diagnosis
    assert "memory.SEEN" not in result.report("test_it[subprocess]")


def test_a_test_that_fails_on_the_reference_alone_diverges_on_the_other(
    steps: Suite,
) -> None:
    steps.write(
        "test_it.py",
        """
        import memory

        def test_it(workflow_executor):
            workflow_executor.run(memory.workflow, {"amount": 1})
            assert not memory.SEEN
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "DIVERGED", "FAILED")
    assert result.diagnoses["test_it.py::test_it[subprocess]"].startswith(
        "Diverged: the test passes on subprocess and fails on sync: it looks at "
        "memory.SEEN"
    )


def test_two_tests_on_one_workflow_do_not_prime_each_other(steps: Suite) -> None:
    steps.write(
        "twice.py",
        """
        from durable_core import Workflow, step

        RATES = {}

        @step
        def load(state):
            RATES["EUR"] = 2

        @step
        def price(state):
            return {"total": RATES["EUR"]}

        workflow = Workflow("twice", [load, price])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from twice import workflow

        def test_one(workflow_executor):
            assert workflow_executor.run(workflow, {"n": 1}).state.total == 2

        def test_two(workflow_executor):
            assert workflow_executor.run(workflow, {"n": 2}).state.total == 2
        """,
    )
    result = steps.run("--executors=sync,subprocess,thread")
    words = {test.split("::")[1]: word for test, word in result.verdicts.items()}
    for test in ("test_one", "test_two"):
        assert words[f"{test}[subprocess]"] == "DIVERGED"
        assert words[f"{test}[sync]"] == "PASSED"
        assert words[f"{test}[thread]"] == "PASSED"


SKIPS = {
    "a skip in the test": ("", 'pytest.skip("not today")', "not today"),
    "a mark": ('@pytest.mark.skip(reason="not today")', "pass", "not today"),
    "an expected failure": ('@pytest.mark.xfail(reason="#7")', "assert False", "#7"),
}


@pytest.mark.parametrize(("mark", "body", "why"), SKIPS.values(), ids=SKIPS)
def test_skips_and_expected_failures_stay_what_they_are(
    steps: Suite, mark: str, body: str, why: str
) -> None:
    steps.write(
        "test_it.py",
        f"""
        import pytest
        from portable import workflow

        {mark or "#"}
        def test_it(workflow_executor):
            workflow_executor.run(workflow, {{"amount": 1}})
            {body}
        """,
    )
    result = steps.run(BOTH)
    assert result.code == 0, result.output
    assert f"test_it: subprocess, sync: {why}" in result.parity


def test_a_skip_on_the_reference_leaves_nothing_to_compare_with(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        import pytest
        from portable import workflow

        def test_it(workflow_executor):
            if workflow_executor.name == "sync":
                pytest.skip("not here")
            workflow_executor.run(workflow, {"amount": 1})
            raise AssertionError("plainly wrong")
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == {"test_it.py::test_it[subprocess]": "FAILED"}
    assert "plainly wrong" in result.output


def test_an_expected_failure_may_be_a_divergence(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        import pytest, memory

        @pytest.mark.xfail(reason="#8", strict=False)
        def test_it(workflow_executor):
            workflow_executor.run(memory.workflow, {"amount": 1})
            assert memory.SEEN
        """,
    )
    result = steps.run(BOTH)
    assert result.code == 0, result.output
    assert result.verdicts == {
        "test_it.py::test_it[subprocess]": "XFAIL",
        "test_it.py::test_it[sync]": "XPASS",
    }


def test_time_stamps_and_random_ids_are_no_alarm(steps: Suite) -> None:
    steps.write(
        "stamps.py",
        """
        import time, uuid
        from durable_core import Workflow, step

        @step
        def stamp(state):
            return {"at": time.time_ns(), "token": str(uuid.uuid4()), "fixed": 1}

        workflow = Workflow("stamps", [stamp])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from stamps import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).state.fixed == 1
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "PASSED", "PASSED")
    for key in ("at", "token"):
        assert f"state.{key} differs from run to run" in result.parity
    assert "state.fixed" not in result.parity
    steps.ini("durable_ignore_state = at token")
    assert "differs from run to run" not in steps.run(BOTH).parity


def test_a_leak_beside_a_time_stamp_is_still_found(steps: Suite) -> None:
    steps.write(
        "stamps.py",
        """
        import time
        from durable_core import Workflow, step

        SEEN = []

        @step
        def stamp(state):
            SEEN.append(1)
            return {"at": time.time_ns()}

        @step
        def count(state):
            return {"count": len(SEEN), "at": time.time_ns()}

        workflow = Workflow("stamps", [stamp, count])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from stamps import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "DIVERGED", "PASSED")
    assert "stamps.SEEN" in result.diagnosis
    assert "count = 1" in result.report("test_it[subprocess]")


RANDOM_INPUT = """
    import uuid
    from {module} import workflow

    def test_it(workflow_executor):
        given = {{"order": str(uuid.uuid4()), "amount": 1, "currency": "EUR"}}
        assert workflow_executor.run(workflow, given).status == "completed"
"""


def test_runs_with_random_inputs_are_compared_by_their_outcomes(steps: Suite) -> None:
    steps.write("test_it.py", RANDOM_INPUT.format(module="portable"))
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "PASSED", "PASSED")
    assert "it starts with another state.order each time" in result.parity


def test_a_failure_is_explained_for_random_inputs_as_well(steps: Suite) -> None:
    steps.write("rates.py", RATES)
    steps.write("test_it.py", RANDOM_INPUT.format(module="rates"))
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "DIVERGED", "PASSED")
    assert "rates.RATES" in result.diagnosis


def test_what_cannot_be_sent_fails_alike_everywhere_and_is_named(steps: Suite) -> None:
    steps.write(
        "unsendable.py",
        """
        import threading
        from durable_core import Workflow, step

        @step
        def connect(state):
            return {"orders": [{"lock": threading.Lock()}]}

        workflow = Workflow("unsendable", [connect])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from unsendable import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    result = steps.run("--executors=all")
    assert set(result.verdicts.values()) == {"FAILED"}, result.output
    assert result.output.count("state.orders[0]['lock']: _thread.lock") >= 4


def test_an_engine_that_cannot_run_is_not_blamed_on_the_code(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        import memory
        from durable_core.errors import ExecutorUnavailable

        def test_it(workflow_executor):
            memory.SEEN.clear()
            if workflow_executor.name == "subprocess":
                raise ExecutorUnavailable("subprocess", "no descriptors left")
            workflow_executor.run(memory.workflow, {"amount": 1})
        """,
    )
    result = steps.run(BOTH)
    assert result.diagnosis == (
        "Diverged: subprocess could not run it: executor 'subprocess' cannot run here: "
        "no descriptors left"
    )
    assert "memory.SEEN" not in result.diagnosis


def test_a_step_that_kills_its_process_is_reported_as_lost(steps: Suite) -> None:
    steps.write(
        "deadly.py",
        """
        import os, signal
        from durable_core import Workflow, step

        DEADLY = False

        @step
        def die(state):
            if DEADLY:
                print("last words", flush=True)
                os.kill(os.getpid(), signal.SIGKILL)

        workflow = Workflow("deadly", [die])
        """,
    )
    steps.write(
        "test_it.py",
        """
        import deadly

        def test_it(workflow_executor):
            deadly.DEADLY = workflow_executor.name == "subprocess"
            assert workflow_executor.run(deadly.workflow).status == "completed"
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "DIVERGED", "PASSED")
    assert "fails on subprocess with WorkerLost" in result.diagnosis
    assert "last words" in result.report("test_it[subprocess]")


def test_a_reference_that_dies_in_a_fork_leaves_no_trace(steps: Suite) -> None:
    steps.write(
        "test_it.py",
        """
        import os, signal
        from portable import workflow

        PARENT = os.getpid()

        def test_it(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})
            if os.getpid() != PARENT:
                print("last words", flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "PASSED", "PASSED")
    assert "last words" not in result.output
    assert "it could not be run on sync beforehand" in result.parity


def test_a_step_that_never_returns_ends_with_the_timeout(steps: Suite) -> None:
    steps.ini("durable_timeout = 0.5s")
    steps.write(
        "waiting.py",
        """
        import threading
        from durable_core import Workflow, step

        ready = threading.Event()

        @step
        def announce(state):
            ready.set()

        @step
        def wait(state):
            ready.wait()

        workflow = Workflow("waiting", [announce, wait])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from waiting import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    result = steps.run(BOTH)
    assert result.verdicts == both("test_it.py::test_it", "DIVERGED", "PASSED")
    report = result.report("test_it[subprocess]")
    assert "StepTimeout: step 'wait' did not end within 0.5 s" in report


def test_a_timeout_that_is_no_duration_is_a_usage_error(steps: Suite) -> None:
    steps.ini("durable_timeout = 5")
    steps.write("test_it.py", "def test_it(): pass")
    result = steps.run(BOTH)
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert "durable_timeout" in result.errors


def test_globals_that_the_project_ignores_are_neither_blamed_nor_told(
    steps: Suite,
) -> None:
    steps.write(
        "lazy.py",
        """
        from durable_core import Workflow, step

        _catalog = None

        def catalog():
            global _catalog
            if _catalog is None:
                _catalog = {"mug": 3}
            return _catalog

        @step
        def first(state):
            return {"a": catalog()["mug"]}

        @step
        def second(state):
            return {"b": catalog()["mug"]}

        workflow = Workflow("lazy", [first, second])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from lazy import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).state.b == 3
        """,
    )
    result = steps.run(BOTH)
    assert result.code == 0, result.output
    (advice,) = [one for one in result.parity.splitlines() if "advice" in one]
    assert "lazy._catalog" in advice
    assert "each process makes its own" in advice
    steps.ini("durable_ignore_globals = lazy._*")
    assert "advice" not in steps.run(BOTH).parity


def test_a_cache_of_a_pure_function_is_advice_only(steps: Suite) -> None:
    steps.write(
        "cached.py",
        """
        from functools import lru_cache
        from durable_core import Workflow, step

        TABLE = {"mug": 3}

        @lru_cache
        def cents(sku):
            return TABLE[sku]

        @step
        def first(state):
            return {"a": cents("mug")}

        @step
        def second(state):
            return {"b": cents("mug")}

        workflow = Workflow("cached", [first, second])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from cached import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).state.b == 3
        """,
    )
    result = steps.run(BOTH)
    assert result.code == 0, result.output
    (advice,) = [one for one in result.parity.splitlines() if "advice" in one]
    assert "cached.cents" in advice


def test_what_a_thread_does_not_see_is_found_under_thread(steps: Suite) -> None:
    steps.write(
        "local.py",
        """
        import threading
        from durable_core import Workflow, step

        current = threading.local()

        @step
        def enter(state):
            current.user = "ann"

        @step
        def leave(state):
            return {"user": getattr(current, "user", "nobody")}

        workflow = Workflow("local", [enter, leave])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from local import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).state.user
        """,
    )
    result = steps.run("--executors=sync,thread,celery-eager")
    words = {test.rpartition("[")[2]: word for test, word in result.verdicts.items()}
    assert words == {
        "sync]": "PASSED",
        "thread]": "DIVERGED",
        "celery-eager]": "PASSED",
    }
    assert "local.current.user" in result.diagnosis
    assert "in another thread" in result.diagnosis


def test_what_differs_for_no_visible_reason_is_told_without_blame(
    steps: Suite,
) -> None:
    steps.write(
        "named.py",
        """
        import threading
        from durable_core import Workflow, step

        SEEN = []

        @step
        def note(state):
            SEEN.append(1)

        @step
        def name(state):
            return {"thread": threading.current_thread().name, "seen": len(SEEN)}

        workflow = Workflow("named", [note, name])
        """,
    )
    steps.write(
        "test_it.py",
        """
        from named import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    result = steps.run("--executors=sync,thread")
    assert result.diagnosis.startswith(
        "Diverged: step 'name' gave thread = 'MainThread' on sync and thread = 'durable-"
    )


def test_a_timeout_while_the_hidden_reference_runs_fails_the_variant(
    steps: Suite,
) -> None:
    pytest.importorskip("pytest_timeout")
    steps.write(
        "test_it.py",
        """
        import signal, pytest
        from portable import workflow

        @pytest.mark.timeout(1, method="signal")
        def test_it(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})
            if workflow_executor.name == "sync":
                signal.pause()
        """,
    )
    result = steps.run_apart(BOTH, "test_it.py::test_it[subprocess]")
    assert result.verdicts == {"test_it.py::test_it[subprocess]": "FAILED"}
    assert "Timeout" in result.output
    assert "INTERNALERROR" not in result.output


def test_a_hidden_reference_that_never_returns_is_ended(steps: Suite) -> None:
    steps.ini("durable_timeout = 0.2s")
    steps.write(
        "test_it.py",
        """
        import signal
        from portable import workflow

        def test_it(workflow_executor):
            workflow_executor.run(workflow, {"amount": 1})
            if workflow_executor.name == "sync":
                signal.pause()
        """,
    )
    result = steps.run_apart(BOTH, "test_it.py::test_it[subprocess]")
    assert result.verdicts == {"test_it.py::test_it[subprocess]": "PASSED"}
    assert "it could not be run on sync beforehand" in result.parity


def test_one_executor_beside_the_reference_says_that_nothing_is_compared(
    steps: Suite,
) -> None:
    steps.write(
        "test_it.py",
        """
        from portable import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow, {"amount": 1}).state.total
        """,
    )
    assert (
        "on subprocess only, nothing is compared"
        in steps.run("--executors=subprocess").output
    )
    assert "nothing is compared" not in steps.run("--executors=sync").output
