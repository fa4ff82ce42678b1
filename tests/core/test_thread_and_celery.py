"""What only the thread executor, or only the Celery one, has to keep."""

from __future__ import annotations

import threading

import pytest
import steps_calls as steps
from celery import Celery

from durable_core import Engine, Workflow
from durable_core.errors import DefinitionError, SerializationError
from durable_core.executors.celery_eager import CeleryEagerExecutor
from durable_core.executors.thread import ThreadExecutor

PATIENCE = 20


def at_once(*works):
    """Run functions in threads at the same time; raise what one of them raised."""
    errors = []

    def guarded(work):
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


@pytest.fixture
def threads():
    executor = ThreadExecutor()
    yield executor
    executor.close()
    executor.close()


def test_no_thread_runs_two_steps_of_one_run_in_a_row(threads):
    engine = Engine(threads)
    workflow = Workflow("threads", [steps.note_thread] * 8)
    runs = []
    at_once(
        *[lambda: runs.append(engine.run(workflow, {"threads": []})) for _ in range(4)]
    )
    assert len(runs) == 4
    for run in runs:
        run.raise_for_status()
        used = run.state.threads
        assert len(used) == 8
        assert all(one != next_ for one, next_ in zip(used, used[1:], strict=False))
        assert threading.get_ident() not in used


def test_a_lonely_run_returns_to_its_first_thread(threads):
    run = Engine(threads).run(Workflow("w", [steps.note_thread] * 4), {"threads": []})
    one, two, three, four = run.state.threads
    assert (one, two) == (three, four)


def test_steps_of_several_runs_may_wait_for_each_other(threads):
    steps.BARRIERS["five"] = threading.Barrier(5)
    engine = Engine(threads)
    workflow = Workflow("meeting", [steps.meet_at_barrier])

    def meet():
        engine.run(workflow, {"barrier": "five"}).raise_for_status()

    at_once(*[meet] * 5)


def test_the_last_threads_of_many_runs_are_forgotten_in_time(threads, monkeypatch):
    monkeypatch.setattr("durable_core.executors.thread.REMEMBERED", 3)
    engine = Engine(threads)
    for _ in range(10):
        engine.run(Workflow("w", [steps.note_thread]), {"threads": []})
    assert len(threads._last) == 3


def test_one_thread_is_too_few():
    with pytest.raises(DefinitionError, match="1 threads are too few"):
        ThreadExecutor(1)


@pytest.fixture
def app():
    return Celery("users", set_as_current=False)


def test_the_users_application_is_left_as_it_was(app):
    @app.task(name="users.own")
    def own():
        return None

    before = dict(app.tasks)
    executor = CeleryEagerExecutor(app)
    Engine(executor).run(Workflow("w", [steps.with_default]), {"amount": 1})
    assert set(app.tasks) - set(before)
    executor.close()
    executor.close()
    assert dict(app.tasks) == before


def test_no_other_application_learns_of_the_task(app):
    other = Celery("other", set_as_current=False)
    executor = CeleryEagerExecutor(app)
    other.finalize()
    later = Celery("later", set_as_current=False)
    later.finalize()
    executor.close()
    for bystander in (other, later):
        assert not [name for name in bystander.tasks if "durable" in name]


def test_two_executors_and_many_threads_share_an_application(app):
    one, two = CeleryEagerExecutor(app), CeleryEagerExecutor(app)
    steps.BARRIERS["all"] = threading.Barrier(6)
    workflow = Workflow("shared", [steps.meet_at_barrier, steps.with_default])
    found = {}

    def work(executor, number):
        run = Engine(executor).run(workflow, {"barrier": "all", "amount": number})
        run.raise_for_status()
        found[number] = run.state.amount

    at_once(*[lambda n=n: work(one if n % 2 else two, n) for n in range(6)])
    assert found == {n: n * 3 for n in range(6)}
    one.close()
    Engine(two).run(
        Workflow("w", [steps.with_default]), {"amount": 1}
    ).raise_for_status()
    two.close()


def test_a_serializer_that_no_worker_accepts_is_refused(app):
    app.conf.update(task_serializer="pickle", accept_content=["json"])
    executor = CeleryEagerExecutor(app)
    failed = Engine(executor).run(Workflow("w", [steps.with_default]), {"amount": 1})
    executor.close()
    error = failed.error.__cause__
    assert isinstance(error, SerializationError)
    assert "the Celery serializer refused it" in str(error)


def test_a_result_that_nobody_accepts_is_refused(app):
    app.conf.update(result_serializer="pickle", result_accept_content=["json"])
    executor = CeleryEagerExecutor(app)
    failed = Engine(executor).run(Workflow("w", [steps.with_default]), {"amount": 1})
    executor.close()
    error = failed.error.__cause__
    assert isinstance(error, SerializationError)
    assert error.path == "result"
