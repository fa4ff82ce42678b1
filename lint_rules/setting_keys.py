"""The keys of `[tool.durable-lint]` and what their values must be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lint_rules.finding import SEVERITIES
from lint_rules.nearest import close_to, rule_close_to

_LONGEST = 60
_DOTTED = re.compile(r"[\w*?\[\]!-]+(\.[\w*?\[\]!-]+)*")


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong key or value."""

    key: str
    value: object
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        value = json.dumps(self.value, default=str)
        if len(value) > _LONGEST:
            value = f"{value[:_LONGEST]}..."
        hint = f"; did you mean `{self.hint}`?" if self.hint else ""
        return f"{self.key} = {value}: expected {self.expected}{hint}"


Check: TypeAlias = Callable[[str, object, Path], Iterator[Problem]]


def _list_of(expected: str, fits: Callable[[str, Path], bool]) -> Check:
    def check(key: str, value: object, folder: Path) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(key, value, f"a list; each part {expected}")
            return
        for number, part in enumerate(value):
            if not isinstance(part, str) or not part or not fits(part, folder):
                yield Problem(f"{key}[{number}]", part, expected)

    return check


def _rules(key: str, value: object, folder: Path) -> Iterator[Problem]:
    from lint_rules.listing import codes, rules_named

    del folder
    expected = "a code, a name, or the beginning of codes"
    if not isinstance(value, list):
        yield Problem(key, value, f"a list; each part {expected}")
        return
    known = codes()
    for number, part in enumerate(value):
        if not isinstance(part, str) or not rules_named(part, known):
            hint = rule_close_to(str(part), known)
            yield Problem(f"{key}[{number}]", part, expected, hint)


def _rules_by_file(key: str, value: object, folder: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(key, value, "a table of file patterns and lists of rules")
        return
    for pattern, rules in value.items():
        yield from _rules(f"{key}.{json.dumps(pattern)}", rules, folder)


def _clients(key: str, value: object, folder: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(key, value, "a table with `safe` and `unsafe`")
        return
    for part, names in value.items():
        if part in {"safe", "unsafe"}:
            yield from _names(f"{key}.{part}", names, folder)
        else:
            hint = close_to(part, ["safe", "unsafe"])
            yield Problem(f"{key}.{part}", names, "`safe` or `unsafe`", hint)
    both = _set(value.get("safe")) & _set(value.get("unsafe"))
    for name in sorted(both):
        yield Problem(f"{key}.unsafe", name, "a name that is not in `safe` as well")


def _set(names: object) -> set[str]:
    parts = names if isinstance(names, list) else []
    return {part for part in parts if isinstance(part, str)}


def _severity(key: str, value: object, folder: Path) -> Iterator[Problem]:
    del folder
    if value not in SEVERITIES:
        expected = "info, warn or error"
        yield Problem(key, value, expected, close_to(str(value), SEVERITIES))


def _flag(key: str, value: object, folder: Path) -> Iterator[Problem]:
    del folder
    if not isinstance(value, bool):
        yield Problem(key, value, "true or false")


def _file(key: str, value: object, folder: Path) -> Iterator[Problem]:
    fits = isinstance(value, str) and value and "\0" not in value
    if not fits or (folder / str(value)).is_dir():
        yield Problem(key, value, "the path of a file")


_names = _list_of(
    "a dotted name", lambda part, _: all(p.isidentifier() for p in part.split("."))
)
_name_patterns = _list_of(
    "a dotted name, in which * stands for anything",
    lambda part, _: _DOTTED.fullmatch(part) is not None,
)
_text = _list_of("a path or a pattern of paths", lambda part, _: bool(part.strip()))

KEYS: dict[str, Check] = {
    "roots": _list_of(
        "a folder", lambda part, folder: "\0" not in part and (folder / part).is_dir()
    ),
    "steps": _name_patterns,
    "pure": _name_patterns,
    "shared-paths": _text,
    "clients": _clients,
    "select": _rules,
    "extend-select": _rules,
    "ignore": _rules,
    "per-file-ignores": _rules_by_file,
    "exclude": _text,
    "strict": _flag,
    "fail-on": _severity,
    "baseline": _file,
}
