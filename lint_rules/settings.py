"""Reads `[tool.durable-lint]`, and tells everything that is wrong with it at once."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lint_rules.finding import shown
from lint_rules.nearest import close_to
from lint_rules.setting_keys import KEYS, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FILE = "pyproject.toml"
_MARK = b"durable-lint"


class BadSettings(Exception):
    """A configuration file that cannot be used; the message has a line per problem."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of a configuration file, and the folder that its paths start at."""

    folder: Path = field(default_factory=Path)
    values: dict[str, Any] = field(default_factory=dict)
    file: Path | None = None

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; an empty one when the key is not there."""
        return tuple(self.values.get(key, ()))

    def path(self, text: str) -> Path:
        """Return a path that is relative to the file."""
        return self.folder / text


def find_settings(paths: Iterable[Path]) -> Settings:
    """Read the nearest `pyproject.toml` above some paths that configures us."""
    for folder in _above(list(paths)):
        file = folder / _FILE
        if file.is_file() and _MARK in _content(file):
            table = _table(file)
            if table is not None:
                return _checked(file, table)
    return Settings(Path.cwd())


def read_settings(file: Path) -> Settings:
    """Read one file that must configure us."""
    table = _table(file)
    if table is None:
        raise BadSettings(f"{shown(str(file))}: there is no table [tool.durable-lint]")
    return _checked(file, table)


def _above(paths: list[Path]) -> Iterator[Path]:
    """Yield the folders above all paths, the nearest first."""
    folders = [p if p.is_dir() else p.parent for p in (p.resolve() for p in paths)]
    if not folders:
        return
    shared = set.intersection(*({folder, *folder.parents} for folder in folders))
    yield from sorted(shared, key=lambda folder: len(folder.parts), reverse=True)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadSettings(f"{shown(str(file))}: it cannot be read: {reason}") from error


def _table(file: Path) -> object:
    """Return the table of a file as it is; None when there is none."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        document = tomllib.loads(_content(file).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadSettings(f"{shown(str(file))}: not valid TOML: {error}") from error
    tool = document.get("tool", {})
    return tool.get("durable-lint") if isinstance(tool, dict) else None


def _checked(file: Path, table: object) -> Settings:
    problems = list(_problems(table, file.absolute().parent))
    if problems:
        noun = "problem" if len(problems) == 1 else "problems"
        head = f"{shown(str(file))}: {len(problems)} {noun} in [tool.durable-lint]"
        raise BadSettings("\n".join([head, *(f"  {p}" for p in problems)]))
    assert isinstance(table, dict)  # noqa: S101 - _problems has told any other
    return Settings(file.absolute().parent, table, file.absolute())


def _problems(table: object, folder: Path) -> Iterator[Problem]:
    if not isinstance(table, dict):
        yield Problem("tool.durable-lint", table, "a table")
        return
    for key, value in table.items():
        if key in KEYS:
            yield from KEYS[key](key, value, folder)
        else:
            hint = close_to(key.replace("_", "-"), KEYS)
            yield Problem(key, value, "one of the known keys", hint)
