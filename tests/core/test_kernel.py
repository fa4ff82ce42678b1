"""The kernel: any facts in any order, a crash at any point, one final state."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from durable_core import Status, StepStatus
from durable_core._codec import dumps, loads
from durable_core._kernel.advance import advance, changes
from durable_core._kernel.events import (
    AttemptFailed,
    RunCompleted,
    RunFailed,
    RunStarted,
    StepCompleted,
    StepErrorContinued,
    StepSkipped,
    event_from_wire,
    event_to_wire,
)
from durable_core._kernel.retry import Backoff, Delays, Retry
from durable_core._kernel.state import apply, begin, fold
from durable_core._kernel.status import TRANSITIONS, transition
from durable_core._kernel.values import (
    EndRun,
    OnError,
    Plan,
    RunStep,
    StepPlan,
    StepRaised,
    StepReturned,
    WaitUntil,
)
from durable_core.errors import IllegalTransition

NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
wires = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
states = st.dictionaries(st.sampled_from("abcd"), wires, max_size=4)
delays = st.builds(
    Delays,
    waits=st.lists(
        st.integers(0, 90).map(lambda s: timedelta(seconds=s)), max_size=3
    ).map(tuple),
) | st.builds(
    Backoff,
    first=st.integers(0, 9).map(lambda s: timedelta(seconds=s)),
    factor=st.floats(1, 5),
    cap=st.none() | st.integers(1, 60).map(lambda s: timedelta(seconds=s)),
    jitter=st.floats(0, 1),
)
step_plans = st.builds(
    StepPlan,
    name=st.sampled_from(["load", "price", "pay"]),
    retry=st.builds(Retry, retries=st.integers(0, 3), delay=delays),
    on_error=st.sampled_from(OnError),
)
plans = st.builds(
    Plan,
    workflow=st.just("checkout"),
    steps=st.lists(step_plans, min_size=1, max_size=4).map(tuple),
)
facts = st.builds(StepReturned, state=states, seconds=st.floats(0, 9)) | st.builds(
    StepRaised,
    error=st.dictionaries(st.text(max_size=3), scalars, max_size=2),
    retryable=st.booleans(),
    seconds=st.floats(0, 9),
)


def start(plan, state, at=NOON):
    return RunStarted(
        at=at,
        run_id="r1",
        workflow=plan.workflow,
        steps=tuple(step.name for step in plan.steps),
        state=state,
    )


class Shell:
    """Obeys the kernel: records events, takes facts from a list, jumps over waits."""

    def __init__(self, plan, history, facts_):
        self.plan, self.history = plan, list(history)
        self.run = fold(self.history)
        self.facts = list(facts_)
        self.now = self.history[-1].at
        self.folds_agree = True

    def go(self):
        fact = None
        while True:
            before = copy.deepcopy(self.run)
            decision = advance(self.plan, self.run, fact, self.now)
            assert self.run == before, "advance changes nothing"
            for event in decision.events:
                apply(self.run, event)
                self.history.append(event)
            assert fold(self.history) == self.run
            fact = None
            match decision.command:
                case RunStep(position=position, attempt=attempt):
                    assert position == self.run.position
                    assert attempt == self.run.steps[position].attempts + 1
                    if not self.facts:
                        return self
                    fact = self.facts.pop(0)
                    self.now += timedelta(milliseconds=1)
                case WaitUntil(at=at):
                    assert at > self.now
                    self.now = at
                case EndRun():
                    return self


@given(plans, states, st.lists(facts, max_size=20))
def test_any_facts_keep_the_table_and_fold_to_the_same_state(plan, state, facts_):
    shell = Shell(plan, [start(plan, state)], facts_).go()
    assert shell.run.status in (Status.RUNNING, Status.COMPLETED, Status.FAILED)
    assert fold(shell.history) == shell.run
    assert shell.run.version == len(shell.history)
    for step, planned in zip(shell.run.steps, plan.steps, strict=True):
        assert step.attempts <= planned.retry.retries + 1
    if shell.run.status is Status.COMPLETED:
        assert shell.run.current_step is None
        assert isinstance(shell.history[-1], RunCompleted)


@given(plans, states, st.lists(facts, max_size=20), st.data())
def test_a_crash_at_any_point_ends_in_the_same_state(plan, state, facts_, data):
    whole = Shell(plan, [start(plan, state)], facts_).go()
    cut = data.draw(st.integers(1, len(whole.history)))
    prefix = [
        event_from_wire(loads(dumps(event_to_wire(e)))) for e in whole.history[:cut]
    ]
    # A decision is recorded whole or not at all: one append for each.
    while prefix and _is_torn(prefix):
        prefix.pop()
    attempts = sum(isinstance(e, (StepCompleted, AttemptFailed)) for e in prefix)
    resumed = Shell(plan, prefix, facts_[attempts:]).go()
    assert _timeless(resumed.run) == _timeless(whole.run)


def _is_torn(history):
    last = history[-1]
    return isinstance(last, AttemptFailed) and last.retry_at is None


def _timeless(run):
    return (
        run.status,
        run.position,
        run.failed_step,
        dumps(run.state),
        [(s.name, s.status, s.attempts, s.seconds, dumps(s.error)) for s in run.steps],
    )


@given(plans, states, st.lists(facts, max_size=12))
def test_events_are_the_same_after_they_were_text(plan, state, facts_):
    for event in Shell(plan, [start(plan, state)], facts_).go().history:
        assert event_from_wire(loads(dumps(event_to_wire(event)))) == event


@pytest.mark.parametrize(
    "wire",
    [
        None,
        [],
        "StepCompleted",
        {},
        {"event": "Unheard"},
        {"event": "RunCompleted"},
        {"event": "RunCompleted", "at": 3},
        {"event": "RunCompleted", "at": "yesterday"},
        {"event": "RunCompleted", "at": NOON.isoformat(), "surplus": 1},
        {"event": ["RunCompleted"]},
    ],
)
def test_what_is_no_event_is_refused(wire):
    with pytest.raises((ValueError, TypeError, KeyError)):
        event_from_wire(wire)


@given(states, states)
def test_changes_lead_from_one_state_to_the_other(before, after):
    update, removed = changes(before, after)
    again = {key: value for key, value in before.items() if key not in removed}
    again.update(update)
    assert {key: dumps(value) for key, value in again.items()} == {
        key: dumps(value) for key, value in after.items()
    }
    assert set(update) <= set(after)
    assert not set(removed) & set(after)


@given(states)
def test_a_state_does_not_differ_from_itself(state):
    assert changes(state, copy.deepcopy(state)) == ({}, ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        (0.0, -0.0),
        ("1", 1),
        (None, False),
        ([1], [True]),
        ({"k": [1]}, {"k": [1.0]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([], {}),
    ],
)
def test_changes_tell_values_apart_that_python_calls_equal(one, other):
    assert changes({"k": one}, {"k": other}) == ({"k": other}, ())
    assert changes({"k": other}, {"k": one}) == ({"k": one}, ())


@pytest.mark.parametrize("current", Status)
@pytest.mark.parametrize("wanted", Status)
def test_only_transitions_of_the_table_are_made(current, wanted):
    if wanted in TRANSITIONS[current]:
        assert transition("r1", current, wanted) is wanted
    else:
        with pytest.raises(IllegalTransition) as raised:
            transition("r1", current, wanted)
        assert str(raised.value) == f"run 'r1' is {current} and cannot become {wanted}"


def test_the_table_is_the_documented_one():
    assert {
        status.value: {next_.value for next_ in following}
        for status, following in TRANSITIONS.items()
    } == {
        "pending": {"running"},
        "running": {"completed", "failed", "suspended", "paused", "cancelled"},
        "suspended": {"running", "paused", "cancelled"},
        "paused": {"running", "cancelled"},
        "completed": set(),
        "failed": set(),
        "cancelled": set(),
    }
    assert {status for status in Status if status.final} == {
        "completed",
        "failed",
        "cancelled",
    }


PLAN = Plan(workflow="w", steps=(StepPlan(name="load"), StepPlan(name="pay")))
AT = {"at": NOON}
STEP = {"at": NOON, "position": 0, "step": "load"}
COMPLETED = StepCompleted(**STEP, attempt=1, seconds=0.1, update={"a": 2}, removed=())
FAILED = AttemptFailed(**STEP, attempt=1, seconds=0.1, error={}, retry_at=None)
RETRIED = replace(FAILED, retry_at=NOON)


@pytest.mark.parametrize(
    ("history", "event"),
    [
        ([], start(PLAN, {})),
        ([], RunFailed(at=NOON, position=1, step="pay")),
        ([], RunFailed(**STEP)),
        ([], StepSkipped(**STEP)),
        ([], StepErrorContinued(**STEP)),
        ([], replace(COMPLETED, attempt=2)),
        ([], replace(FAILED, attempt=0)),
        ([RETRIED], COMPLETED),
        ([RETRIED], replace(COMPLETED, attempt=3)),
        ([RETRIED], StepSkipped(**STEP)),
        ([FAILED], replace(COMPLETED, attempt=2)),
        ([FAILED], replace(FAILED, attempt=2)),
        ([], StepSkipped(at=NOON, position=0, step="pay")),
        ([], StepErrorContinued(at=NOON, position=1, step="load")),
        ([COMPLETED], COMPLETED),
        ([COMPLETED], FAILED),
        ([FAILED, RunFailed(**STEP)], COMPLETED),
        ([FAILED, RunFailed(**STEP)], FAILED),
        ([FAILED, RunFailed(**STEP)], RunCompleted(**AT)),
        ([FAILED, RunFailed(**STEP)], RunFailed(**STEP)),
        ([FAILED, RunFailed(**STEP)], StepSkipped(**STEP)),
    ],
)
def test_an_event_that_does_not_fit_raises_and_changes_nothing(history, event):
    run = fold([start(PLAN, {"a": 1}), *history])
    before = copy.deepcopy(run)
    with pytest.raises((ValueError, IllegalTransition)):
        apply(run, event)
    assert run == before


@pytest.mark.parametrize("history", [[], [COMPLETED]])
def test_a_history_begins_with_its_start(history):
    with pytest.raises(ValueError, match="a history starts with RunStarted"):
        fold(history)


def test_a_run_is_not_completed_before_its_last_step():
    run = fold([start(PLAN, {}), COMPLETED])
    before = copy.deepcopy(run)
    with pytest.raises(ValueError, match="pay"):
        apply(run, RunCompleted(at=NOON))
    assert run == before


def test_begin_does_not_share_the_state_of_its_event():
    event = start(PLAN, {"a": 1})
    apply(begin(event), COMPLETED)
    assert event.state == {"a": 1}


def test_a_finished_run_stays_finished():
    run = fold([start(PLAN, {}), FAILED, RunFailed(**STEP)])
    decision = advance(PLAN, run, None, NOON)
    assert decision.command == EndRun()
    assert decision.events == ()


def test_a_wait_is_taken_up_again_until_it_is_over():
    later = NOON + timedelta(minutes=1)
    plan = Plan(workflow="w", steps=(StepPlan(name="load", retry=Retry(retries=1)),))
    failed = AttemptFailed(**STEP, attempt=1, seconds=0, error={}, retry_at=later)
    run = fold([start(plan, {}), failed])
    assert advance(plan, run, None, NOON).command == WaitUntil(at=later)
    again = advance(plan, run, None, later).command
    assert again == RunStep(position=0, attempt=2)
    assert run.steps[0].status is StepStatus.RETRYING


def seconds(delay, count, key="r1:0"):
    return [delay.before_retry(n + 1, key).total_seconds() for n in range(count)]


def test_fixed_delays_repeat_their_last():
    second, minute = timedelta(seconds=1), timedelta(minutes=1)
    assert seconds(Delays(), 2) == [0, 0]
    assert seconds(Delays(waits=(second,)), 3) == [1, 1, 1]
    assert seconds(Delays(waits=(second, minute)), 4) == [1, 60, 60, 60]


def test_backoff_grows_to_its_cap():
    first, cap = timedelta(seconds=1), timedelta(seconds=5)
    assert seconds(Backoff(first=first), 5) == [1, 2, 4, 8, 16]
    assert seconds(Backoff(first=first, factor=3, cap=cap), 4) == [1, 3, 5, 5]
    assert seconds(Backoff(first=cap, cap=first), 2) == [1, 1]
    assert seconds(Backoff(first=first, factor=1), 3) == [1, 1, 1]
    late = Backoff(first=first, cap=cap).before_retry(10**6, "r1:0")
    assert late == cap


def test_backoff_without_a_cap_ends_in_a_very_long_wait_not_in_an_error():
    wait = Backoff(first=timedelta(seconds=1)).before_retry(5000, "r1:0")
    assert NOON + wait > NOON


@given(st.floats(0, 1), st.integers(1, 20), st.text(max_size=20), st.integers(1, 100))
def test_jitter_only_shortens_and_depends_on_nothing_but_the_key(
    jitter, failures, key, first
):
    plain = Backoff(first=timedelta(seconds=first))
    shaken = Backoff(first=timedelta(seconds=first), jitter=jitter)
    wait = shaken.before_retry(failures, key)
    longest = plain.before_retry(failures, key)
    assert wait == shaken.before_retry(failures, key)
    assert longest * (1 - jitter) - timedelta(milliseconds=1) <= wait <= longest


def test_jitter_differs_between_runs_and_attempts():
    shaken = Backoff(first=timedelta(seconds=60), factor=1, jitter=0.5)
    waits = {shaken.before_retry(n, f"r{m}:0") for n in (1, 2, 3) for m in range(5)}
    assert len(waits) == 15
