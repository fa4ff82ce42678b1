"""Isolation ``fresh``: a new interpreter that finds the step by its name.

Nothing of this process is there but its arguments, environment and search path: it is
what a real worker is, hash seed included.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from durable_core._codec import dumps
from durable_core.executors._messages import call_to_wire
from durable_core.executors.subprocess.pipes import (
    ChildEnds,
    ParentEnds,
    close_all,
    exit_news,
    leads_group,
    open_pipes,
)
from durable_core.executors.subprocess.records import levels_to_wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.protocols import StepCall, StepProbe, Wire

_BOOT = (
    "import json, sys; job = json.loads(sys.argv[1]); sys.path[:] = job['path']; "
    "del sys.argv[1:]; "
    "from durable_core.executors.subprocess.entry import {main}; {main}(job)"
)


class Spawned:
    """A new interpreter running one attempt."""

    announces = True

    def __init__(
        self, process: subprocess.Popen[bytes], ends: ParentEnds, *, group: bool
    ) -> None:
        self._process = process
        self.ends = ends
        self.news = exit_news(process.pid)
        self._group = group

    def has_ended(self) -> bool:
        """A process has one piece of news only."""
        return True

    def kill(self) -> None:
        """End the process and, if it leads a group, all that it started."""
        if self._group and self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def wait(self) -> int:
        """Return the exit status."""
        return self._process.wait()

    def close(self) -> None:
        """Close the descriptors that it is known by."""
        self.ends.close()
        close_all(self.news)


class FreshIsolation:
    """Starts an interpreter for each attempt. Probes do not run there."""

    def start(
        self,
        call: StepCall,
        probes: Sequence[StepProbe],
        host: PrivateHost | None,
    ) -> Spawned:
        """Return an interpreter that runs the attempt."""
        del probes  # objects of this process, which another cannot see
        group = leads_group()
        with write_request(call, host) as request:
            parent_ends, child_ends = open_pipes()
            job = {"request": request.fileno(), "messages": child_ends.messages}
            try:
                process = spawn("run_one", job, child_ends, group=group)
            except BaseException:
                parent_ends.close()
                raise
            finally:
                child_ends.close()
        return Spawned(process, parent_ends, group=group)

    def close(self) -> None:
        """Nothing is kept between attempts."""


def spawn(
    main: str, job: dict[str, int], ends: ChildEnds | None, *, group: bool
) -> subprocess.Popen[bytes]:
    """Start an interpreter at a function of ``entry.py``, with what ``job`` names."""
    environment = dict(os.environ)
    environment.pop("PYTHONHASHSEED", None)  # a worker has a hash seed of its own
    argument = json.dumps({**job, "path": sys.path})
    return subprocess.Popen(  # noqa: S603 - our own code, in our own interpreter
        [sys.executable, "-c", _BOOT.format(main=main), argument],
        pass_fds=tuple(job.values()),
        stdout=None if ends is None else ends.stdout,
        stderr=None if ends is None else ends.stderr,
        env=environment,
        start_new_session=group,
    )


def write_request(
    call: StepCall, host: PrivateHost | None, *, group: bool = False
) -> IO[bytes]:
    """Return an unnamed file that holds the call, read from its start.

    A file, not a pipe: a state larger than a pipe's buffer would block both sides.
    """
    message: dict[str, Wire] = {
        "call": call_to_wire(call),
        "group": group,
        "levels": levels_to_wire(),
        "path": [*sys.path],
        "host": None if host is None else [list(host.directories), list(host.shared)],
    }
    request = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    request.write(dumps(message).encode())
    request.seek(0)
    return request
