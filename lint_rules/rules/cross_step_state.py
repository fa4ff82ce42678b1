"""DUR101."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class CrossStepState(Rule):
    """A step reads what only another step wrote, and not through the state.

    This is a proof, not a suspicion: one step changes a lasting place, another step
    reads it, and nothing that the reading step does would put the value there. The
    finding is told at the change, under the code of the rule that found it, as an
    error; when that rule is switched off it is told under this code.

    Bad:

        from durable_core import step

        found = {}

        @step
        def search(state, context):
            found["best"] = state.rows[0]  # reported

        @step
        def report(state, context):
            return {"headline": str(found["best"])}

        STEPS = [search, report]

    Good:

        from durable_core import step

        @step
        def search(state, context):
            return {"best": state.rows[0]}

        @step
        def report(state, context):
            return {"headline": str(state.best)}

        STEPS = [search, report]
    """

    code = "DUR101"
    name = "cross-step-state"
    severity = "error"
    advice = "Return the value from the step that has it, and read it from the state."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate nothing: the runner raises the findings of other rules."""
        del linked
        return iter(())
