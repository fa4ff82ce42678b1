"""DUR110."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class ReadThroughMemo(Rule):
    """A step fills in a lasting value that every process would fill in alike.

    A table that is built when it is first asked for, from nothing but the program
    itself, is built again in every process. That costs time and changes no result, so
    it is only told with `--strict`. A table that every process reads from outside by
    itself is told likewise, unless a key that the step chooses says what is read, or
    steps of the program change it there: what a process keeps may be out of date.

    Bad:

        from durable_core import step

        _table = None

        def table():
            global _table
            if _table is None:
                _table = {n: n * n for n in range(100)}  # reported
            return _table

        @step
        def square(state, context):
            return {"square": table()[state.number]}

        STEPS = [square]

    Good:

        from durable_core import step

        TABLE = {n: n * n for n in range(100)}

        @step
        def square(state, context):
            return {"square": TABLE[state.number]}

        STEPS = [square]
    """

    code = "DUR110"
    name = "read-through-memo"
    severity = "info"
    why = "Every process fills it in alike; that costs time and changes no result."
    advice = (
        "Nothing to do if one per process is meant, as for a connection or a client; a"
        " cheap constant can be made when the module is imported."
    )

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate nothing: the runner lowers the findings of other rules."""
        del linked
        return iter(())
