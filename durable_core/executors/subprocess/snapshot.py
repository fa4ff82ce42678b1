"""Isolation ``snapshot``: fork this process at step time.

The child sees all that was set up here before: patches, fixtures, closures. That is
only a fresh process as long as this one runs no steps itself.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from durable_core.executors._fork import quiet_fork
from durable_core.executors.subprocess.child import run_and_leave
from durable_core.executors.subprocess.pipes import (
    ParentEnds,
    close_all,
    exit_news,
    leads_group,
    open_pipes,
)
from durable_core.executors.subprocess.shipping import Surroundings, flush_streams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.protocols import StepCall, StepProbe


class Forked:
    """A child of this very process."""

    announces = False

    def __init__(self, pid: int, ends: ParentEnds, *, group: bool) -> None:
        self.pid = pid
        self.ends = ends
        self.news = exit_news(pid)
        self._group = group

    def has_ended(self) -> bool:
        """A process has one piece of news only."""
        return True

    def kill(self) -> None:
        """End the child and, if it leads a group, all that it started."""
        try:
            if self._group:
                os.killpg(self.pid, signal.SIGKILL)
                return
        except (ProcessLookupError, PermissionError):
            pass  # its group does not exist yet, just after the fork
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Return the exit status, once."""
        try:
            _, status = os.waitpid(self.pid, 0)
        except ChildProcessError:  # somebody here ignores or reaps all children
            return 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        """Close the descriptors that it is known by."""
        self.ends.close()
        close_all(self.news)


class SnapshotIsolation:
    """Forks a child for each attempt."""

    def __init__(self) -> None:
        self._surroundings: Surroundings | None = None

    def start(
        self,
        call: StepCall,
        probes: Sequence[StepProbe],
        host: PrivateHost | None,
    ) -> Forked:
        """Return a child that runs the attempt."""
        if self._surroundings is None:
            with suppress(OSError):  # stdout or stderr is closed here
                self._surroundings = Surroundings()
        parent_ends, child_ends = open_pipes()
        group = leads_group()
        flush_streams()  # else the child would hold a copy of what is buffered
        try:
            pid = quiet_fork()
        except BaseException:
            parent_ends.close()
            child_ends.close()
            raise
        if pid == 0:
            # Without them, a child whose parent is gone would write to nobody for ever.
            parent_ends.close()
            run_and_leave(
                lambda: call,
                probes,
                child_ends,
                group=group,
                host=host,
                surroundings=self._surroundings,
                announce=False,
            )
        child_ends.close()
        return Forked(pid, parent_ends, group=group)

    def close(self) -> None:
        """Nothing is kept between attempts."""
