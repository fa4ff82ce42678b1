"""DUR402."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.values import Text
from lint_rules.paths import local_path
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Thing
    from lint_rules.site import Site

_FILE = frozenset("/\\.~")


class LocalFile(Rule):
    """A step writes a file that only this host has.

    A relative path, a path below the code, or one in `/tmp` names another file on
    another host. Paths from the environment or from the state are taken to be shared.
    Where another step is seen to read the file, DUR401 tells that instead.

    Bad:

        from durable_core import step

        @step
        def export(state, context):
            with open("/tmp/export.csv", "w") as file:  # reported
                file.write(state.rows)

        STEPS = [export]

    Good:

        import os
        from durable_core import step

        @step
        def export(state, context):
            path = os.path.join(os.environ["SHARED_DIR"], "export.csv")
            with open(path, "w") as file:
                file.write(state.rows)
            return {"path": path}

        STEPS = [export]
    """

    code = "DUR402"
    name = "local-file"
    severity = "warn"
    why = "Another worker may run on another host, or in a container with its own disk."
    advice = (
        "Write to storage that all workers share, or put the content into the state."
    )

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate writes to paths that start on the local disk."""
        for effect in linked.of_kind("write"):
            shown = [p for p in map(local_path, _paths(effect)) if p]
            if shown and not any(map(_is_configured, effect.things)):
                what = f"`{effect.detail}` writes to {shown[0]}"
                yield candidate_of(effect, what)

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Drop a file that the same function removes again."""
        return None if site.removes_files() else candidate


def _paths(effect: Effect) -> list[Thing]:
    """Return the paths that are written to, without a name of another kind.

    An attribute that holds a path in one case, and the key of a cache in another, is
    read where it is a path: a text without a folder or an ending is none then.
    """
    texts = [thing for thing in effect.things if isinstance(thing, Text)]
    if not any(text.is_path for text in texts):
        return list(effect.things)
    return [t for t in texts if t.is_path or t.base != "literal" or _FILE & {*t.text}]


def _is_configured(thing: Thing) -> bool:
    """Tell whether whoever runs the program may say where the file shall be."""
    return isinstance(thing, Text) and thing.base == "environment"
