"""Executor contract: a failure is the same failure everywhere."""

from __future__ import annotations

import traceback
from datetime import timedelta
from pathlib import Path

import pytest
import steps_errors as steps

from durable_core import Workflow
from durable_core.errors import RunFailed, StepFailed, StepTimeout


@pytest.fixture(autouse=True)
def _release_abandoned_steps():
    steps.RELEASE.clear()
    yield
    steps.RELEASE.set()


def run(engine, *steps_, **state):
    return engine.run(Workflow("failing", steps_), {"count": 0, **state})


def failure(engine, step, **state):
    """What ended a run of one step, as the step raised it."""
    failed = run(engine, step, **state)
    assert failed.status == "failed"
    return failed.error.__cause__


def test_an_exception_keeps_type_and_arguments(engine):
    error = failure(engine, steps.raise_builtin)
    assert type(error) is ValueError
    assert error.args == ("bad amount", 12, {"k": [1]})


def test_an_exception_with_its_own_constructor_keeps_its_attributes(engine):
    error = failure(engine, steps.raise_own)
    assert type(error) is steps.PaymentRefused
    assert (error.card, error.reason) == ("4242", "limit")
    assert str(error) == "card 4242 refused: limit"


def test_a_cause_arrives_with_its_effect(quick):
    error = failure(quick, steps.raise_with_cause)
    assert str(error) == "outer"
    assert type(error.__cause__) is KeyError
    assert error.__cause__.args == ("inner",)
    assert error.__suppress_context__ is True


def test_a_context_arrives_with_its_effect(quick):
    error = failure(quick, steps.raise_with_context)
    assert error.__cause__ is None
    assert type(error.__context__) is KeyError
    assert error.__suppress_context__ is False


def test_notes_arrive(quick):
    error = failure(quick, steps.raise_with_notes)
    assert error.__notes__ == ["look at the order", "and at the customer"]


def test_the_traceback_shows_the_line_that_raised(engine):
    error = failure(engine, steps.raise_deep, zero=0)
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    lines = Path(steps.__file__).read_text().splitlines()
    culprit = 1 + next(i for i, line in enumerate(lines) if "culprit line" in line)
    assert f'{Path(steps.__file__)}", line {culprit}, in second' in text
    assert "return 1 / state.zero" in text
    assert "in raise_deep" in text
    assert "durable_core" not in text, "frames of the engine are noise"


def test_the_error_of_a_run_names_workflow_run_step_and_attempts(quick):
    failed = run(quick, steps.always_refused)
    assert isinstance(failed.error, StepFailed)
    assert str(failed.error) == (
        f"step 'always_refused' of workflow 'failing' (run {failed.run_id}) "
        "failed after 4 attempts: ConnectionError: refused"
    )
    with pytest.raises(RunFailed) as raised:
        failed.raise_for_status()
    assert isinstance(raised.value.__cause__, StepFailed)
    assert isinstance(raised.value.__cause__.__cause__, ConnectionError)


@pytest.mark.parametrize(
    ("step", "kind", "args"),
    [
        (steps.raise_base, steps.Stop, ("base",)),
        (steps.raise_exit, SystemExit, ("leaving",)),
        (steps.raise_exit_number, SystemExit, (7,)),
        (steps.raise_generator_exit, GeneratorExit, ()),
        (steps.raise_stop_iteration, StopIteration, ()),
    ],
)
def test_a_worker_survives_whatever_its_step_raises(quick, step, kind, args):
    error = failure(quick, step)
    assert (type(error), error.args) == (kind, args)


def test_exit_code_and_file_name_survive_the_journey(quick):
    assert failure(quick, steps.raise_exit_number).code == 7
    error = failure(quick, steps.raise_os_error)
    assert type(error) is FileNotFoundError
    assert (error.errno, error.filename) == (2, "/nowhere/at/all")


def test_an_exception_that_cannot_be_printed_still_arrives(quick):
    assert type(failure(quick, steps.raise_unspeakable)) is steps.Unspeakable


def test_an_exception_of_a_class_nobody_can_import_arrives_by_name(quick):
    error = failure(quick, steps.raise_local)
    assert "Local" in type(error).__name__ + str(error)
    assert "nobody can import me" in str(error)


def test_an_argument_that_cannot_travel_arrives_as_its_repr(quick):
    error = failure(quick, steps.raise_unkept_argument)
    assert type(error) is ValueError
    assert error.args[0] == "has a lock"
    assert "lock" in error.args[1]


def test_an_endless_recursion_is_a_failure_like_any_other(quick):
    assert isinstance(failure(quick, steps.recurse), RecursionError)


def test_a_keyboard_interrupt_in_a_step_interrupts_the_caller(engine):
    with pytest.raises(KeyboardInterrupt):
        run(engine, steps.raise_interrupt)
    assert run(engine, steps.count).status == "completed"


def test_retries_wait_as_declared_and_the_last_delay_repeats(quick, clock):
    failed = run(quick, steps.always_refused)
    assert clock.slept == [timedelta(seconds=n) for n in (1, 5, 5)]
    [report] = failed.step_states
    assert (report.status, report.attempts) == ("failed", 4)
    assert isinstance(report.error, ConnectionError)


def test_only_declared_errors_are_tried_again(quick, clock):
    failed = run(quick, steps.retries_connections_only)
    assert failed.step_states[0].attempts == 2
    assert isinstance(failed.error.__cause__, ValueError)
    assert clock.slept == [timedelta(minutes=1)]


def test_an_error_to_give_up_on_ends_the_retries(quick):
    failed = run(quick, steps.gives_up_on_refusal)
    assert failed.step_states[0].attempts == 3
    assert failed.error.__cause__.reason == "stolen"


def test_each_attempt_starts_from_the_state_before_the_step(quick):
    done = run(quick, steps.succeeds_at_last)
    done.raise_for_status()
    assert done.state.count == 1
    assert done.step_states[0].attempts == 3
    assert done.step_states[0].error is None


def test_continue_records_the_error_and_goes_on(quick):
    done = run(quick, steps.fails_and_goes_on, steps.count)
    assert done.status == "completed"
    assert done.error is None
    assert done.state.count == 1
    first, second = done.step_states
    assert (first.status, second.status) == ("error_continued", "completed")
    assert first.error.args == ("continued",)


def test_skip_marks_the_step_and_goes_on(quick):
    done = run(quick, steps.fails_and_is_skipped, steps.count)
    assert done.status == "completed"
    first, second = done.step_states
    assert (first.status, first.attempts) == ("skipped", 2)
    assert second.status == "completed"


def test_fail_ends_the_run_before_the_next_step(engine):
    failed = run(engine, steps.count, steps.raise_builtin, steps.count)
    assert failed.status == "failed"
    assert failed.current_step == "raise_builtin"
    assert [step.status for step in failed.step_states] == [
        "completed",
        "failed",
        "pending",
    ]
    assert failed.state.count == 1


def test_a_step_that_takes_too_long_is_a_timeout(engine):
    error = failure(engine, steps.waits_for_ever)
    assert isinstance(error, StepTimeout)
    assert (error.step, error.seconds) == ("waits_for_ever", 0.3)


def test_a_timeout_may_be_tried_again(quick):
    done = run(quick, steps.waits_the_first_time)
    done.raise_for_status()
    assert done.state.attempt == 2


def test_a_timeout_changes_nothing_for_a_step_that_ends_in_time(quick):
    assert run(quick, steps.ends_in_time).state.count == 1
    assert failure(quick, steps.fails_in_time).reason == "in time"
    assert failure(quick, steps.exits_in_time).code == 3
