"""Isolation ``template``: fork from a process that was started early and runs nothing.

For programs with threads: a fork of this process would copy locks that other threads
hold, the template has one thread only. It costs an interpreter once, then a fork.
"""

from __future__ import annotations

import array
import os
import signal
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from durable_core.executors.subprocess.fresh import spawn, write_request
from durable_core.executors.subprocess.pipes import ParentEnds, leads_group, open_pipes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.protocols import StepCall, StepProbe


class Templated:
    """A child of the template, known by the status pipe that the template writes."""

    def __init__(self, status: int, ends: ParentEnds, *, group: bool) -> None:
        self.ends = ends
        self._status = os.fdopen(status, "r")
        self._group = group
        self._pid: int | None = None
        self._ended = False

    def kill(self) -> None:
        """End the child and, if it leads a group, all that it started."""
        pid = self._read_pid()
        if pid is None or self._ended:
            return
        with suppress(ProcessLookupError, PermissionError):
            if self._group:
                os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def wait(self) -> int:
        """Return the exit status; that of the template, if it is lost itself."""
        if self._ended:
            return 0
        self._read_pid()
        line = self._status.readline()
        self._status.close()
        self._ended = True
        return int(line) if line else -signal.SIGKILL

    def _read_pid(self) -> int | None:
        if self._pid is None and not self._ended:
            line = self._status.readline()
            self._pid = int(line) if line else None
        return self._pid


class TemplateIsolation:
    """Keeps one template process. Probes do not run there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(
        self,
        call: StepCall,
        probes: Sequence[StepProbe],
        host: PrivateHost | None,
    ) -> Templated:
        """Return a child of the template that runs the attempt."""
        del probes  # objects of this process, which another cannot see
        group = leads_group()
        parent_ends, child_ends = open_pipes()
        status_read, status_write = os.pipe()
        try:
            with write_request(call, host, group=group) as request:
                fds = (
                    request.fileno(),
                    child_ends.messages,
                    child_ends.stdout,
                    child_ends.stderr,
                    status_write,
                )
                with self._lock:
                    self._send(fds)
        finally:
            child_ends.close()
            os.close(status_write)
        return Templated(status_read, parent_ends, group=group)

    def close(self) -> None:
        """End the template."""
        with self._lock:
            control, process = self._control, self._process
            self._control = self._process = None
        if control is not None:
            control.close()  # the template sees end of file and leaves
        if process is not None:
            process.wait()

    def _send(self, fds: tuple[int, ...]) -> None:
        """Send one request, to a new template where the last one was lost."""
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        try:
            self._running().sendmsg([b"."], rights)
        except OSError:
            self._forget()
            self._running().sendmsg([b"."], rights)

    def _running(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._forget()
        if self._control is None:
            ours, theirs = socket.socketpair()
            with theirs:
                job = {"control": theirs.fileno()}
                self._process = spawn("serve", job, None, group=True)
            self._control = ours
        return self._control

    def _forget(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None
