"""The Workflow: a declared order of steps and the type of state they share."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from durable_core._codec import Codec, declared_types
from durable_core._definition.merge import Merge
from durable_core._definition.references import (
    Reference,
    is_task,
    parse_reference,
    reference_to,
)
from durable_core._definition.state_choice import state_type_for
from durable_core._definition.state_type import StateType
from durable_core._definition.step import Step, StepOptions
from durable_core._kernel.values import Plan, StepPlan
from durable_core.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CONTEXT_NAMES = frozenset({"context", "ctx", ""})
_POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepTarget:
    """One step of one workflow, ready to be called in this process."""

    workflow: str
    name: str
    reference: Reference
    function: Callable[..., object]
    takes_context: bool
    options: StepOptions
    state_type: StateType[Any]
    merge: Merge
    types: tuple[type, ...]
    codec: Codec

    @property
    def timeout(self) -> timedelta | None:
        """How long one attempt may take; None for as long as it likes."""
        return self.options.timeout


class Workflow:
    """Steps that run in order and share a state.

    ``steps`` are functions, ``@step`` functions or ``"package.module:function"``
    texts, each taking ``state`` and, if it likes, ``context``. ``state`` is a pydantic
    model, a dataclass, a TypedDict, ``dict`` or ``types.SimpleNamespace``. ``merge``
    says how what a step returns joins the state: ``shallow``, ``deep``, ``replace`` or
    ``append``. ``types`` are classes that may appear in the state beside those that
    the state type and the steps' annotations name.

    Raises DefinitionError when a worker process could not run it as declared.
    """

    def __init__(
        self,
        name: str,
        steps: Sequence[Callable[..., object] | str],
        *,
        state: type = SimpleNamespace,
        merge: str = "shallow",
        types: Iterable[type] = (),
    ) -> None:
        if not isinstance(name, str) or not name:
            raise DefinitionError("Workflow", f"its name is {name!r}, not a text")
        __tracebackhide__ = True  # pytest: the line that declared it matters
        subject = f"workflow {name!r}"
        self.name = name
        self.state_type = state_type_for(state, subject)
        if state.__module__ not in ("builtins", "types"):
            reference_to(state, f"the state type of {subject}")
        strategy = _merge(merge, subject)
        if isinstance(steps, str) or not isinstance(steps, Iterable):
            problem = f"its steps are {steps!r}, which is not a list"
            raise DefinitionError(subject, problem, "Write [step, step]")
        found = tuple(_found(given, i, subject) for i, given in enumerate(steps))
        if any(inspect.iscoroutinefunction(one.function) for one in found):
            import asyncio  # noqa: F401 - here, so that no child imports it
        if not found:
            raise DefinitionError(subject, "it has no steps")
        extra = tuple(types)
        known = declared_types(state, *extra, *(f.function for f in found))
        codec = Codec(known)
        self.codec = codec
        self.targets = tuple(
            StepTarget(
                workflow=name,
                name=one.name,
                reference=one.reference,
                function=one.function,
                takes_context=_takes_context(one, subject),
                options=one.options,
                state_type=self.state_type,
                merge=strategy,
                types=tuple(known),
                codec=codec,
            )
            for one in found
        )
        self.plan = _plan(name, self.targets)

    def __repr__(self) -> str:
        names = ", ".join(target.name for target in self.targets)
        return f"<Workflow {self.name!r}: {names}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStep:
    """A step as given: its function, its name for workers, its options."""

    name: str
    reference: Reference
    function: Callable[..., object]
    options: StepOptions


def find_step(given: object, subject: str) -> FoundStep:
    """Return the step that a function, a Step or a reference text means."""
    __tracebackhide__ = True
    if isinstance(given, str):
        reference = parse_reference(given)
        try:
            given = reference.load()
        except ImportError as error:
            raise DefinitionError(
                subject, f"step {str(reference)!r} cannot be imported: {error}"
            ) from error
    if not callable(given):
        raise DefinitionError(subject, f"{given!r} is not a function")
    reference = reference_to(given, subject)
    options = given.options if isinstance(given, Step) else StepOptions()
    function = given.function if isinstance(given, Step) else _body_of(given)
    plain = getattr(given, "__name__", reference.qualname.rpartition(".")[2])
    return FoundStep(
        name=options.name or str(plain),
        reference=reference,
        function=function,
        options=options,
    )


def _body_of(given: Callable[..., object]) -> Callable[..., object]:
    """Return what to call: the function of a Celery task, bound to it if it asks."""
    return given.run if is_task(given) else given  # type: ignore[attr-defined]


def _found(given: object, position: int, subject: str) -> FoundStep:
    __tracebackhide__ = True
    name = given if isinstance(given, str) else getattr(given, "__name__", repr(given))
    code = getattr(inspect.unwrap(given) if callable(given) else None, "__code__", None)
    line = f" at {code.co_filename}:{code.co_firstlineno}" if code is not None else ""
    return find_step(given, f"{subject}, step {position + 1} ({name}{line})")


def _plan(workflow: str, targets: tuple[StepTarget, ...]) -> Plan:
    """Return what the kernel needs to know about the steps."""
    steps = tuple(
        StepPlan(
            name=target.name,
            retry=target.options.retry,
            on_error=target.options.on_error,
        )
        for target in targets
    )
    return Plan(workflow=workflow, steps=steps)


def _merge(given: str, subject: str) -> Merge:
    try:
        return Merge(given)
    except ValueError:
        choices = ", ".join(repr(choice.value) for choice in Merge)
        raise DefinitionError(
            subject,
            f"the merge strategy {given!r} is unknown",
            f"Choose from {choices}",
        ) from None


def _takes_context(one: FoundStep, subject: str) -> bool:
    """Whether the step wants a context; raises when it wants anything else."""
    try:
        parameters = list(inspect.signature(one.function).parameters.values())
    except (TypeError, ValueError):
        return False  # a callable written in C: give it the state alone
    positional = [p for p in parameters if p.kind in _POSITIONAL]
    second = positional[1] if len(positional) > 1 else None
    context = second if second is not None and _is_context(second) else None
    surplus = [
        p.name
        for p in parameters
        if p.default is p.empty
        and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        and p is not context
        and (not positional or p is not positional[0])
    ]
    open_ended = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    if surplus or not (positional or open_ended):
        wanted = ", ".join(p.name for p in parameters) or "nothing"
        raise DefinitionError(
            f"{subject}, step {one.name!r}",
            f"it takes ({wanted})",
            "A step of a declared workflow takes (state) or (state, context)",
        )
    return context is not None or (open_ended and not positional)


def _is_context(parameter: inspect.Parameter) -> bool:
    annotation = parameter.annotation
    text = annotation if isinstance(annotation, str) else getattr(
        annotation, "__name__", ""
    )  # fmt: skip
    return (
        parameter.name.strip("_") in _CONTEXT_NAMES
        or text.rpartition(".")[2] == "StepContext"
    )
