"""Finds the steps of a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.catalog.steps import (
    CONTEXT_CLASSES,
    CONTEXT_NAMES,
    STATE_NAMES,
    STEP_LISTS,
    TASK_CLASSES,
    is_replayed_decorator,
    is_step_decorator,
    is_workflow_decorator,
)
from lint_rules.finding import dotted
from lint_rules.link.copies import original
from lint_rules.link.evaluate import evaluate
from lint_rules.link.frame import Frame
from lint_rules.link.handed import Found, Path, function_at, functions_of, handed_on
from lint_rules.link.values import IMPORT, External, Function, Klass, Values
from lint_rules.patterns import matches_name

if TYPE_CHECKING:
    from lint_rules.facts.ir import Declared, Expr, FunctionFacts
    from lint_rules.link.machine import Machine


WRAPPER = "wraps a step"
SIGNATURE = "signature"
LISTED = "listed"
QUEUED = "put into a queue"
CALLED = "decorator, called"
CONFIGURED = "configuration"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the function that is it, and what its first argument is."""

    function: str
    first: str
    found_by: str


@dataclass(slots=True)
class Steps:
    """The steps of a program, and the paths to steps that lead nowhere."""

    all: list[Step]
    unresolved: list[Path | Declared]


def find_steps(machine: Machine) -> Steps:
    """Return every step, in the order of modules and lines."""
    handed, unresolved = _handed(machine)
    listed = [*_listed(machine), *(f for f, how in handed.items() if how == LISTED)]
    listing = {identity.partition(":")[0] for identity in listed}
    found: dict[str, Step] = {}
    for identity, facts in machine.program.functions.items():
        if identity in machine.program.copies:
            continue
        reason = _reason(machine, identity, facts)
        # A module that lists its steps has said which of its functions are some.
        guessed = reason == SIGNATURE and identity.partition(":")[0] in listing
        if not reason or (guessed and identity not in listed):
            reason = _declared(machine, identity, facts)
        if reason:
            found[identity] = Step(identity, _first(machine, identity, facts), reason)
    for wrapper in _wrappers(machine, list(found)):
        found.setdefault(wrapper, Step(wrapper, "", WRAPPER))
    wrappers = _wrappers(machine, list(machine.program.functions))
    registered = functions_of(machine.cells.peek(("registered",)))
    given = dict.fromkeys(listed, LISTED) | handed | dict.fromkeys(registered, CALLED)
    for identity, reason in given.items():
        facts = machine.program.functions[identity]
        how = WRAPPER if identity in wrappers else reason
        step = Step(identity, _first(machine, identity, facts), how)
        if not is_workflow_body(machine, identity):
            found.setdefault(identity, step)
    return Steps(list(found.values()), unresolved)


def _handed(machine: Machine) -> tuple[dict[str, str], list[Path | Declared]]:
    """Return functions that are handed to workers, and the paths to no function."""
    functions: dict[str, str] = {}
    unresolved: list[Path | Declared] = []
    for one in (*handed_on(machine), *machine.program.declared):
        if isinstance(one, Found):
            functions.setdefault(one.function, LISTED if one.listed else QUEUED)
            continue
        target = function_at(one.prefixes, one.text, machine)
        if target:
            functions.setdefault(target, QUEUED if _is_queued(one) else LISTED)
        elif target == "":
            unresolved.append(one)
    return functions, unresolved


def _is_queued(path: Path | Declared) -> bool:
    return isinstance(path, Path) and path.is_task_name


def callable_from_outside(machine: Machine) -> list[str]:
    """Return functions and methods that somebody may call while the program runs.

    What an import has called is not among them: it registers or sets up, and changes
    what it changes for every process alike.
    """
    return [
        identity
        for identity, facts in machine.program.functions.items()
        if not facts.parent
        and facts.name != "<lambda>"
        and (IMPORT, identity) not in machine.known
    ]


def decorator_names(machine: Machine, identity: str) -> list[str]:
    """Return the dotted names of the external decorators of a function or class."""
    values = machine.cells.peek(("decorators", original(identity)))
    return sorted(v.thing.dotted for v in values if isinstance(v.thing, External))


