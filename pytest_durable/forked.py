"""Runs a function in a fork of this process and brings back the text it returns."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from durable_core.executors.subprocess import quiet_fork

if TYPE_CHECKING:
    from collections.abc import Callable


def text_from_fork(work: Callable[[], str], seconds: float | None) -> str | None:
    """Return what ``work`` returns in a child; None when the child dies of it.

    None as well when it takes longer than ``seconds``; the child is ended then.

    The child prints nothing. It leaves by ``os._exit``: what it set up is not torn
    down, what it found is this process's to tear down. Whatever is raised here while
    waiting, such as a timeout of the test, ends the child.
    """
    reader, writer = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    pid = quiet_fork()
    if pid == 0:
        os.close(reader)
        _become(work, writer)
    os.close(writer)
    try:
        data = _read_all(reader, seconds)
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    finally:
        os.close(reader)
    if data is None:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return data.decode() if data is not None and status == 0 else None


def _read_all(reader: int, seconds: float | None) -> bytes | None:
    """Return what is written until the other side ends; None when time is up."""
    deadline = None if seconds is None else monotonic() + seconds
    parts: list[bytes] = []
    while True:
        left = None if deadline is None else max(0.0, deadline - monotonic())
        if not select.select([reader], [], [], left)[0]:
            return None
        part = os.read(reader, 65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _become(work: Callable[[], str], writer: int) -> NoReturn:
    status = 1
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        data = work().encode()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(data)
        status = 0
    except BaseException:  # noqa: BLE001 - the outermost frame of the child
        traceback.print_exc()
    finally:
        os._exit(status)
