"""DUR603."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.link.handed import Path
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked


class UnresolvedStep(Rule):
    """A dotted path names a step that is not there.

    A step that is named by a text is only looked up when it is its turn. Paths in lists
    of steps, in calls that put a function into a queue, and in YAML and JSON files
    below a key `steps` are looked up here, if they lead into the program.

    Bad:

        from durable_core import Workflow

        def load(state):
            return {"rows": [1, 2]}

        flow = Workflow("report", ["flow:load", "flow:print_out"])  # reported

    Good:

        from durable_core import Workflow

        def load(state):
            return {"rows": [1, 2]}

        def print_out(state):
            return {"pages": len(state.rows)}

        flow = Workflow("report", ["flow:load", "flow:print_out"])
    """

    code = "DUR603"
    name = "unresolved-step"
    severity = "error"
    why = (
        "The run fails when it gets to this step, after the steps before it were done."
    )
    advice = "Correct the path, or define the function there."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate paths into the program that end at nothing."""
        named = _Names(linked)
        for path in linked.unresolved:
            what = f"`{path.text}` leads to no function of the program"
            if isinstance(path, ir.Declared):
                yield Candidate(
                    module="",
                    file=path.file,
                    where=path.where,
                    what=what,
                    symbol=path.text,
                )
            elif not path.is_task_name or named.is_surely_missing(path):
                yield Candidate(
                    module=path.module, where=path.where, what=what, symbol=path.text
                )


class _Names:
    """The names that Celery tasks were given by hand, as far as they can be seen."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.given: set[str] = set()
        program = linked.program
        self.all_known = not any(
            facts.name == "gen_task_name" for facts in program.functions.values()
        )
        for step in linked.steps:
            for expr, _ in program.functions[step.function].decorators:
                for word, value in getattr(expr, "keywords", ()):
                    if word == "name":
                        self._add(value)
        for klass in program.classes.values():
            for statement in klass.body:
                targets = getattr(statement, "targets", ())
                if any(getattr(target, "id", "") == "name" for target in targets):
                    self._add(getattr(statement, "value", None))

    def _add(self, value: object) -> None:
        if isinstance(value, ir.Const) and value.text is not None:
            self.given.add(value.text)
        else:
            self.all_known = False

    def is_surely_missing(self, path: Path) -> bool:
        """Tell whether no task of this name can be registered.

        `send_task` also serves to call the tasks of other programs, which may well
        have a top package of the same name.
        """
        if not self.all_known or path.text in self.given:
            return False
        program = self.linked.program
        parents = [name for name in path.prefixes[:-1] if program.has_package(name)]
        return path.prefixes[-2] in program.modules or len(parents) > 1
