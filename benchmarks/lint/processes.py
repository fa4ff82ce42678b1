"""What one process costs, and all that it starts and waits for."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from tempfile import TemporaryFile
from threading import Timer
from time import perf_counter
from typing import IO


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds, and megabytes.

    The CPU time is that of the process and of its children. The memory is the most that
    one process of them ever held: the peaks of several cannot be added up.
    """

    wall: float
    cpu: float
    memory: float

    def times(self, other: Cost) -> Cost:
        """Return this cost as a multiple of another one."""
        mine, others = asdict(self), asdict(other)
        return Cost(**{name: mine[name] / others[name] for name in mine})


class Failed(Exception):
    """A process that ended otherwise than a tool does that did its work."""


def measure(
    command: Sequence[str],
    codes: Collection[int] = (0,),
    limit: float | None = None,
) -> Cost:
    """Run a command, once, and for no longer than some seconds.

    This process must stay small: a child begins with the peak of its parent, which is
    why nothing here imports a parser, or keeps what it reads of a tree.
    """
    with TemporaryFile() as errors:
        started = perf_counter()
        child = _start(command, errors)
        timer = Timer(limit or 0, _kill, (child,))
        if limit:
            timer.start()
        try:
            # It tells what this child has used; `getrusage` would add up all so far.
            _, status, used = os.wait4(child.pid, 0)
        except BaseException:
            _kill(child)
            raise
        finally:
            timer.cancel()
        wall = perf_counter() - started
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()[-500:]
    child.returncode = os.waitstatus_to_exitcode(status)
    if limit and child.returncode == -signal.SIGKILL:
        raise Failed(f"not done after {limit:g} s")
    if child.returncode not in codes:
        raise Failed(f"{command[0]} ended with {child.returncode}: {said}")
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = used.ru_utime + used.ru_stime
    return Cost(wall=wall, cpu=cpu, memory=used.ru_maxrss * unit / 1e6)


def _start(command: Sequence[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,  # so that its children can be ended with it
        )
    except OSError as error:
        raise Failed(f"{command[0]}: {error.strerror}") from error


def _kill(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the medians of walls, CPU times and memories."""
    rows = [asdict(cost) for cost in costs]
    return Cost(**{name: statistics.median(r[name] for r in rows) for name in rows[0]})
