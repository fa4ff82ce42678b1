"""Reads files as Python does: byte order marks, coding cookies, form feeds."""

from __future__ import annotations

import ast
import io
import os
import stat
import tokenize
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.facts.nesting import ast_may_crash

if TYPE_CHECKING:
    from pathlib import Path

# Parsing takes 200 to 400 times a file's size in memory, and nobody writes such a file.
LARGEST = 1_000_000
_TOO_DEEP = "it is too deeply nested to be parsed"


@dataclass(frozen=True, slots=True)
class Source:
    """A readable file."""

    path: Path
    content: bytes
    text: str


class Unreadable(Exception):
    """A file that cannot be read as Python, and the line where that shows."""

    def __init__(self, path: Path, line: int, column: int, reason: str) -> None:
        """Say which file, where, and why."""
        super().__init__(path, line, column, reason)
        self.path, self.line, self.column, self.reason = path, line, column, reason


def read_source(path: Path, content: bytes | None = None) -> Source:
    """Decode a file, or content that stands for it."""
    content = read_bytes(path) if content is None else content
    return Source(path, content, decode(path, content))


def read_bytes(path: Path) -> bytes:
    """Read a file; a pipe or a device is none, and is not waited for."""
    try:
        with open(path, "rb", opener=_open) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(path, 1, 1, "it is no regular file")
            if status.st_size > LARGEST:
                size = f"{status.st_size / 1e6:.1f} MB"
                reason = f"it is {size} large; {LARGEST / 1e6:g} MB is the limit"
                raise Unreadable(path, 1, 1, reason)
            return file.read()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreadable(path, 1, 1, f"it cannot be read: {reason}") from error


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(path: Path, content: bytes) -> str:
    """Decode source bytes by their mark or cookie."""
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        raise Unreadable(path, line, 1, "it contains null bytes")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        reason = f"it is not valid {error.encoding}"
        raise Unreadable(path, line, 1, reason) from error
    except (SyntaxError, LookupError, ValueError) as error:
        raise Unreadable(path, 1, 1, str(error)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(source: Source) -> ast.Module:
    """Parse a file; one with syntax of a newer Python is parsed by libcst."""
    text = source.text.removeprefix("\ufeff")
    if ast_may_crash(text):
        raise Unreadable(source.path, 1, 1, _TOO_DEEP)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        tree = _newer(text)
        if tree is not None:
            return tree
        line, column = error.lineno or 1, error.offset or 1
        reason = f"it is not valid Python: {error.msg}"
        raise Unreadable(source.path, max(line, 1), max(column, 1), reason) from error
    except (RecursionError, MemoryError) as error:
        raise Unreadable(source.path, 1, 1, _TOO_DEEP) from error
    except ValueError as error:
        reason = f"it is not valid Python: {error}"
        raise Unreadable(source.path, 1, 1, reason) from error


def _newer(text: str) -> ast.Module | None:
    from lint_rules.facts.concrete.tree import parse_newer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parse_newer(text)
