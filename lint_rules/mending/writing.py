"""Puts changed files on the disk: what belongs together whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lint_rules.mending.rounds import Mending


class NotWritten(Exception):
    """Files that were left alone; the message names one of them and says why."""


def groups(paths: Iterable[str], together: Iterable[frozenset[str]]) -> list[set[str]]:
    """Return which files must be written together, directly or by way of others."""
    found = [{path} for path in paths]
    for linked in together:
        joined = [group for group in found if group & linked]
        found = [group for group in found if not group & linked]
        found.append(set().union(*joined))
    return sorted(found, key=min)


def write_all(mending: Mending) -> tuple[list[str], frozenset[str]]:
    """Write what fixes have changed; return messages about files left as they were."""
    messages: list[str] = []
    lost: set[str] = set()
    for group in groups(mending.after, mending.together):
        before = {path: mending.before[path] for path in sorted(group)}
        try:
            write(before, {path: mending.after[path] for path in before})
        except NotWritten as error:
            messages.append(str(error))
            lost |= group
    return messages, frozenset(lost)


def write(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Write some files, unless one of them cannot be or is not what it was."""
    targets = {path: Path(path).resolve() for path in after}
    prepared: dict[str, str] = {}
    try:
        for path, target in targets.items():
            prepared[path] = _prepare(path, target, after[path])
        for path, target in targets.items():
            if _content(path, target) != before[path]:
                message = f"{path} has changed since it was read; it was left alone"
                raise NotWritten(message)
        _replace(targets, prepared, before)
    finally:
        for temporary in prepared.values():
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _content(path: str, target: Path) -> bytes:
    try:
        return target.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read any more: {error.strerror}"
        raise NotWritten(message) from error


def _prepare(path: str, target: Path, content: bytes) -> str:
    """Write the new content beside the file; return where."""
    try:
        known = target.stat()
        # A privileged user may write everything, but the owner has said no.
        if not known.st_mode & 0o222 or not os.access(target, os.W_OK):
            message = f"{path} is read-only; it was left alone"
            raise NotWritten(message)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, stat.S_IMODE(known.st_mode))
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise NotWritten(message) from error
    return name


def _replace(
    targets: Mapping[str, Path], prepared: dict[str, str], before: Mapping[str, bytes]
) -> None:
    done: list[str] = []
    try:
        for path, target in targets.items():
            os.replace(prepared[path], target)
            done.append(path)
    except OSError as error:
        for path in done:
            targets[path].write_bytes(before[path])
        message = f"{path} cannot be replaced: {error.strerror}"
        raise NotWritten(message) from error
