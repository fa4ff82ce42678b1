"""The one audit hook of the process, and who is listening.

A hook cannot be removed, so it is installed on first use and costs a look at an
empty tuple while nobody listens. An event belongs to the listener of its thread,
or to the only listener there is: a step may use threads of its own.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from pytest_durable.evidence.user_files import UserFiles

__all__ = ["Listener", "listen", "stop", "user_line"]

Event = tuple[Any, ...]
Listener = Callable[[str, Event], None]

_listeners: tuple[tuple[int, frozenset[str], Listener], ...] = ()
_installed = False
_lock = threading.Lock()


def _hook(event: str, arguments: Event) -> None:
    if not _listeners:
        return
    listening = _listeners
    if event not in listening[0][1]:
        return
    me = threading.get_ident()
    for thread, _, listener in listening:
        if thread == me or len(listening) == 1:
            listener(event, arguments)
            return


def listen(events: frozenset[str], listener: Listener) -> None:
    """Pass events of this thread, and of threads nobody listens for, to a listener."""
    global _listeners, _installed  # noqa: PLW0603  the hook is one per process
    with _lock:
        if not _installed:
            sys.addaudithook(_hook)
            os.register_at_fork(after_in_child=_forget)
            _installed = True
        _listeners = (*_listeners, (threading.get_ident(), events, listener))


def stop(listener: Listener) -> None:
    """Pass no more events to a listener."""
    global _listeners  # noqa: PLW0603
    with _lock:
        _listeners = tuple(known for known in _listeners if known[2] is not listener)


def _forget() -> None:
    # The threads of the parent, whose steps these were, do not exist in the child.
    global _listeners, _lock  # noqa: PLW0603
    _listeners = ()
    _lock = threading.Lock()


def user_line(frame: FrameType | None, user_files: UserFiles) -> tuple[str, int] | None:
    """Return the innermost user line, or None below an import or without one."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return None
        if user_files.owns(file):
            return file, frame.f_lineno
        frame = frame.f_back
    return None
