"""``sync``: in the caller's thread. The reference that others are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from durable_core.executors._in_process import Finished, invoke_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.protocols import StepCall, StepProbe


class SyncExecutor:
    """Runs each attempt at once, in the caller's thread."""

    name = "sync"

    def submit(self, call: StepCall, probes: Sequence[StepProbe] = ()) -> Finished:
        """Run the attempt to its end."""
        return Finished(invoke_here(call, probes))

    def close(self) -> None:
        """Nothing to end."""
