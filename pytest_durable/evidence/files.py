"""Files that a step wrote and read, as the audit hook sees them.

Nothing here sees a file that C code opens by itself, or ``stat``: whether a file
exists is asked without an event (see ``line_watch``). A failing ``open`` is seen.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from pytest_durable.evidence.audit import Event, listen, stop, user_line
from pytest_durable.evidence.process_state import CWD_NAME, environment_name
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.values import Kind, Place, Read, Write

__all__ = ["FileAudit"]

Line = tuple[str, int]
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SYSTEM = ("/dev/", "/proc/", "/sys/")
_COMPILED = (".pyc", ".pyo")
# A database that all connections of one process share lives as long as one of them.
_SHARED_MEMORY = "shared memory database "
_ENTRIES = 200


@dataclass(slots=True)
class _Seen:
    """What happened to one path, and where first or last."""

    existed: bool
    wrote: Line | None = None
    read: Line | None = None
    detail: str = ""


class FileAudit:
    """Records the files, and the lines behind ``environ`` and ``chdir``, of a step."""

    def __init__(self, user_files: UserFiles) -> None:
        self._user_files = user_files
        self._paths: dict[str, _Seen] = {}
        self._busy = threading.local()
        self._listener = self._hear  # one object, so that it can be found again
        self.places: dict[tuple[Kind, str], Line] = {}
        self.relative: Line | None = None

    def start(self) -> None:
        """Listen to this thread."""
        listen(_EVENTS, self._listener)

    def stop(self) -> None:
        """Listen no more."""
        stop(self._listener)

    def writes(self) -> list[Write]:
        """Return the files that are different for whoever comes next."""
        found = []
        for path, seen in self._paths.items():
            # A file made and removed within the step is nobody's business.
            if seen.wrote is None or not (seen.existed or _exists(path)):
                continue
            found.append(
                Write(
                    kind=Kind.FILE,
                    name=path,
                    detail=seen.detail,
                    place=Place.at(*seen.wrote),
                )
            )
        return found

    def reads(self) -> list[Read]:
        """Return the files that were read before this step wrote them itself."""
        found = [
            Read(kind=Kind.FILE, name=path, place=Place.at(*seen.read))
            for path, seen in self._paths.items()
            if seen.read is not None
        ]
        if self.relative is not None:
            place = Place.at(*self.relative)
            found.append(Read(kind=Kind.CWD, name=CWD_NAME, place=place))
        return found

    def _hear(self, event: str, arguments: Event) -> None:
        # What the recorder itself opens is not the step's.
        if getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            line = user_line(sys._getframe(1), self._user_files)
            if line is not None:
                _HANDLERS[event](self, arguments, line)
        except Exception:  # noqa: BLE001
            # What a hook raises is raised in the user's code, and an odd path is
            # the business of the call that follows the event.
            return
        finally:
            self._busy.now = False

    def saw_read(self, path: object, line: Line) -> None:
        """Note that a line read a path, or asked whether it exists."""
        name = self._name(path, line)
        if name is not None:
            seen = self._seen(name)
            if seen.wrote is None and seen.read is None:
                seen.read = line

    def _wrote(self, path: object, line: Line, detail: str) -> None:
        name = self._name(path, line)
        if name is not None:
            seen = self._seen(name)
            seen.wrote, seen.detail = line, detail.format(name)

    def _seen(self, name: str) -> _Seen:
        seen = self._paths.get(name)
        if seen is None:
            seen = self._paths[name] = _Seen(existed=os.path.lexists(name))
        return seen

    def _name(self, path: object, line: Line) -> str | None:
        if type(path) is int or path is None:
            return None
        text = os.fsdecode(path)  # type: ignore[arg-type]
        if text.startswith(_SHARED_MEMORY):
            return text
        if not os.path.isabs(text):
            self.relative = self.relative or line
        name = os.path.abspath(text)
        if name.startswith(_SYSTEM) or name.endswith(_COMPILED):
            return None
        return None if name.endswith(".py") and self._user_files.owns(name) else name

    # One handler per audit event ----------------------------------------------

    def _open(self, arguments: Event, line: Line) -> None:
        path, mode, flags = arguments
        if type(mode) is not str:
            if not os.path.isabs(os.fsdecode(path)):
                return  # relative to a descriptor that the event does not tell
            mode = _mode(flags)
        if flags & _WRITES:
            if os.path.isdir(path):
                return  # a nameless temporary file
            if "r" in mode or ("+" in mode and "w" not in mode):
                self.saw_read(path, line)
            self._wrote(path, line, f"open({{!r}}, {mode!r})")
        else:
            self.saw_read(path, line)

    def _moved(self, arguments: Event, line: Line) -> None:
        source, target = arguments[:2]
        self.saw_read(source, line)
        self._wrote(source, line, "moved away: {!r}")
        self._wrote(target, line, "moved to {!r}")

    def _copied(self, arguments: Event, line: Line) -> None:
        source, target = arguments[:2]
        self.saw_read(source, line)
        self._wrote(target, line, "copied to {!r}")

    def _removed(self, arguments: Event, line: Line) -> None:
        if arguments[-1] in (-1, None):  # else relative to a descriptor
            self._wrote(arguments[0], line, "os.remove({!r})")

    def _truncated(self, arguments: Event, line: Line) -> None:
        self._wrote(arguments[0], line, "os.truncate({!r})")

    def _made(self, arguments: Event, line: Line) -> None:
        self._wrote(arguments[0], line, "os.mkdir({!r})")

    def _listed(self, arguments: Event, line: Line) -> None:
        path = arguments[0] if arguments and arguments[0] is not None else "."
        if type(path) is int:
            return
        self.saw_read(path, line)
        # What a step finds in a directory, it reads: names are joined by file.
        folder = os.fsdecode(path)
        for entry in sorted(os.listdir(folder))[:_ENTRIES]:
            self.saw_read(os.path.join(folder, entry), line)

    def _connected(self, arguments: Event, line: Line) -> None:
        found = _database(arguments[0])
        if found is not None:
            path, reads_only = found
            self.saw_read(path, line)
            if not reads_only:
                self._wrote(path, line, "sqlite3.connect({!r})")

    def _environment(self, arguments: Event, line: Line) -> None:
        name = environment_name(os.fsdecode(arguments[0]))
        self.places[Kind.ENVIRONMENT, name] = line

    def _directory(self, _: Event, line: Line) -> None:
        self.places[Kind.CWD, CWD_NAME] = line


def _exists(path: str) -> bool:
    return path.startswith(_SHARED_MEMORY) or os.path.lexists(path)


def _mode(flags: int) -> str:
    if flags & os.O_RDWR:
        return "w+" if flags & (os.O_TRUNC | os.O_EXCL) else "r+"
    return "a" if flags & os.O_APPEND else "w" if flags & _WRITES else "r"


def _database(target: object) -> tuple[str, bool] | None:
    """Return the file behind a database name, and whether it is only read."""
    text = os.fsdecode(target)  # type: ignore[arg-type]
    if not text.startswith("file:"):
        return None if text in ("", ":memory:") else (text, False)
    # `urlsplit` would leave its result in a cache, as if the step had done so.
    path, _, query = text.removeprefix("file:").partition("#")[0].partition("?")
    if path.startswith("//"):  # an authority, which is empty or localhost
        path = "".join(path[2:].partition("/")[1:])
    mode = parse_qs(query).get("mode", [""])[0]
    if mode == "memory" and path and "cache=shared" in query:
        return f"{_SHARED_MEMORY}{path}", False
    if mode == "memory" or path in ("", ":memory:"):
        return None
    return unquote(path), mode == "ro"


_HANDLERS: dict[str, Callable[[FileAudit, Any, Line], None]] = {
    "open": FileAudit._open,
    "os.rename": FileAudit._moved,
    "os.link": FileAudit._copied,
    "os.symlink": FileAudit._copied,
    "shutil.copyfile": FileAudit._copied,
    "os.remove": FileAudit._removed,
    "os.rmdir": FileAudit._removed,
    "os.mkdir": FileAudit._made,
    "os.truncate": FileAudit._truncated,
    "os.listdir": FileAudit._listed,
    "os.scandir": FileAudit._listed,
    "sqlite3.connect": FileAudit._connected,
    "os.putenv": FileAudit._environment,
    "os.unsetenv": FileAudit._environment,
    "os.chdir": FileAudit._directory,
}
_EVENTS = frozenset(_HANDLERS)
