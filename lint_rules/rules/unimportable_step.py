"""DUR601."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.link.steps import WRAPPER
from lint_rules.link.values import IMPORT, Bound, Made
from lint_rules.rule import Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.linked import Linked


class UnimportableStep(Rule):
    """A step cannot be imported by its name.

    A worker gets the name of a step and imports it. A lambda, a function made within a
    function, a `partial`, a method of one object and a function whose name was given
    to another one later cannot be found that way.

    Bad:

        STEPS = [
            lambda state, context: {"total": sum(state.prices)},  # reported
        ]

    Good:

        def set_total(state, context):
            return {"total": sum(state.prices)}

        STEPS = [
            set_total,
        ]
    """

    code = "DUR601"
    name = "unimportable-step"
    severity = "error"
    why = "A worker looks a step up by module and name, and does not find it."
    advice = (
        "Define the step with `def` at the top of a module, under a name of its own."
    )

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate steps that have no name in a module."""
        for step in linked.steps:
            facts = linked.program.functions[step.function]
            if step.found_by == WRAPPER or _is_registered(step.function, linked):
                continue
            if facts.parent or facts.name == "<lambda>":
                kind = (
                    "lambda" if facts.name == "<lambda>" else "function in a function"
                )
                yield _candidate(step.function, facts.where, f"this step is a {kind}")
        yield from _listed(linked)
        yield from _redefined(linked)

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Define the step at the top of its module."""
        from lint_rules.fixes.hoisting import hoisted

        return hoisted(candidate, bench)


def _is_registered(function: str, linked: Linked) -> bool:
    """Tell whether importing the module registers the step under its name with Celery.

    A worker of Celery looks for the name of a task, not for a function: one that is
    given a name in a function, or that of the function it wraps, is found when the
    function around it runs at import.
    """
    facts, cells = linked.program.functions[function], linked.machine.cells
    decorators = linked.decorators(function)
    celery = any(name.startswith("celery.") for name in decorators)
    wraps = celery and "functools.wraps" in decorators
    named = (
        wraps
        or bool(cells.peek(("named", function)))
        or any(
            celery and word == "name"
            for decorator, _ in facts.decorators
            if isinstance(decorator, ir.Call)
            for word, _ in decorator.keywords
        )
    )
    module = function.partition(":")[0]
    at_import = cells.peek(("var", IMPORT, f"{module}:{facts.parent}", facts.name))
    return named and bool(at_import)


def _candidate(function: str, where: ir.Where, what: str) -> Candidate:
    module = function.partition(":")[0]
    return Candidate(module=module, where=where, what=what, function=function)


def _listed(linked: Linked) -> Iterator[Candidate]:
    """Nominate partials and bound methods in lists of steps."""
    for value in sorted(linked.listed(), key=str):
        thing = value.thing
        if isinstance(thing, Made) and thing.type == "partial":
            module = thing.site.split(":")[0]
            where = linked.machine.sites.get(thing.site)
            if where is not None:
                yield Candidate(
                    module=module, where=where, what="this step is a `partial`"
                )
        elif isinstance(thing, Made) and linked.is_ours(thing.type):
            call = linked.machine.names.method(thing.type, "__call__")
            if call is not None:
                where = linked.program.functions[call.id].where
                what = "this step is an object with a `__call__` method"
                module = call.id.partition(":")[0]
                yield Candidate(module=module, where=where, what=what)
        elif isinstance(thing, Bound) and isinstance(thing.receiver.thing, Made):
            facts = linked.program.functions[thing.function.id]
            what = f"the step `{facts.name}` is a method of one object"
            yield _candidate(thing.function.id, facts.where, what)


def _redefined(linked: Linked) -> Iterator[Candidate]:
    """Nominate steps of one module that share a name."""
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for step in linked.steps:
        facts = linked.program.functions[step.function]
        if not facts.parent and facts.name != "<lambda>":
            module = step.function.partition(":")[0]
            names[module, f"{facts.owner}.{facts.name}"].append(step.function)
    for functions in names.values():
        found = [linked.program.functions[f] for f in functions]
        if len(found) > 1 and _all_at_top(linked, functions[0], found):
            last = max(found, key=lambda facts: facts.where.line)
            identity = f"{functions[0].partition(':')[0]}:{last.qualname}"
            what = f"this step takes the name `{last.name}` from an earlier one"
            yield _candidate(identity, last.where, what)


def _all_at_top(linked: Linked, function: str, found: list[ir.FunctionFacts]) -> bool:
    """Tell whether the functions are defined one after the other, not either-or."""
    module = linked.program.module_of(function)
    owner = found[0].owner
    body = module.body
    for klass in module.classes:
        if klass.qualname == owner:
            body = klass.body
    top = {s.qualname for s in body if isinstance(s, ir.Define)}
    return all(facts.qualname in top for facts in found)
