"""Runs a workflow once more under the reference, to tell an unstable value from a
divergence.

A time stamp or a random number in the state differs between any two runs. Before such
a difference is reported, the workflow runs again, in a child process of its own, so
that nothing here changes; what then differs from the first reference run is unstable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from durable_core import Engine, Workflow, create_executor
from durable_core.executors.subprocess import SubprocessExecutor
from durable_core.protocols import Returned
from durable_core.testing import run_under
from durable_core.wire import changes

if TYPE_CHECKING:
    from durable_core.protocols import Outcome, StepCall, Wire
    from pytest_durable.recording import Given

# What the forked child finds; a step is a function with a name, so it has no other
# way to be told.
_wanted: list[tuple[str, str, Given]] = []


def changes_when_run_again(
    reference: str, run_id: str, given: Given, child: SubprocessExecutor
) -> list[dict[str, Wire]] | None:
    """Return what each step changes in another run; None if that run fails."""
    _wanted.append((reference, run_id, given))
    try:
        with run_under(child):
            run = Engine().run(Workflow("recheck", [run_again], state=dict), {})
    finally:
        _wanted.pop()
    if run.error is not None:
        return None
    state: Any = run.state
    again: list[dict[str, Wire]] = state["changes"]
    return again


def run_again(state: dict[str, object]) -> None:
    """Run the wanted workflow here and report what its steps change."""
    reference, run_id, given = _wanted[-1]
    seen: list[dict[str, Wire]] = []

    def remember(call: StepCall, outcome: Outcome) -> None:
        after = outcome.state if isinstance(outcome, Returned) else call.state
        seen.append(changes(call.state, after)[0])

    codec = given.workflow.codec
    fields = {key: codec.decode(wire, key) for key, wire in given.state.items()}
    again = given.workflow.state_type.build(fields)
    with run_under(create_executor(reference), after_step=remember):
        Engine().run(given.workflow, again, run_id=run_id)
    state["changes"] = seen

