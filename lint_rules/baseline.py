"""Findings that are accepted for now, in a file that lies beside the code.

An entry is a fingerprint, so it holds no line and no call path, and a line of its own
in the file, so that two branches that change different entries merge. The path of an
entry also tells whether a run has looked at the place at all.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.finding import Finding, Fingerprint, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = 1
STALE = "DUR904"
_FIELDS = {
    "code": str,
    "module": str,
    "function": str,
    "symbol": str,
    "occurrence": int,
    "path": str,
}
_BETWEEN = re.compile(r"[\s,]*")


class BadBaseline(Exception):
    """A baseline that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted finding, by the path from the file's folder; its line in the file."""

    fingerprint: Fingerprint
    path: str
    line: int = 0

    @property
    def keys(self) -> tuple[Fingerprint, Fingerprint]:
        """What it is known by: its module, or its file.

        The module outlives a file that moves to another root; the file a run that is
        given other paths, so that module names start elsewhere.
        """
        by_file = self.fingerprint._replace(module=f"file {self.path}")
        return self.fingerprint, by_file


def read_baseline(file: Path) -> list[Entry]:
    """Return the entries of a file."""
    name = shown(str(file))
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadBaseline(f"{name}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadBaseline(f"{name}: not valid UTF-8: {error.reason}") from error
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"{name}:{error.lineno}: not valid JSON: {error.msg}"
        raise BadBaseline(message) from error
    except RecursionError as error:
        raise BadBaseline(f"{name}: too deeply nested") from error
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise BadBaseline(f"{name}:1: expected an object with a list of `findings`")
    if document.get("version") != VERSION:
        found = json.dumps(document.get("version"))
        message = f"version {found} is not known to this durable-lint ({VERSION} is)"
        raise BadBaseline(f"{name}:{_line_of(text, 'version')}: {message}")
    return [_entry(part, f"{name}:{line}", line) for line, part in _parts(text)]


def _line_of(text: str, key: str) -> int:
    return text[: max(text.find(f'"{key}"'), 0)].count("\n") + 1


def _parts(text: str) -> Iterator[tuple[int, object]]:
    """Yield the parts of the list of findings with their lines."""
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('"findings"')) + 1
    while True:
        at = _end(text, at)
        if text[at] == "]":
            return
        part, end = decoder.raw_decode(text, at)
        yield text[:at].count("\n") + 1, part
        at = end


def _end(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _entry(part: object, place: str, line: int) -> Entry:
    values = part if isinstance(part, dict) else {}
    for name, kind in _FIELDS.items():
        if type(values.get(name)) is not kind:
            noun = "a number" if kind is int else "a text"
            message = f"every finding needs {noun} for `{name}`"
            raise BadBaseline(f"{place}: {message}")
    *parts, path = (values[name] for name in _FIELDS)
    return Entry(Fingerprint(*parts), path, line)


def entry_of(finding: Finding, file: Path) -> Entry:
    """Return the entry that accepts a finding."""
    path = os.path.relpath(finding.path, file.parent).replace(os.sep, "/")
    return Entry(finding.fingerprint, path)


def text_of(entries: Iterable[Entry]) -> str:
    """Return the text of a file: sorted, with a line for each entry."""
    lines = [
        json.dumps({**entry.fingerprint._asdict(), "path": entry.path})
        for entry in sorted(entries, key=_order)
    ]
    found = ",\n".join(f"    {line}" for line in lines)
    inner = f"[\n{found}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {inner}\n}}\n'


def _order(entry: Entry) -> tuple[str, str, str, str, int]:
    code, module, function, symbol, occurrence = entry.fingerprint
    return module, function, code, symbol, occurrence


def stale(entry: Entry, file: Path) -> Finding:
    """Return the finding that an entry is about nothing any more."""
    code, module, function, *_ = entry.fingerprint
    where = ".".join(part for part in (module, function) if part)
    return Finding(
        path=shown(str(file)),
        line=entry.line,
        column=1,
        code=STALE,
        name="stale-baseline",
        severity="warn",
        what=f"The baseline accepts {code} in `{where}`, where there is none any more.",
        why="A new finding of the same kind there would be accepted unseen.",
        advice="Write the baseline anew with `--write-baseline`.",
        # No two entries are alike, so neither are the findings about them.
        symbol=entry.fingerprint.digest,
    )
