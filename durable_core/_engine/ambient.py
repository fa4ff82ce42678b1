"""What an engine does unless its caller says otherwise.

A test harness sets this for the duration of a test, so that engines which the test
makes itself run under the harness's executor and are watched by it. It holds for the
whole process, other threads and event loops included: a context variable would miss
the loops that were made before the test began.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from durable_core._definition.workflow import Workflow
    from durable_core._engine.run import Run
    from durable_core.protocols import Executor, Outcome, StepCall, StepProbe


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambient:
    """Defaults for engines: executor, probes, run ids, and who hears of what.

    ``after_step`` hears of every attempt with its outcome, ``after_run`` of every run
    that has ended. What they raise ends the run: they belong to the harness.
    """

    executor: Executor | None = None
    probes: tuple[StepProbe, ...] = ()
    new_run_id: Callable[[str], str] | None = None
    after_step: Callable[[StepCall, Outcome], None] | None = None
    after_run: Callable[[Workflow, Run], None] | None = None


_in_force = [Ambient()]


def ambient() -> Ambient:
    """Return the defaults in force."""
    return _in_force[-1]


@contextmanager
def use_ambient(defaults: Ambient) -> Iterator[None]:
    """Put these defaults in force for the duration of a block."""
    _in_force.append(defaults)
    try:
        yield
    finally:
        _in_force.remove(defaults)
