"""DUR604."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.outside import ACTS
from lint_rules.catalog.varying import CLOCKS, IDENTITY, RANDOM
from lint_rules.facts import ir
from lint_rules.link.values import Place
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked

_VARYING = (
    CLOCKS
    | RANDOM
    | IDENTITY
    | {
        "tempfile.mkdtemp",
        "tempfile.mkstemp",
        "tempfile.mktemp",
        "tempfile.TemporaryDirectory",
        "tempfile.NamedTemporaryFile",
    }
)

# A log in a file is how a process is run, not what its steps do.
_LOGS = ("logging.", "filelock.")


class ImportSideEffect(Rule):
    """A step module, when it is imported, takes what differs, or acts outside.

    The clock, a random number or a temporary folder, taken when the module is
    imported, is another one in every process that imports it. A file that it writes, a
    request that it sends and a thread that it starts are written, sent and started by
    every worker, too, and before any step runs.

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
    advice = (
        "Take the value in the first step that needs it, and return it in the state."
    )

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate globals taken from the clock and the like, and what acts outside."""
        yield from _acting(linked)
        for module, effects in linked.machine.import_effects.items():
            seeded = any(detail == "random.seed" for _, _, detail in effects)
            for (kind, where, detail), function in effects.items():
                wanted = kind in {"outside", "temporary"} and detail in _VARYING
                if function or not wanted or (seeded and detail.startswith("random.")):
                    continue
                for name, readers in _bound_at(linked, module, where.at):
                    reached = sorted(r for r in readers if linked.reach.steps_to(r))
                    if reached:
                        yield Candidate(
                            module=module,
                            where=where,
                            what=f"at import, `{name}` is taken from `{detail}`",
                            function=reached[0],
                            symbol=name,
                        )
                        break


def _acting(linked: Linked) -> Iterator[Candidate]:
    """Nominate statements of step modules that act outside when they are imported."""
    steps = {step.function.partition(":")[0]: step.function for step in linked.steps}
    for module, effects in linked.machine.import_effects.items():
        for (kind, where, detail), function in effects.items():
            if function or module not in steps:
                continue
            kept = any(True for _ in _bound_at(linked, module, where.at))
            # A file that stays open is told as what it is: a resource (DUR311).
            writes = kind == "write" and not detail.startswith(_LOGS) and not kept
            acts = kind in {"outside", "talk"} and detail in ACTS
            if writes or acts:
                yield Candidate(
                    module=module,
                    where=where,
                    what=f"`{detail}` is called when the module is imported",
                    function=steps[module],
                    symbol=detail,
                    why="Every worker does it again, before any step runs.",
                    advice="Do it in a step, or in a function that a step calls.",
                )


def _bound_at(linked: Linked, module: str, at: int) -> Iterator[tuple[str, set[str]]]:
    """Yield what a statement of the module's body binds, and who reads it."""
    facts = linked.program.modules[module]
    for statement in _flat(facts.body):
        if statement.where.at == at:
            for name in _globals(statement):
                yield name, linked.readers(Place("global", module, name))
    for klass in facts.classes:
        owner = f"{module}:{klass.qualname}"
        for statement in _flat(klass.body):
            if statement.where.at == at and isinstance(statement, ir.Assign):
                names = [t.id for t in statement.targets if isinstance(t, ir.Name)]
                for name in names:
                    yield name, linked.readers(Place("class", owner, name))
    for function in facts.functions:
        if function.where.at == at and any(p.default for p in function.params):
            identity = f"{module}:{function.qualname}"
            yield function.name, {identity}


def _flat(body: tuple[ir.Stmt, ...]) -> Iterator[ir.Stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ir.Branch):
            for block in statement.blocks:
                yield from _flat(block)
        elif isinstance(statement, ir.Loop | ir.With | ir.Try):
            yield from _flat(statement.body)


def _globals(statement: ir.Stmt) -> list[str]:
    """Return the globals that a statement binds or changes."""
    if isinstance(statement, ir.Assign):
        return [t.id for t in statement.targets if isinstance(t, ir.Name)]
    if isinstance(statement, ir.Evaluate) and isinstance(statement.value, ir.Call):
        return [a.id for a in statement.value.args if isinstance(a, ir.Name)]
    return []
