"""Runs a function in a fork of this process and brings back the text it returns."""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable


def text_from_fork(work: Callable[[], str]) -> str | None:
    """Return what ``work`` returns in a child; None when the child dies of it.

    The child prints nothing. It leaves by ``os._exit``: what it set up is not torn
    down, what it found is this process's to tear down. Whatever is raised here while
    waiting, such as a timeout of the test, ends the child.
    """
    reader, writer = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    pid = _fork()
    if pid == 0:
        os.close(reader)
        _become(work, writer)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            data = pipe.read()
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    _, status = os.waitpid(pid, 0)
    return data.decode() if status == 0 else None


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


def _fork() -> int:
    with warnings.catch_warnings():
        # About threads, on 3.12 and newer; under -W error it would raise.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
