"""Executor contract: how a step is called, and what it knows about its run."""

from __future__ import annotations

import asyncio
import contextvars

import pytest
import steps_calls as steps

from durable_core import Engine, Workflow, get_context


def ended_well(engine, steps_, state=None, **options):
    done = engine.run(Workflow("calls", steps_), state or {"amount": 10}, **options)
    done.raise_for_status()
    return done.state


def test_the_context_says_where_the_step_belongs(engine):
    state = ended_well(engine, [steps.context_values], run_id="run-1")
    assert state.seen == {
        "run_id": "run-1",
        "workflow": "calls",
        "step": "context_values",
        "position": 0,
        "attempt": 1,
        "idempotency_key": "run-1:0:context_values",
        "logger": "durable.calls.context_values",
        "same": True,
        "aliases": ["run-1", "context_values", 0],
    }


def test_a_step_asks_for_its_context_by_name_or_annotation(quick):
    state = ended_well(
        quick,
        [
            steps.other_name,
            steps.unused_name,
            steps.by_annotation,
            steps.from_anywhere,
            steps.any_arguments,
        ],
        run_id="run-1",
    )
    assert state.other == "other_name"
    assert state.unused == "unused_name"
    assert state.annotated == "by_annotation"
    assert state.anywhere == "run-1"
    assert state.count == 2


def test_parameters_with_defaults_keep_them(quick):
    state = ended_well(quick, [steps.with_default, steps.keyword_default])
    assert state.amount == 120


def test_a_step_may_have_a_name_of_its_own(engine):
    assert ended_well(engine, [steps.original]).name == "renamed"


def test_no_context_is_left_after_a_run(engine):
    ended_well(engine, [steps.context_values])
    with pytest.raises(LookupError, match="no step is running here"):
        get_context()


def test_attempts_are_counted_and_share_an_idempotency_key(quick):
    state = ended_well(quick, [steps.fails_twice], run_id="run-1")
    assert (state.attempt, state.key) == (3, "run-1:0:fails_twice")


def test_async_steps_look_the_same_to_their_workflow(engine):
    state = ended_well(
        engine,
        [steps.async_double, steps.async_with_context, steps.async_changes_in_place],
    )
    assert (state.amount, state.step) == (99, "async_with_context")
    assert state.inner == "async_with_context"


def test_async_steps_run_where_the_caller_runs_a_loop_already(engine):
    async def caller():
        return ended_well(engine, [steps.async_double, steps.async_with_context])

    state = asyncio.run(caller())
    assert (state.amount, state.inner) == (20, "async_with_context")


def test_an_async_step_fails_like_any_other(engine):
    failed = engine.run(Workflow("calls", [steps.async_fails]))
    assert isinstance(failed.error.__cause__, KeyError)
    assert failed.error.__cause__.args == ("async",)


def test_methods_and_callable_instances_of_a_module_are_steps(quick):
    state = ended_well(
        quick,
        [
            steps.prices.apply,
            steps.Prices.of_class,
            steps.Prices.of_nobody,
            steps.prices,
        ],
    )
    assert state.amount == 10 * 7 + 1 + 2 + 7


def test_steps_are_found_by_their_reference(engine):
    state = ended_well(engine, ["steps_calls:with_default", "steps_calls:prices.apply"])
    assert state.amount == 210


@pytest.mark.parametrize("name", ["thread", "snapshot", "template", "fresh"])
def test_context_variables_that_a_step_sets_are_gone_in_the_next(
    name, executors, clock
):
    engine = Engine(executors(name), clock=clock)
    state = ended_well(engine, [steps.set_variable] * 3, {"seen": []})
    assert state.seen == ["unset"] * 3
    assert steps.STEPS.get() == "unset"


@pytest.mark.parametrize("name", ["sync", "thread", "snapshot", "celery"])
def test_context_variables_of_the_caller_reach_its_steps(name, executors, clock):
    engine = Engine(executors(name), clock=clock)

    def caller():
        steps.CALLERS.set("the caller's")
        return ended_well(engine, [steps.set_variable], {"seen": []})

    assert contextvars.copy_context().run(caller).callers == "the caller's"


def test_a_step_may_run_a_workflow_itself(engine):
    assert ended_well(engine, [steps.run_inner_sync]).inner == 20


@pytest.mark.parametrize("name", ["sync", "thread", "snapshot", "celery"])
def test_a_step_may_run_a_workflow_on_its_own_executor(name, executors, clock):
    steps.NESTED.append(executors(name))
    engine = Engine(executors(name), clock=clock)
    state = ended_well(engine, [steps.run_inner_same, steps.run_inner_same])
    assert (state.inner, state.mine) == (20, "run_inner_same")


@pytest.mark.parametrize("name", ["sync", "thread", "celery"])
def test_a_step_may_wait_for_a_workflow_in_a_thread_it_started(name, executors, clock):
    steps.NESTED.append(executors(name))
    engine = Engine(executors(name), clock=clock)
    assert ended_well(engine, [steps.run_inner_in_own_thread] * 2).inner == 20


def test_what_a_step_leaves_in_its_process_is_lost(apart, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = ended_well(apart, [steps.leave_everything, steps.look_for_everything])
    remembered, variable, cwd = state.found
    assert (remembered, variable) == (None, None)
    assert cwd != "/"


@pytest.mark.parametrize("name", ["template", "fresh"])
def test_what_was_left_in_this_process_reaches_no_new_one(
    name, executors, clock, monkeypatch
):
    monkeypatch.setitem(steps.REMEMBERED, "step", "left by the test")
    engine = Engine(executors(name), clock=clock)
    assert ended_well(engine, [steps.look_for_everything]).found[0] is None


def test_what_was_left_in_this_process_is_seen_by_a_snapshot(
    executors, clock, monkeypatch
):
    monkeypatch.setitem(steps.REMEMBERED, "step", "left by the test")
    engine = Engine(executors("snapshot"), clock=clock)
    found = ended_well(engine, [steps.look_for_everything]).found
    assert found[0] == "left by the test"
