"""Store contract: histories are appended to on a condition, and read back whole."""

from __future__ import annotations

import threading
from datetime import datetime, timezone

import pytest
import steps_calls as steps

from durable_core import Engine, Workflow
from durable_core._kernel.events import RunCompleted, RunStarted
from durable_core.errors import (
    ConcurrentAppend,
    CorruptHistory,
    DefinitionError,
    RunAlreadyStarted,
    RunNotFound,
)
from durable_core.executors.sync import SyncExecutor
from durable_core.stores import MemoryStore
from durable_core.testing import FakeClock, run_under

NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
COMPLETED = RunCompleted(at=NOON)


def started(run_id="r1", **state):
    return RunStarted(at=NOON, run_id=run_id, workflow="w", steps=("a",), state=state)


@pytest.fixture(params=[MemoryStore])
def store(request):
    store = request.param()
    yield store
    store.close()
    store.close()


def test_a_history_is_read_as_it_was_appended(store):
    store.append("r1", [started(amount=1)], after=0)
    store.append("r1", [COMPLETED, COMPLETED], after=1)
    assert store.read("r1") == (started(amount=1), COMPLETED, COMPLETED)


def test_an_append_to_another_length_changes_nothing(store):
    store.append("r1", [started()], after=0)
    for after in (0, 2):
        with pytest.raises(ConcurrentAppend) as raised:
            store.append("r1", [COMPLETED], after=after)
        assert raised.value.args == ("r1", after, 1)
    assert store.read("r1") == (started(),)
    with pytest.raises(ConcurrentAppend):
        store.append("unknown", [COMPLETED], after=1)
    assert store.run_ids() == ("r1",)


def test_the_first_of_many_writers_wins(store):
    store.append("r1", [started()], after=0)
    barrier, outcomes = threading.Barrier(20), []

    def write():
        barrier.wait(20)
        try:
            store.append("r1", [COMPLETED], after=1)
            outcomes.append("won")
        except ConcurrentAppend:
            outcomes.append("lost")

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["lost"] * 19 + ["won"]
    assert len(store.read("r1")) == 2


def test_an_unknown_run_is_not_found(store):
    with pytest.raises(RunNotFound) as raised:
        store.read("r1")
    assert raised.value.run_id == "r1"


def test_runs_are_listed_in_the_order_they_were_started(store):
    for run_id in ("z", "a", "m"):
        store.append(run_id, [started(run_id)], after=0)
    store.append("a", [COMPLETED], after=1)
    assert store.run_ids() == ("z", "a", "m")


def test_what_is_appended_later_does_not_change_what_was_read(store):
    state = {"items": [1]}
    store.append("r1", [started(**state)], after=0)
    state["items"].append(2)
    first = store.read("r1")
    store.append("r1", [COMPLETED], after=1)
    assert first == (started(items=[1]),)


def test_an_event_that_cannot_be_stored_changes_nothing(store):
    with pytest.raises(Exception, match="not JSON|JSON serializable"):
        store.append("r1", [started(value=object())], after=0)
    assert store.run_ids() == ()


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", '{"event": "Unheard"}', '{"event": "RunCompleted"}'],
)
def test_a_damaged_history_is_reported_and_left_alone(damaged):
    store = MemoryStore()
    store.append("r1", [started(), COMPLETED], after=0)
    store._histories["r1"][1] = damaged
    for _ in range(2):
        with pytest.raises(CorruptHistory) as raised:
            store.read("r1")
        assert (raised.value.run_id, raised.value.position) == ("r1", 1)
    assert store._histories["r1"][1] == damaged


@pytest.fixture
def engine(store):
    return Engine(store=store, clock=FakeClock())


WORKFLOW = Workflow("tripled", [steps.with_default, steps.fails_twice])


def test_a_run_is_read_back_as_it_ended(engine, store):
    run = engine.run(WORKFLOW, {"amount": 2}, run_id="r1")
    again = engine.get(WORKFLOW, "r1")
    assert again.history == run.history == store.read("r1")
    assert again.state == run.state
    assert again.status == "completed"
    assert [s.attempts for s in again.step_states] == [1, 3]
    assert again.created_at <= again.updated_at
    assert repr(again) == "<Run 'r1' of 'tripled': completed>"


def test_a_run_is_started_only_once(engine):
    engine.run(WORKFLOW, {"amount": 2}, run_id="r1")
    with pytest.raises(RunAlreadyStarted) as raised:
        engine.run(WORKFLOW, {"amount": 3}, run_id="r1")
    assert raised.value.run_id == "r1"
    assert engine.get(WORKFLOW, "r1").state.amount == 6


