"""What is refused when a workflow is defined, and in which words."""

from __future__ import annotations

import functools
import re
import sys
import types
from dataclasses import dataclass
from datetime import timedelta

import pytest
import steps_definitions as steps

from durable_core import (
    Engine,
    Workflow,
    backoff,
    create_executor,
    executor_names,
    executor_refusal,
    parse_duration,
    step,
)
from durable_core.errors import DefinitionError, SerializationError, StateError
from durable_core.executors.subprocess import SubprocessExecutor

# Where the function is written, as part of its name.
PLACE = re.compile(r" at \S+\.py:\d+(?=\))")


def refused(*steps_, **options):
    with pytest.raises(DefinitionError) as raised:
        Workflow("w", steps_, **options)
    return PLACE.sub("", str(raised.value))


def in_main(state):
    return None


in_main.__module__ = "__main__"


def test_a_lambda_is_refused():
    assert refused(lambda state: None) == (
        "workflow 'w', step 1 (<lambda>): it is a lambda, which a worker cannot import "
        "by name. Write it as a function with a name at module level"
    )


def test_a_refused_step_is_named_with_its_file_and_line():
    with pytest.raises(DefinitionError) as raised:
        Workflow("w", [steps.first_redefined])
    line = steps.first_redefined.__code__.co_firstlineno
    assert f"step 1 (redefined at {steps.__file__}:{line}): " in str(raised.value)


def test_a_lambda_with_a_name_at_module_level_is_found_by_it():
    Workflow("w", [steps.nameless])


def test_a_local_function_is_refused():
    def local(state):
        return None

    assert refused(steps.fine, local) == (
        "workflow 'w', step 2 (local): it is defined inside a function, so a worker "
        "cannot import it. Move it to module level and pass what it captures in the "
        "state"
    )


def test_a_closure_is_refused():
    assert "it is defined inside a function" in refused(steps.make_closure(3))


def test_a_function_of_main_is_refused():
    assert refused(in_main) == (
        "workflow 'w', step 1 (in_main): it is defined in __main__, which a worker "
        "cannot import. Move it into a module"
    )


def test_a_name_that_means_another_function_by_now_is_refused():
    assert refused(steps.first_redefined) == (
        "workflow 'w', step 1 (redefined): the name steps_definitions:redefined now "
        "means something else. Give each step a name of its own"
    )


def test_a_partial_is_refused_unless_a_module_names_it():
    text = refused(functools.partial(steps.fine))
    assert text.startswith("workflow 'w', step 1 (functools.partial(")
    assert "Assign it to a name at module level" in text


def test_a_module_that_is_not_loaded_is_named():
    def ghost(state):
        return None

    ghost.__module__, ghost.__qualname__ = "no.such.module", "ghost"
    assert "its module 'no.such.module' is not loaded" in refused(ghost)


def test_a_method_of_an_instance_that_no_module_names_is_refused():
    assert "step 1 (method)" in refused(steps.Holder().method)


@pytest.mark.parametrize(
    "given",
    [
        steps.fine,
        steps.closure,
        steps.holder.method,
        steps.Outer.Inner.step,
        steps.wrapped,
        "steps_definitions:fine",
        "steps_definitions:holder.method",
        "steps_definitions:Outer.Inner.step",
    ],
)
def test_whatever_a_worker_finds_is_a_step(given):
    Workflow("w", [given])


def test_two_names_of_a_step_are_one_step():
    assert Workflow("w", [steps.fine] * 3).targets[2].name == "fine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps_definitions.fine", 'it is not a reference. Write "package.module:fun'),
        (":fine", "it is not a reference"),
        ("steps_definitions:", "it is not a reference"),
        (
            "no_such_module:fine",
            "step 'no_such_module:fine' cannot be imported: No mod",
        ),
        ("steps_definitions:missing", "steps_definitions has no missing"),
        ("steps_definitions:Outer.missing", "steps_definitions has no Outer.missing"),
        ("steps_definitions:not_callable", "is not a function"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(text, words):
    assert words in refused(text)


@pytest.mark.parametrize("given", [3, None, steps.not_callable])
def test_what_cannot_be_called_is_no_step(given):
    assert refused(given).endswith(f"{given!r} is not a function")


@pytest.mark.parametrize(
    ("given", "takes"),
    [
        (steps.takes_nothing, "(nothing)"),
        (steps.takes_more, "(state, context, third)"),
        (steps.takes_other, "(state, database)"),
        (steps.takes_keyword, "(state, database)"),
    ],
)
def test_a_wrong_signature_is_refused(given, takes):
    assert refused(given) == (
        f"workflow 'w', step '{given.__name__}': it takes {takes}. "
        "A step of a declared workflow takes (state) or (state, context)"
    )


def test_a_workflow_has_steps_and_a_name():
    assert refused() == "workflow 'w': it has no steps"
    for name in ("", None, 3):
        with pytest.raises(DefinitionError, match="not a text"):
            Workflow(name, [steps.fine])


def test_a_text_is_not_a_list_of_steps():
    assert "not a list" in refused_steps("steps_definitions:fine")
    assert "not a list" in refused_steps(steps.fine)


def refused_steps(given):
    with pytest.raises(DefinitionError) as raised:
        Workflow("w", given)
    return str(raised.value)


def test_an_unknown_merge_strategy_is_refused():
    assert refused(steps.fine, merge="sideways") == (
        "workflow 'w': the merge strategy 'sideways' is unknown. "
        "Choose from 'shallow', 'deep', 'replace', 'append'"
    )


@pytest.mark.parametrize("state", [int, list, "Order", None, steps.Holder])
def test_what_cannot_carry_a_state_is_refused(state):
    assert refused(steps.fine, state=state) == (
        f"workflow 'w': {state!r} cannot be a state. "
        "Use a pydantic model, a dataclass, a TypedDict, dict or SimpleNamespace"
    )


def test_a_state_type_that_a_worker_cannot_import_is_refused():
    @dataclass
    class Local:
        amount: int = 0

    text = refused(steps.fine, state=Local)
    assert text.startswith("the state type of workflow 'w': it is defined inside a fun")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"on_error": "ignore"},
            "@step on_error: 'ignore' is unknown. Choose from 'fa",
        ),
        ({"retries": -1}, "@step retries: -1 is not a number of retries (0 or more)"),
        ({"retries": True}, "@step retries: True is not a number of retries"),
        ({"retries": "3"}, "@step retries: '3' is not a number of retries"),
        ({"retry_delay": 5}, "@step retry_delay: 5 is not a duration. Write a text wi"),
        ({"retry_delay": ["1s", 2]}, "@step retry_delay: 2 is not a duration"),
        ({"retry_delay": "soon"}, "@step retry_delay: 'soon' is not a duration. Write"),
        ({"retry_delay": "5"}, "'5' is not a duration"),
        ({"retry_delay": "5 parsecs"}, "'5 parsecs' is not a duration"),
        ({"retry_delay": "-5s"}, "'-5s' is not a duration"),
        ({"retry_delay": timedelta(seconds=-1)}, "is negative"),
        ({"timeout": "0s"}, "@step timeout: it is zero. Leave it out for none"),
        ({"timeout": 3.0}, "@step timeout: 3.0 is not a duration"),
        ({"retry_on": ValueError("x")}, "@step retry_on: ValueError('x') is no excep"),
        ({"retry_on": (int,)}, "@step retry_on: <class 'int'> is no exception type"),
        ({"give_up_on": "KeyError"}, "@step give_up_on: 'KeyError' is no exception t"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options, words):
    with pytest.raises(DefinitionError) as raised:
        step(**options)(steps.fine)
    assert words in str(raised.value)


