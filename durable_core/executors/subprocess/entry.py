"""Where a new interpreter begins: to run one attempt, or to be a template."""

from __future__ import annotations

import array
import json
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from durable_core.executors._messages import call_from_wire
from durable_core.executors._private_host import PrivateHost
from durable_core.executors.subprocess.child import run_and_leave
from durable_core.executors.subprocess.pipes import ChildEnds
from durable_core.executors.subprocess.records import set_levels

if TYPE_CHECKING:
    from durable_core.protocols import StepCall

FDS = 5  # request, messages, stdout, stderr, status


def run_one(job: dict[str, int]) -> None:
    """Run the attempt that the request file holds, and end."""
    request = _read(job["request"])
    # Kept out of reach of programs that the step starts.
    os.set_inheritable(job["messages"], False)  # noqa: FBT003
    ends = ChildEnds(messages=job["messages"], stdout=1, stderr=2)
    run_and_leave(
        lambda: _load(request),
        (),
        ends,
        group=False,  # it leads a session of its own, if it is to lead at all
        host=_host(request),
    )


def serve(job: dict[str, int]) -> None:
    """Be a template: import what is asked for, run nothing, fork a child for each."""
    Template(socket.socket(fileno=job["control"])).serve()


class Template:
    """A process with one thread that has imported the steps and runs none."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, tuple[int, bool]] = {}  # status pipe, leads a group

    def serve(self) -> None:
        """Answer requests until the other side closes the socket."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent decides when to end
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(wake_read, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                if wake_read in ready:
                    with suppress(BlockingIOError):
                        os.read(wake_read, 4096)
                    self._reap()
                if self._control.fileno() in ready and not self._answer():
                    return

    def _answer(self) -> bool:
        """Take one request; False when there are no more."""
        fds = array.array("i")
        data, ancillary, _, _ = self._control.recvmsg(1, socket.CMSG_SPACE(FDS * 4))
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds.frombytes(payload[: len(payload) - len(payload) % 4])
        if not data:
            return False
        request_fd, messages, stdout, stderr, status = fds
        request = _read(request_fd)
        sys.path[:] = request["path"]
        ends = ChildEnds(messages=messages, stdout=stdout, stderr=stderr)
        # Imported here so that the next child has it already. A failure is the
        # child's to report, where it meets the same one.
        with suppress(Exception):
            call_from_wire(request["call"])
        pid = os.fork()
        if pid == 0:
            os.close(status)
            self._become_child(request, ends)
        ends.close()
        os.write(status, f"{pid}\n".encode())
        self._children[pid] = (status, request["group"])
        return True

    def _become_child(self, request: dict[str, Any], ends: ChildEnds) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._control.close()
        for status, _ in self._children.values():
            os.close(status)
        run_and_leave(
            lambda: _load(request),
            (),
            ends,
            group=request["group"],
            host=_host(request),
        )

    def _reap(self) -> None:
        """Tell the other side how each child ended."""
        while self._children:
            try:
                pid, status = self._next_ended()
            except ChildProcessError:
                return
            if pid == 0:
                return
            descriptor, _ = self._children.pop(pid, (None, False))
            if descriptor is not None:
                with suppress(OSError):
                    code = os.waitstatus_to_exitcode(status)
                    os.write(descriptor, f"{code}\n".encode())
                os.close(descriptor)

    def _next_ended(self) -> tuple[int, int]:
        """End what an ended child left behind; return its number and status, or 0."""
        if sys.platform != "darwin":
            # Before the wait: the number of a group is its own until then.
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is not None and self._children.get(ended.si_pid, (0, False))[1]:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(ended.si_pid, signal.SIGKILL)
        return os.waitpid(-1, os.WNOHANG)


def _load(request: dict[str, Any]) -> StepCall:
    call = call_from_wire(request["call"])
    set_levels(request["levels"])
    return call


def _read(descriptor: int) -> Any:
    with os.fdopen(descriptor, "rb") as file:
        return json.loads(file.read())


def _host(request: dict[str, Any]) -> PrivateHost | None:
    if request["host"] is None:
        return None
    directories, shared = request["host"]
    return PrivateHost(directories=tuple(directories), shared=tuple(shared))