def is_workflow_body(machine: Machine, identity: str) -> bool:
    """Tell whether a function is a workflow's body, which is replayed, not a step."""
    return any(map(is_workflow_decorator, decorator_names(machine, identity)))


def is_replayed_body(machine: Machine, identity: str) -> bool:
    """Tell whether a workflow's body is run again from its start when it goes on."""
    return any(map(is_replayed_decorator, decorator_names(machine, identity)))


def _reason(machine: Machine, identity: str, facts: FunctionFacts) -> str:
    names = decorator_names(machine, identity)
    if any(map(is_workflow_decorator, names)):
        return ""
    if any(map(is_step_decorator, names)):
        return "decorator"
    module = identity.partition(":")[0]
    if facts.name in _task_methods(machine, f"{module}:{facts.owner}"):
        return "task class"
    if facts.parent or facts.name == "<lambda>":
        return ""
    params = [p for p in facts.params if p.style == "positional"]
    if facts.owner:
        params = params[1:]
    if any(_is_context(machine, module, p.annotation) for p in params):
        return SIGNATURE
    wanted = [p.name for p in params[:2]]
    pair = len(params) == 2 and wanted[0] in STATE_NAMES
    return SIGNATURE if pair and wanted[1] in CONTEXT_NAMES else ""


def _declared(machine: Machine, identity: str, facts: FunctionFacts) -> str:
    """Tell whether the configuration says that a function is a step."""
    if facts.name == "<lambda>" or is_workflow_body(machine, identity):
        return ""
    return CONFIGURED if matches_name(dotted(identity), machine.config.steps) else ""


def _task_methods(machine: Machine, klass: str) -> set[str]:
    """Return the names of the methods of a class that a worker calls."""
    if klass not in machine.program.classes:
        return set()
    outside = machine.names.bases(klass)[1]
    return {TASK_CLASSES[base] for base in outside if base in TASK_CLASSES}


def _is_context(machine: Machine, module: str, annotation: object) -> bool:
    if annotation is None:
        return False
    frame = Frame(machine, IMPORT, module, "", None)
    values = evaluate(annotation, frame)  # type: ignore[arg-type]
    return any(
        isinstance(v.thing, External) and v.thing.dotted in CONTEXT_CLASSES
        for v in values
    )


def _first(machine: Machine, identity: str, facts: FunctionFacts) -> str:
    module = identity.partition(":")[0]
    if facts.owner:
        function = Function(identity, IMPORT)
        if machine.names.kind_of_method(function) == "static":
            return ""
        return f"{module}:{facts.owner}"
    for expr, _ in facts.decorators:
        keywords = dict(getattr(expr, "keywords", ()))
        if getattr(keywords.get("bind"), "text", "") == "True":
            return _base(machine, module, keywords.get("base")) or f"task {identity}"
    return ""


def _base(machine: Machine, module: str, expr: Expr | None) -> str:
    """Return the class of ours that a bound task is an instance of."""
    if expr is None:
        return ""
    values = evaluate(expr, Frame(machine, IMPORT, module, "", None))
    return next((v.thing.id for v in values if isinstance(v.thing, Klass)), "")


def listed_values(machine: Machine) -> Values:
    """Return what modules' `STEPS` and workflows' lists hold."""
    found = machine.cells.peek(("workflow steps",))
    for module in machine.program.modules:
        for name in STEP_LISTS:
            for value in machine.cells.peek(("global", module, name)):
                found |= machine.cells.peek(("field", value.thing, "[]"))
    return found


def _listed(machine: Machine) -> list[str]:
    found = listed_values(machine)
    partials = [v.thing for v in found if getattr(v.thing, "type", "") == "partial"]
    for partial in partials:
        found |= machine.cells.peek(("field", partial, "[]"))
    return functions_of(found)


def _wrappers(machine: Machine, functions: list[str]) -> list[str]:
    """Return what decorators of the program put in the place of functions."""
    found: list[str] = []
    for identity in functions:
        module, _, qualname = identity.partition(":")
        values = machine.cells.peek(("global", module, qualname))
        found += functions_of(values)
    return [inner for inner in found if machine.program.functions[inner].parent]
