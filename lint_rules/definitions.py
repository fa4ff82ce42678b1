"""Finds dotted paths to steps in YAML and JSON files.

A definition is a mapping with a key `steps`. Its elements are paths, or mappings that
name one: `steps: [shop.load, {name: price, function: shop.price}]`. Many other files
have such a key, too: a path counts when it leads into the program.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lint_rules.catalog.steps import is_path
from lint_rules.source import Unreadable, decode, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Nobody writes more by hand, and fixtures and lock files can be a hundred times larger.
LARGEST = 1_000_000
_SIGN = re.compile(rb"""(?:^|[\s{,'"-])steps["']?\s*:""")
_KEYS = frozenset(
    {"step", "function", "func", "callable", "target", "handler", "task", "path", "run"}
    | {"uses", "ref", "reference", "import", "entrypoint", "parallel", "steps"}
)


class Written(NamedTuple):
    """A dotted path and where it is written."""

    text: str
    line: int
    column: int


def written_paths(path: Path, *, named: bool) -> list[Written]:
    """Return the paths to steps in a file; one that is named must be readable."""
    try:
        if not named and path.stat().st_size > LARGEST:
            return []
        content = read_bytes(path)
        if not named and not _SIGN.search(content):
            return []
        text = decode(path, content)
        parse = _parse_json if path.suffix == ".json" else _parse_yaml
        documents = parse(path, text)
    except (OSError, Unreadable) as error:
        if named and isinstance(error, Unreadable):
            raise
        return []
    found = [leaf for document in documents for leaf in _definitions(document)]
    return list(dict.fromkeys(found))


def _definitions(node: object) -> Iterator[Written]:
    """Return the paths of every list of steps below a node."""
    if isinstance(node, list):
        for inner in node:
            yield from _definitions(inner)
    elif isinstance(node, dict):
        for key, inner in node.items():
            if key == "steps":
                yield from _steps(inner)
            else:
                yield from _definitions(inner)


def _steps(node: object) -> Iterator[Written]:
    if isinstance(node, Written):
        if is_path(node.text):
            yield node
    elif isinstance(node, list):
        for inner in node:
            yield from _step(inner)
    elif isinstance(node, dict):  # by name
        for inner in node.values():
            yield from _step(inner)


def _step(node: object) -> Iterator[Written]:
    if not isinstance(node, dict):
        yield from _steps(node)
        return
    for key, inner in node.items():
        if key in _KEYS:
            yield from _steps(inner)


def _parse_json(path: Path, text: str) -> list[object]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        column = getattr(error, "colno", 1)
        reason = f"it is not valid JSON: {getattr(error, 'msg', 'it is too deep')}"
        raise Unreadable(path, line, column, reason) from error

    def place(value: str) -> Written:
        start = max(text.find(json.dumps(value)), 0)
        before = text[:start]
        return Written(value, before.count("\n") + 1, start - before.rfind("\n"))

    return [_placed(document, place)]


def _placed(node: object, place: Callable[[str], Written]) -> object:
    """Return a JSON value with a place for each text that looks like a path."""
    if isinstance(node, str):
        return place(node) if is_path(node) else None
    if isinstance(node, list):
        return [_placed(inner, place) for inner in node]
    if isinstance(node, dict):
        return {key: _placed(inner, place) for key, inner in node.items()}
    return None


def _parse_yaml(path: Path, text: str) -> list[object]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        nodes = list(yaml.compose_all(text, Loader=loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        reason = f"it is not valid YAML: {problem}"
        raise Unreadable(path, line, column, reason) from error
    return [_plain(node, ()) for node in nodes]


def _plain(node: Any, above: tuple[int, ...]) -> object:
    """Return a YAML node as lists, mappings and texts; an anchor may hold itself."""
    if id(node) in above:
        return None
    above = (*above, id(node))
    kind = getattr(node, "id", "")
    if kind == "scalar":
        mark = node.start_mark
        quoted = node.style in {"'", '"'}
        return Written(node.value, mark.line + 1, mark.column + 1 + quoted)
    if kind == "sequence":
        return [_plain(inner, above) for inner in node.value]
    if kind == "mapping":
        pairs = [(_plain(k, above), _plain(v, above)) for k, v in node.value]
        return {k.text: v for k, v in pairs if isinstance(k, Written)}
    return None
