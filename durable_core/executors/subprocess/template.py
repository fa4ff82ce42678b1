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
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

from durable_core.executors.subprocess.fresh import spawn, write_request
from durable_core.executors.subprocess.pipes import (
    ParentEnds,
    close_all,
    leads_group,
    open_pipes,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.protocols import StepCall, StepProbe

LEAVING = 5.0  # seconds for the template to end once nobody can ask it


class Templated:
    """A child of the template, known by the status pipe that the template writes.

    Two lines come through it: the child's number, and at its end its exit status.
    Before that second line the template has ended all that the child left behind.
    """

    announces = True

    def __init__(self, status: int, ends: ParentEnds, *, group: bool) -> None:
        self.ends = ends
        self.news = status
        self._group = group
        self._heard = b""
        self._lost = False

    def has_ended(self) -> bool:
        """Whether the second line, or the end of the template, has come."""
        self._hear()
        return self._lost or self._heard.count(b"\n") == 2

    def kill(self) -> None:
        """End the child and, if it leads a group, all that it started."""
        while not (self._lost or b"\n" in self._heard):
            self._hear()
        number, ended, status = self._heard.partition(b"\n")
        if not ended or status:
            return
        with suppress(ProcessLookupError, PermissionError):
            if self._group:
                os.killpg(int(number), signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(int(number), signal.SIGKILL)

    def wait(self) -> int:
        """Return the exit status; that of the template, if it is lost itself."""
        while not (self._lost or self._heard.count(b"\n") == 2):
            self._hear()
        status = self._heard.partition(b"\n")[2]
        return int(status) if status else -signal.SIGKILL

    def close(self) -> None:
        """Close the descriptors that it is known by."""
        self.ends.close()
        close_all(self.news)

    def _hear(self) -> None:
        heard = os.read(self.news, 64)
        self._heard += heard
        self._lost = not heard


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
        with write_request(call, host, group=group) as request:
            parent_ends, child_ends = open_pipes()
            status_read, status_write = os.pipe()
            child = Templated(status_read, parent_ends, group=group)
            fds = (
                request.fileno(),
                child_ends.messages,
                child_ends.stdout,
                child_ends.stderr,
                status_write,
            )
            try:
                with self._lock:
                    self._send(fds)
            except BaseException:
                child.close()
                raise
            finally:
                child_ends.close()
                os.close(status_write)
        return child

    def close(self) -> None:
        """End the template."""
        with self._lock:
            control, process = self._control, self._process
            self._control = self._process = None
        if control is not None:
            # The template leaves at end of file. Closing alone is none, as long as a
            # process that was forked here in the meantime holds a copy.
            with suppress(OSError):
                control.shutdown(socket.SHUT_RDWR)
            control.close()
        if process is not None:
            _end(process)

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
            _end(self._process)
        self._control = self._process = None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let the template leave, and make it if it does not."""
    with suppress(TimeoutExpired):
        process.wait(LEAVING)
    process.kill()
    process.wait()