def test_a_step_is_made_of_a_function():
    with pytest.raises(DefinitionError, match="3 is not a function. Options need the"):
        step(3)


@pytest.mark.parametrize(
    "options", [{"factor": 0.5}, {"jitter": 2}, {"jitter": -0.1}, {"cap": 5}]
)
def test_a_backoff_that_makes_no_sense_is_refused(options):
    with pytest.raises(DefinitionError, match="backoff"):
        backoff("1s", **options)


def test_durations_are_read_as_people_write_them():
    assert parse_duration("1h30m", "x") == timedelta(hours=1, minutes=30)
    assert parse_duration("1.5 s", "x") == timedelta(seconds=1.5)
    assert parse_duration("250ms", "x") == timedelta(milliseconds=250)
    assert parse_duration("2d", "x") == timedelta(days=2)
    assert parse_duration(timedelta(minutes=5), "x") == timedelta(minutes=5)


def test_a_step_is_still_the_function_it_was():
    assert steps.wrapped({"any": 1}) is None
    assert (steps.wrapped.__name__, steps.wrapped.__module__) == (
        "wrapped",
        "steps_definitions",
    )
    assert repr(steps.wrapped) == "<step steps_definitions:wrapped>"


def test_an_unknown_executor_is_refused_with_the_known_ones():
    with pytest.raises(DefinitionError) as raised:
        Engine("lambda")
    assert str(raised.value).startswith(
        "executor 'lambda': unknown. Choose from: sync, thread, subprocess, celery-eager"
    )


def test_what_is_no_executor_is_refused():
    with pytest.raises(DefinitionError, match="Engine: 3 is no executor"):
        Engine(3)


def test_an_unknown_isolation_is_refused():
    with pytest.raises(DefinitionError) as raised:
        SubprocessExecutor("container")
    assert str(raised.value) == (
        "SubprocessExecutor: the isolation 'container' is unknown. "
        "Choose from: snapshot, template, fresh"
    )


@pytest.mark.parametrize("name", ["sync", "thread", "subprocess", "celery-eager"])
def test_each_built_in_executor_is_made_by_its_name(name):
    assert name in executor_names()
    assert executor_refusal(name) is None
    with Engine(name) as engine:
        engine.run(Workflow("w", [steps.fine])).raise_for_status()
    executor = create_executor(name)
    assert executor.name == name
    executor.close()


def test_an_executor_that_cannot_run_here_says_why(monkeypatch):
    from durable_core.executors import celery_eager

    monkeypatch.setattr(celery_eager, "Celery", None)
    assert executor_refusal("celery-eager") == "celery is not installed"


@pytest.mark.parametrize(
    ("state", "given", "words"),
    [
        (dict, 3, "the state is int; pass a dict or dict"),
        (types.SimpleNamespace, [1], "the state is list; pass a dict or SimpleNames"),
        (dict, {1: 2}, "the key 1 is int; fields are named by text"),
    ],
)
def test_a_start_that_does_not_fit_names_its_workflow(state, given, words):
    with pytest.raises(StateError) as raised:
        Engine().run(Workflow("w", [steps.fine], state=state), given)
    assert str(raised.value).startswith("start of workflow 'w': ")
    assert words in str(raised.value)


def test_a_start_that_cannot_travel_names_its_path():
    with pytest.raises(SerializationError) as raised:
        Engine().run(Workflow("w", [steps.fine]), {"a": [0, {"stream": sys.stdout}]})
    assert raised.value.path == "state.a[1]['stream']"


def test_a_workflow_says_what_it_consists_of():
    assert repr(Workflow("w", [steps.fine, steps.wrapped])) == (
        "<Workflow 'w': fine, wrapped>"
    )
