"""A forked child's own temporary directories, the parent's files visible in them.

A worker on another machine would see none of the files that a step left in /tmp. An
overlay over each host-local directory, in a mount namespace of the child's own, gives
it that blindness while the test's inputs stay readable. The rules kept here:

- what the child writes is in its memory, and gone with it; the host has no trace of it
- shared paths, mounts below and sockets in use stay the host's (deleting one: EBUSY)
- without root, what belongs to other users cannot be changed (EOVERFLOW), nor can a
  directory that the parent made be renamed (EXDEV, which shutil.move handles)
- descriptors opened before :meth:`PrivateHost.enter` still reach the host's files
"""

from __future__ import annotations

import functools
import os
import select
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOENT, ENOTDIR
from io import FileIO
from typing import NoReturn

from durable_core.executors import _mounts
from durable_core.executors._fork import quiet_fork

__all__ = [
    "PrivateHost",
    "host_local_directories",
    "private_host_refusal",
    "written_paths",
]

_CANDIDATES = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - looked at, not used
_PROBE_SECONDS = 10
_WORKS = "works"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateHost:
    """Which directories a forked child gets for itself, and what stays shared.

    What does not exist is skipped; a directory that is shared itself, or lies below a
    shared path, is not made private.
    """

    directories: tuple[str, ...]
    shared: tuple[str, ...]

    def enter(self) -> None:
        """Make the directories private to the calling process and its children.

        Call it in a forked child that has a single thread. Raises OSError, with a
        sentence in ``strerror``, when the host refuses; the child is then in an
        undefined place and must exit.
        """
        shared = tuple(os.path.realpath(path) for path in self.shared)
        private = _private(self.directories, shared)
        if not private:
            return
        with _mounts.private_mounts():
            try:
                place: str | int = os.getcwd()
            except FileNotFoundError:  # Deleted: only a descriptor leads back.
                place = _open(".")
            _layers[:] = _cover(private, shared)
            os.chdir(place)


# Directory, lower and upper layer of this process, for written_paths(): descriptors,
# because an overlay hides the paths of both.
_layers: list[tuple[str, int, int]] = []


def host_local_directories() -> tuple[str, ...]:
    """Name the existing directories whose files another machine would not have."""
    candidates = list(_CANDIDATES)
    with suppress(OSError):
        candidates.append(tempfile.gettempdir())
    return tuple(d for d in _private(tuple(candidates), ()) if d != os.sep)


def written_paths() -> tuple[str, ...]:
    """Name what this process and its children wrote since it entered, sorted.

    Absolute paths, as the step saw them: files, links, sockets, and directories that
    were left empty. Without deletions and files that were only opened for writing.
    """
    found = (
        os.path.join(directory, path)
        for directory, lower, upper in _layers
        for path in _mounts.written(upper, over=lower)
    )
    return tuple(sorted(found))


@functools.cache
def private_host_refusal() -> str | None:
    """Say in one line why private hosts do not work here, or None when they do.

    Tried once per process, in a child that is thrown away. Never raises.
    """
    if sys.platform != "linux":
        return "needs Linux"
    try:
        _mounts.libc()
        return _ask_a_child(host_local_directories())
    except (OSError, RuntimeError, AttributeError) as error:
        return f"the probe failed: {error}"


def _private(directories: tuple[str, ...], shared: tuple[str, ...]) -> tuple[str, ...]:
    real = (os.path.realpath(path) for path in directories if os.path.isdir(path))
    return _mounts.outermost(
        path for path in real if not any(_mounts.is_below(path, s) for s in shared)
    )


def _cover(
    private: tuple[str, ...], shared: tuple[str, ...]
) -> list[tuple[str, int, int]]:
    # An overlay shows the mount points of other file systems empty, and a socket that
    # is reached through it has no listener: they are shared where that is possible.
    found = _mounts.mount_points() + _mounts.bound_sockets()
    # To leave no trace, the layers' tmpfs covers the last directory until its overlay
    # hides it. That name goes into an overlay's options, so it must be a plain one.
    order = sorted(private, key=lambda path: not set(path) & set(",:\\"))
    lowers = [_open(directory) for directory in order]
    _mounts.mount_tmpfs(order[-1])
    layers = []
    for directory, lower in zip(order, lowers, strict=True):
        os.fchdir(lower)
        upper, work = f"{order[-1]}/upper{lower}", f"{order[-1]}/work{lower}"
        _mounts.make_like(upper, os.stat("."))
        os.mkdir(work)
        layers.append((directory, lower, _open(upper)))
        _mounts.mount_overlay(directory, upper=upper, work=work)
        _bind_back(directory, shared, found)
    return layers


def _bind_back(directory: str, shared: tuple[str, ...], found: tuple[str, ...]) -> None:
    # The shared ones last: a mount point that cannot be bound must not hide them.
    for path in dict.fromkeys(found + shared):
        if path == directory or not _mounts.is_below(path, directory):
            continue
        try:
            # Relative: the current directory is the original, below the overlay.
            _mounts.bind(os.path.relpath(path, directory), path)
        except OSError as error:
            if path in shared and error.errno not in (ENOENT, ENOTDIR):
                raise


def _open(path: str) -> int:
    return os.open(path, os.O_PATH | os.O_DIRECTORY)


def _ask_a_child(directories: tuple[str, ...]) -> str | None:
    reader, writer = os.pipe()
    with open(reader, "rb", buffering=0) as answers, open(writer, "wb", 0) as answer:
        child = quiet_fork()  # this child takes no lock
        if child == 0:
            _answer(directories, answer)
        answer.close()
        waiting = select.poll()
        waiting.register(answers, select.POLLIN)
        if waiting.poll(_PROBE_SECONDS * 1000):
            text = answers.read(4096).decode(errors="replace")
        else:
            text = f"the probe gave no answer within {_PROBE_SECONDS} s"
            os.kill(child, signal.SIGKILL)
    with suppress(ChildProcessError):  # Reaped already where SIGCHLD is ignored.
        os.waitpid(child, 0)
    return None if text == _WORKS else text or "the probe was killed"


def _answer(directories: tuple[str, ...], answer: FileIO) -> NoReturn:
    try:
        os.chdir("/")
        PrivateHost(directories=directories, shared=()).enter()
        for directory in directories:
            # Some hosts grant the mount and refuse the first write.
            os.mkdir(trial := os.path.join(directory, f"durable-{os.getpid()}"))
            os.rmdir(trial)
        text = _WORKS
    except BaseException as error:  # noqa: BLE001 - a forked child must not return
        text = " ".join((getattr(error, "strerror", None) or repr(error)).split())
    try:
        answer.write(text.encode(errors="replace"))
    finally:
        os._exit(0)
