"""DUR112."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import every_part, statements
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.linked import Linked


class RedundantGlobal(Rule):
    """A step declares a name `global` that it does not assign.

    Reading a module's variable, or changing the object it holds, needs no `global`. The
    word makes a reader look for an assignment that is not there.

    Bad:

        from durable_core import step

        RATES = {"EUR": 1.1}

        @step
        def price(state, context):
            global RATES  # reported
            return {"price": RATES["EUR"] * state.amount}

        STEPS = [price]

    Good:

        from durable_core import step

        RATES = {"EUR": 1.1}

        @step
        def price(state, context):
            return {"price": RATES["EUR"] * state.amount}

        STEPS = [price]
    """

    code = "DUR112"
    name = "redundant-global"
    severity = "info"
    why = "Reading a name, or changing the object that it holds, needs no `global`."
    advice = "Remove the name from the statement."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate `global` statements with names that the function never binds."""
        for function, facts in linked.program.functions.items():
            if not linked.reach.steps_to(function):
                continue
            for statement, names in _needless(facts):
                if names:
                    yield Candidate(
                        module=function.partition(":")[0],
                        where=statement.where,
                        what=f"`global {', '.join(names)}` is not needed here",
                        function=function,
                        symbol=names[0],
                    )

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Take the names out of the statement."""
        from lint_rules.fixes.globals import needless

        facts = bench.linked.facts(candidate.function)
        for statement, names in _needless(facts) if facts is not None else ():
            if statement.where == candidate.where:
                return needless(bench.sheet(candidate.module), statement.where, names)
        return None


def _needless(facts: ir.FunctionFacts) -> Iterator[tuple[ir.Global, list[str]]]:
    """Return the `global` statements of a function, and the names it never binds."""
    declared = [s for s in statements(facts.body) if isinstance(s, ir.Global)]
    bound = _bound(facts.body) if declared else set()
    for statement in declared:
        if "*" not in bound:
            yield statement, [name for name in statement.names if name not in bound]


def _bound(body: tuple[ir.Stmt, ...]) -> set[str]:
    """Return the globals that a function assigns, deletes, imports or defines."""
    found: set[str] = set()
    for part in every_part(body):
        targets: list[object] = []
        if isinstance(part, ir.Assign | ir.Delete):
            targets += part.targets
        elif isinstance(part, ir.Augment | ir.Walrus | ir.Loop):
            targets.append(part.target)
        elif isinstance(part, ir.With):
            targets += [target for _, target in part.items]
        elif isinstance(part, ir.Define):
            targets.append(part.name)
        elif isinstance(part, ir.Import):
            targets += [name for name, _, _ in part.bindings]
            if part.stars:
                return {"*"}
        for target in every_part(tuple(targets)):
            if isinstance(target, ir.Name) and target.kind == "global":
                found.add(target.id)
    return found
