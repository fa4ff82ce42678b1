"""DUR404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.values import Text
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked

_HOW = {
    "return": "is returned from the step",
    "deliver": "is handed to another step",
}


class TempPathEscapes(Rule):
    """A step hands the path of a temporary file on.

    The file is on the host that ran the step. The path travels, the file does not.

    Bad:

        import tempfile
        from durable_core import step

        @step
        def prepare(state, context):
            folder = tempfile.mkdtemp()  # reported
            return {"folder": folder}

        STEPS = [prepare]

    Good:

        import tempfile
        from durable_core import step

        @step
        def prepare(state, context):
            with tempfile.TemporaryDirectory() as folder:
                return {"length": len(folder)}

        STEPS = [prepare]
    """

    code = "DUR404"
    name = "temp-path-escapes"
    severity = "error"
    why = "The next step may run on another host, where the path leads nowhere."
    advice = "Use the file up in this step, or put its content into the state."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate temporary paths that leave the step."""
        made = {effect.site: effect for effect in linked.of_kind("temporary")}
        told: set[str] = set()
        for escape in linked.escapes():
            for thing in linked.contents(escape.things):
                if not isinstance(thing, Text) or thing.site in told:
                    continue
                effect = made.get(thing.site)
                if thing.base in {"temporary", "vanishing"} and effect is not None:
                    told.add(thing.site)
                    how = _HOW.get(escape.kind, "is kept after the step")
                    what = f"the path made by `{effect.detail}` {how}"
                    yield candidate_of(effect, what)
