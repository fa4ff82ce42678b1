"""How a failure deep inside a value becomes an error that names its path.

No path text is built while a value encodes well: every container a failure passes
on its way up adds its own segment, and the outermost call joins them.
"""

from __future__ import annotations

from durable_core.errors import SerializationError

__all__ = ["Culprit", "cut", "key_segment", "malformed", "safe_repr", "type_label"]

_LONGEST_TEXT = 200


class Culprit(Exception):
    """Something could not be encoded or decoded; it gathers its path as it rises."""

    def __init__(self, what: str, next_move: str) -> None:
        super().__init__(what, next_move)
        self.what = what
        self.next_move = next_move
        self.segments: list[str] = []
        self.containers: list[object] = []

    def passes(self, container: object, segment: str) -> None:
        """Note, innermost first, which part of which container held the culprit."""
        self.containers.append(container)
        self.segments.append(segment)

    def error(self, path: str) -> SerializationError:
        """The error to raise for a value that was encoded under ``path``."""
        segments = self.segments[::-1]
        cycle = _first_cycle(self.containers[::-1])
        if cycle is None:
            return SerializationError(
                path + _join(segments),
                self.what,
                self.next_move,
            )
        start, again = cycle
        label = type_label(type(self.containers[::-1][start]))
        return SerializationError(
            path + _join(segments[:again]),
            label,
            f"it is {path + _join(segments[:start])} again: a value cannot contain "
            "itself; keep an id or an index instead of the reference",
        )


def _first_cycle(containers: list[object]) -> tuple[int, int] | None:
    seen: dict[int, int] = {}
    for position, container in enumerate(containers):
        start = seen.setdefault(id(container), position)
        if start != position:
            return start, position
    return None


def _join(segments: list[str]) -> str:
    # Only a value nested to the limit has this many, and nobody reads them all.
    if len(segments) > 40:
        segments = [*segments[:20], "...", *segments[-20:]]
    return "".join(segments)


def malformed(problem: str) -> Culprit:
    """The failure for a wire that this codec did not write."""
    return Culprit(problem, "the stored value was not written by this version")


def cut(text: str, longest: int = _LONGEST_TEXT) -> str:
    """``text``, no longer than a line or two of a terminal."""
    if len(text) <= longest:
        return text
    return text[: longest - 3] + "..."


def safe_repr(value: object) -> str:
    """``repr(value)``, cut, even if the value's own ``__repr__`` raises."""
    try:
        return cut(repr(value))
    except Exception as error:  # noqa: BLE001 - user code: a broken __repr__
        return f"<{type_label(type(value))}, its repr raised {type(error).__name__}>"


def key_segment(key: object) -> str:
    """The path segment of one dict item."""
    return f"[{safe_repr(key)}]"


def type_label(cls: type) -> str:
    """The name of a class for people: ``int``, ``sqlite3.Connection``."""
    name, module = cls.__qualname__, cls.__module__
    return name if module == "builtins" else f"{module}.{name}"
