"""Isolation ``snapshot``: fork this process at step time.

The child sees all that was set up here before: patches, fixtures, closures. That is
only a fresh process as long as this one runs no steps itself.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from durable_core.executors.subprocess.child import run_and_leave
from durable_core.executors.subprocess.pipes import (
    ParentEnds,
    leads_group,
    open_pipes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.protocols import StepCall, StepProbe


class Forked:
    """A child of this very process."""

    def __init__(self, pid: int, ends: ParentEnds, *, group: bool) -> None:
        self.pid = pid
        self.ends = ends
        self._group = group

    def kill(self) -> None:
        """End the child and, if it leads a group, all that it started."""
        with suppress(ProcessLookupError, PermissionError):
            if self._group:
                os.killpg(self.pid, signal.SIGKILL)
        # Its group may not exist yet, just after the fork.
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Return the exit status, once."""
        try:
            _, status = os.waitpid(self.pid, 0)
        except ChildProcessError:  # somebody here ignores or reaps all children
            return 0
        return os.waitstatus_to_exitcode(status)


class SnapshotIsolation:
    """Forks a child for each attempt."""

    def start(
        self,
        call: StepCall,
        probes: Sequence[StepProbe],
        host: PrivateHost | None,
    ) -> Forked:
        """Return a child that runs the attempt."""
        parent_ends, child_ends = open_pipes()
        group = leads_group()
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()  # else the child would hold a copy of what is buffered
        pid = _fork()
        if pid == 0:
            run_and_leave(lambda: call, probes, child_ends, group=group, host=host)
        child_ends.close()
        return Forked(pid, parent_ends, group=group)

    def close(self) -> None:
        """Nothing is kept between attempts."""


def _fork() -> int:
    """Fork, without the warning of 3.12 and newer about threads.

    The threads of a test run (xdist, timeouts) are known not to matter to a step, and
    under ``-W error`` the warning would end the run.
    """
    if sys.version_info >= (3, 12) and threading.active_count() > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return os.fork()
    return os.fork()