def test_each_run_has_an_id_of_its_own(engine, store):
    runs = [engine.run(WORKFLOW, {"amount": 2}) for _ in range(5)]
    assert store.run_ids() == tuple(run.run_id for run in runs)
    assert len(set(store.run_ids())) == 5
    assert all(run.run_id.startswith("tripled-") for run in runs)


def test_an_unknown_run_cannot_be_got(engine):
    with pytest.raises(RunNotFound):
        engine.get(WORKFLOW, "r1")
    with pytest.raises(DefinitionError, match="this engine has no store. Pass store="):
        Engine().get(WORKFLOW, "r1")


def test_a_history_of_another_workflow_is_not_misread(engine):
    engine.run(WORKFLOW, {"amount": 2}, run_id="r1")
    other = Workflow("other", [steps.other_name])
    with pytest.raises(DefinitionError, match="r1.*tripled.*other"):
        engine.get(other, "r1")


def test_a_history_that_makes_no_sense_is_corrupt(engine, store):
    store.append("r1", [started(), COMPLETED], after=0)
    with pytest.raises(CorruptHistory, match="completed before"):
        engine.get(Workflow("w", [steps.with_default]), "r1")


def test_every_event_is_stored_before_the_next_step_starts():
    seen = []

    class Watching(MemoryStore):
        def append(self, run_id, events, *, after):
            super().append(run_id, events, after=after)
            seen.append([type(event).__name__ for event in events])

    Engine(store=Watching(), clock=FakeClock()).run(WORKFLOW, {"amount": 2})
    assert seen == [
        ["RunStarted"],
        ["StepCompleted"],
        ["AttemptFailed"],
        ["AttemptFailed"],
        ["StepCompleted", "RunCompleted"],
    ]


def test_a_call_keeps_the_state_it_was_made_with():
    calls = []
    watched = run_under(
        SyncExecutor(), after_step=lambda call, outcome: calls.append((call, outcome))
    )
    with watched:
        Engine().run(Workflow("w", [steps.with_default] * 3), {"amount": 1})
    assert [call.state["amount"] for call, _ in calls] == [1, 3, 9]
    assert [outcome.state["amount"] for _, outcome in calls] == [3, 9, 27]
    assert [call.sequence for call, _ in calls] == [0, 1, 2]


def test_a_harness_chooses_executor_run_ids_and_hears_of_runs():
    ended = []
    with run_under(
        SyncExecutor(),
        new_run_id=lambda workflow: f"{workflow}-1",
        after_run=lambda workflow, run: ended.append((workflow.name, run.run_id)),
    ):
        Engine().run(Workflow("w", [steps.with_default]), {"amount": 1})
    Engine().run(Workflow("w", [steps.with_default]), {"amount": 1})
    assert ended == [("w", "w-1")]


def test_probes_see_each_step_and_nest():
    seen = []

    class Probe:
        def __init__(self, name):
            self.name = name

        def begin(self, call):
            seen.append(f"{self.name} begins {call.target.name}")
            return self

        def end(self):
            seen.append(f"{self.name} ends")
            return {"looked": self.name}

    outcomes = []
    with run_under(
        SyncExecutor(),
        probes=(Probe("outer"),),
        after_step=lambda call, outcome: outcomes.append(outcome),
    ):
        engine = Engine(probes=[Probe("inner")])
        engine.run(Workflow("w", [steps.with_default]), {"amount": 1})
        engine.run(Workflow("w", [steps.fails_twice]))
    assert seen[:4] == [
        "outer begins with_default",
        "inner begins with_default",
        "inner ends",
        "outer ends",
    ]
    assert all(
        outcome.evidence == {"outer": {"looked": "outer"}, "inner": {"looked": "inner"}}
        for outcome in outcomes
    )
    assert len(outcomes) == 4


def test_one_engine_serves_fifty_runs_at_once(store):
    engine = Engine("thread", store=store)
    steps.BARRIERS["fifty"] = threading.Barrier(50)
    workflow = Workflow("fifty", [steps.meet_at_barrier, steps.with_default])
    found = {}

    def work(number):
        run = engine.run(
            workflow, {"barrier": "fifty", "amount": number}, run_id=f"r{number}"
        )
        run.raise_for_status()
        found[number] = run.state.amount

    threads = [threading.Thread(target=work, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    engine.close()
    assert found == {n: n * 3 for n in range(50)}
    assert set(store.run_ids()) == {f"r{n}" for n in range(50)}
    for number in range(50):
        assert engine.get(workflow, f"r{number}").state.amount == number * 3
