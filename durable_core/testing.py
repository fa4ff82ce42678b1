"""For test harnesses and for tests of programs that embed the engine.

``run_under`` makes every engine that is created in a block use one executor and be
watched; ``FakeClock`` lets time pass without waiting.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from durable_core._engine.ambient import Ambient, use_ambient

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from durable_core._definition.workflow import Workflow
    from durable_core._engine.run import Run
    from durable_core.protocols import Executor, Outcome, StepCall, StepProbe

__all__ = ["FakeClock", "run_under"]


def run_under(
    executor: Executor,
    *,
    probes: tuple[StepProbe, ...] = (),
    new_run_id: Callable[[str], str] | None = None,
    after_step: Callable[[StepCall, Outcome], None] | None = None,
    after_run: Callable[[Workflow, Run], None] | None = None,
) -> AbstractContextManager[None]:
    """Return a block in which engines without an executor of their own use this one.

    ``probes`` watch every step; ``new_run_id`` makes run ids from workflow names;
    ``after_step`` hears of each attempt with its outcome, ``after_run`` of each ended
    run. Applies to engines created in the block, in any thread; the executor stays
    open.
    """
    return use_ambient(
        Ambient(
            executor=executor,
            probes=probes,
            new_run_id=new_run_id,
            after_step=after_step,
            after_run=after_run,
        )
    )


class FakeClock:
    """A clock that jumps: sleeping until a time makes it that time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2024, 1, 1, tzinfo=timezone.utc)
        self.slept: list[timedelta] = []

    def now(self) -> datetime:
        """Return the current fake time."""
        return self._now

    def sleep_until(self, at: datetime) -> None:
        """Jump to ``at`` and remember how long that was."""
        if at > self._now:
            self.slept.append(at - self._now)
            self._now = at
