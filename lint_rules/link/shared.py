"""Paths that the user declares to be on storage that all workers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.values import Text, Value
from lint_rules.patterns import is_below

if TYPE_CHECKING:
    from lint_rules.link.values import Values


def as_declared(values: Values, shared_paths: tuple[str, ...]) -> Values:
    """Return paths that are declared as shared as ones that are not local."""
    found: set[Value] = set()
    for value in values:
        path = value.thing
        if isinstance(path, Text) and is_below(_written(path), shared_paths):
            value = Value(path._replace(base="shared"), value.via)  # noqa: PLW2901
        found.add(value)
    return frozenset(found)


def _written(path: Text) -> str:
    """Return a path as one would write it in the configuration."""
    if path.base == "literal":
        text = path.text.removeprefix("file://").removeprefix("file:")
        return text.partition("?")[0] if text != path.text else text
    if path.base == "home":
        return f"~{path.text}"
    return path.text.lstrip("/") if path.base == "cwd" else ""
