"""DUR604."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.outside import CLOCKS, RANDOM
from lint_rules.facts import ir
from lint_rules.link.values import Place
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked

_TEMPORARY = frozenset(
    {"tempfile.mkdtemp", "tempfile.mkstemp", "tempfile.mktemp"}
    | {"tempfile.TemporaryDirectory", "tempfile.NamedTemporaryFile"}
)


class ImportSideEffect(Rule):
    """A module global that steps use differs from import to import.

    The clock, a random number or a temporary folder, taken when the module is
    imported, is another one in every process that imports it.

    Bad:

        import uuid
        from durable_core import step

        BATCH = uuid.uuid4().hex  # reported

        @step
        def label(state, context):
            return {"label": f"{BATCH}-{state.number}"}

        STEPS = [label]

    Good:

        import uuid
        from durable_core import step

        @step
        def label(state, context):
            return {"label": uuid.uuid4().hex}

        STEPS = [label]
    """

    code = "DUR604"
    name = "import-side-effect"
    severity = "warn"
    why = "Every process that imports the module gets another value."
    advice = "Take the value in the first step that needs it, and return it."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate globals of step code that are taken from the clock and the like."""
        for module, effects in linked.machine.import_effects.items():
            for (kind, where, detail), function in effects.items():
                if function or kind not in {"outside", "temporary"}:
                    continue
                if detail not in CLOCKS | RANDOM | _TEMPORARY:
                    continue
                for name in _bound_at(linked, module, where.at):
                    readers = linked.readers(Place("global", module, name))
                    reached = sorted(r for r in readers if linked.reach.steps_to(r))
                    if reached:
                        yield Candidate(
                            module=module,
                            where=where,
                            what=f"`{name}` is taken from `{detail}` at import",
                            function=reached[0],
                            symbol=name,
                        )


def _bound_at(linked: Linked, module: str, at: int) -> list[str]:
    """Return the globals that a statement of the module's body assigns."""
    for statement in linked.program.modules[module].body:
        if isinstance(statement, ir.Assign) and statement.where.at == at:
            return [t.id for t in statement.targets if isinstance(t, ir.Name)]
    return []
