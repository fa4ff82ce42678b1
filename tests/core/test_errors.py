"""Every error of the engine pickles, copies, keeps its message and its next move."""

from __future__ import annotations

import copy
import pickle

import pytest

from durable_core import errors
from durable_core._codec import Codec, dumps, loads

EXAMPLES = [
    (errors.DurableError("plain"), "plain"),
    (errors.DefinitionError("step 'a'", "it is a lambda"), "step 'a': it is a lambda"),
    (
        errors.DefinitionError("step 'a'", "it is a lambda", "Name it"),
        "step 'a': it is a lambda. Name it",
    ),
    (
        errors.SerializationError("state.a[0]", "sqlite3.Connection", "send its path"),
        "state.a[0]: sqlite3.Connection (send its path)",
    ),
    (errors.SerializationError("state.a", "int"), "state.a: int"),
    (errors.StateError("step 'a'", "amount", "wrong"), "step 'a', state.amount: wrong"),
    (errors.StateError("step 'a'", "", "wrong"), "step 'a': wrong"),
    (errors.RunError("plain"), "plain"),
    (
        errors.RunNotFound("r1"),
        "run 'r1' is not in this store; check the id and the store the run was "
        "started with",
    ),
    (
        errors.RunAlreadyStarted("r1"),
        "run 'r1' has been started before; choose another run_id, or leave it out to "
        "get a new one",
    ),
    (
        errors.IllegalTransition("r1", "completed", "running"),
        "run 'r1' is completed and cannot become running",
    ),
    (errors.RunFailed("r1", "checkout"), "run 'r1' of workflow 'checkout' failed"),
    (
        errors.StepFailed("checkout", "r1", "pay", 1),
        "step 'pay' of workflow 'checkout' (run r1) failed after 1 attempt",
    ),
    (
        errors.StepFailed("checkout", "r1", "pay", 3),
        "step 'pay' of workflow 'checkout' (run r1) failed after 3 attempts",
    ),
    (errors.StoreError("plain"), "plain"),
    (
        errors.ConcurrentAppend("r1", 2, 3),
        "run 'r1' has 3 events where 2 were expected: another runner wrote first",
    ),
    (
        errors.CorruptHistory("r1", 2, "not JSON"),
        "history of run 'r1', event 2: not JSON; the stored history was not changed",
    ),
    (errors.ExecutorError("plain"), "plain"),
    (
        errors.ExecutorUnavailable("celery", "not installed", "Install it"),
        "executor 'celery' cannot run here: not installed. Install it",
    ),
    (
        errors.ExecutorUnavailable("celery", "not installed"),
        "executor 'celery' cannot run here: not installed",
    ),
    (
        errors.WorkerLost("pay", "was killed by SIGKILL"),
        "the process running step 'pay' was killed by SIGKILL; it printed nothing",
    ),
    (
        errors.WorkerLost("pay", "was killed by SIGKILL", "bye\n"),
        "the process running step 'pay' was killed by SIGKILL; its last output was:\n"
        "bye\n",
    ),
    (errors.StepTimeout("pay", 1.5), "step 'pay' did not end within 1.5 s"),
    (
        errors.StepTimeout("pay", 2, "bye"),
        "step 'pay' did not end within 2 s; its last output was:\nbye",
    ),
]
ids = [type(error).__name__ for error, _ in EXAMPLES]
WAYS = {
    "pickle": lambda error: pickle.loads(pickle.dumps(error)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "codec": lambda error: Codec().decode_error(
        loads(dumps(Codec().encode_error(error)))
    ),
}


@pytest.mark.parametrize(("error", "message"), EXAMPLES, ids=ids)
def test_an_error_says_what_happened(error, message):
    assert str(error) == message


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("error", "message"), EXAMPLES, ids=ids)
def test_an_error_is_the_same_after_a_journey(error, message, way):
    again = WAYS[way](error)
    assert type(again) is type(error)
    assert again.args == error.args
    assert vars(again) == vars(error)
    assert str(again) == message


def test_every_class_has_an_example():
    assert {type(error).__name__ for error, _ in EXAMPLES} == set(errors.__all__)


def test_the_cause_is_part_of_the_message():
    failed = errors.StepFailed("checkout", "r1", "pay", 1)
    failed.__cause__ = ValueError("no money")
    assert str(failed).endswith("failed after 1 attempt: ValueError: no money")
    ended = errors.RunFailed("r1", "checkout")
    ended.__cause__ = failed
    assert str(ended) == f"run 'r1' of workflow 'checkout' failed: {failed}"
