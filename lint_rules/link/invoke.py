"""Calls functions and classes of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lint_rules.facts import ir
from lint_rules.link.copies import original
from lint_rules.link.elements import container, elements_of
from lint_rules.link.values import (
    IMPORT,
    NOTHING,
    UNKNOWN,
    Bound,
    External,
    Function,
    Klass,
    Made,
    Memo,
    Place,
    Value,
    Values,
    one,
    reached,
)

if TYPE_CHECKING:
    from lint_rules.facts.ir import FunctionFacts, Where
    from lint_rules.link.frame import Frame

_DATACLASS = (
    "dataclasses.dataclass",
    "attr.s",
    "attr.attrs",
    "attr.define",
    "attrs.define",
    "attrs.frozen",
    "pydantic.dataclasses.dataclass",
)
_MODEL_BASES = (
    "pydantic.BaseModel",
    "pydantic.main.BaseModel",
    "typing.NamedTuple",
    "msgspec.Struct",
    "sqlmodel.SQLModel",
    "pydantic_settings.BaseSettings",
)
_CONTEXT = ("contextlib.contextmanager", "contextlib.asynccontextmanager")


DEEPEST_CALL = 2
LONGEST_BODY = 6


class Arguments(NamedTuple):
    """Evaluated arguments of a call."""

    positional: tuple[Values, ...] = ()
    keywords: tuple[tuple[str, Values], ...] = ()
    spread: Values = NOTHING
    spread_keywords: Values = NOTHING

    def at(self, index: int, name: str = "") -> Values:
        """Return the argument at a position or of a name."""
        for word, values in self.keywords:
            if name and word == name:
                return values
        if 0 <= index < len(self.positional):
            return self.positional[index]
        return self.spread

    def everything(self) -> Values:
        """Return all argument values together."""
        found = self.spread | self.spread_keywords
        for values in self.positional:
            found |= values
        for _, values in self.keywords:
            found |= values
        return found


def call_function(
    function: Function,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    receiver: Value | None = None,
) -> Values:
    """Bind arguments, have the function evaluated, return what it returns."""
    machine = frame.machine
    facts = machine.program.functions[function.id]
    if receiver is not None:
        first = (frozenset({receiver}),)
        arguments = arguments._replace(positional=first + arguments.positional)
    bound = _bind(function, facts, arguments, frame)
    machine.called(frame, function.id, where)
    key = (frame.phase, function.id)
    returned = machine.cells.read(("return", *key))
    if not facts.is_generator:
        own = _evaluated_here(facts, function.id, bound, frame)
        result = returned if own is None else own
        if facts.is_async and not machine.cells.read(("decorators", function.id)):
            return container("coroutine", frame.site(where), result, frame)
        return result
    produced = machine.cells.read(("yield", *key))
    kind = "context" if _is_context(function, frame) else "generator"
    return container(kind, frame.site(where), produced, frame)


def _is_context(function: Function, frame: Frame) -> bool:
    decorators = frame.machine.cells.read(("decorators", original(function.id)))
    return any(
        isinstance(value.thing, External) and value.thing.dotted in _CONTEXT
        for value in decorators
    )


def _bind(
    function: Function, facts: FunctionFacts, arguments: Arguments, frame: Frame
) -> dict[str, Values]:
    found: dict[str, Values] = {}
    positional = list(arguments.positional)
    by_name = dict(arguments.keywords)
    extra = NOTHING
    for param in facts.params:
        if param.style == "args":
            rest = arguments.spread
            for values in positional:
                rest |= values
            positional.clear()
            bound = container("tuple", f"{function.id}:args", rest, frame)
        elif param.style == "kwargs":
            for values in by_name.values():
                extra |= values
            bound = container(
                "dict",
                f"{function.id}:kwargs",
                extra | elements_of(arguments.spread_keywords, frame),
                frame,
            )
        elif param.style == "positional" and positional:
            bound = positional.pop(0)
        elif param.name in by_name:
            bound = by_name.pop(param.name)
        else:
            bound = _default(function, param.name, frame)
            bound |= arguments.spread | elements_of(arguments.spread_keywords, frame)
        found[param.name] = bound
        frame.machine.cells.join(("param", frame.phase, function.id, param.name), bound)
    return found


def _evaluated_here(
    facts: FunctionFacts, identity: str, bound: dict[str, Values], frame: Frame
) -> Values | None:
    """Return what this one call of a small function returns."""
    from lint_rules.link.execute import run_block  # mutual recursion
    from lint_rules.link.frame import Frame as Inner  # mutual recursion

    if frame.phase == IMPORT or frame.depth >= DEEPEST_CALL or not _is_small(facts):
        return None
    module, _, qualname = identity.partition(":")
    machine = frame.machine
    inner = Inner(machine, frame.phase, module, qualname, facts, dict(bound))
    inner.depth = frame.depth + 1
    run_block(facts.body, inner)
    return inner.returned


def _is_small(facts: FunctionFacts) -> bool:
    """Tell whether a function is short and straight enough to evaluate per call."""
    body = [part for part in facts.body if not isinstance(part, ir.Global)]
    if len(body) > LONGEST_BODY or facts.is_generator:
        return False
    plain = (ir.Return, ir.Evaluate, ir.Assign, ir.Branch, ir.Augment)
    return all(isinstance(statement, plain) for statement in body)


def _default(function: Function, name: str, frame: Frame) -> Values:
    identity = original(function.id)
    values = frame.machine.cells.read(("default", function.phase, identity, name))
    if function.phase != IMPORT or frame.phase == IMPORT:
        return values
    return reached(values, Place("default", identity, name))


def construct(klass: str, arguments: Arguments, frame: Frame, where: Where) -> Values:
    """Call a class."""
    names, cells = frame.machine.names, frame.machine.cells
    for ancestor in names.bases(klass)[0]:
        for meta in cells.read(("keyword", ancestor, "metaclass")):
            if isinstance(meta.thing, Klass):
                own = names.method(meta.thing.id, "__call__")
                if own is not None:
                    receiver = Value(Klass(klass))
                    return call_function(own, arguments, frame, where, receiver)
    return instantiate(klass, arguments, frame, where)


def instantiate(klass: str, arguments: Arguments, frame: Frame, where: Where) -> Values:
    """Make an instance: `__new__`, `__init__`, fields of a dataclass."""
    names = frame.machine.names
    new = names.method(klass, "__new__")
    if new is None:
        made = one(Made(klass, frame.site(where), frame.phase))
    else:
        made = call_function(new, arguments, frame, where, Value(Klass(klass)))
    init = names.method(klass, "__init__")
    if init is not None:
        for value in made:
            if isinstance(value.thing, Made):
                call_function(init, arguments, frame, where, value)
    elif is_record(klass, frame):
        _fill_fields(klass, made, arguments, frame)
        _post_init(klass, made, frame, where)
    else:
        _hold_arguments(made, arguments, frame)
    return made


def _hold_arguments(made: Values, arguments: Arguments, frame: Frame) -> None:
    """Let an instance of a container's subclass hold what it was made from."""
    held = elements_of(arguments.at(0), frame)
    for value in made:
        frame.machine.cells.join(("field", value.thing, "[]"), held)


def is_record(klass: str, frame: Frame) -> bool:
    """Tell whether the class generates `__init__` from annotated names."""
    cells = frame.machine.cells
    ours, outside = frame.machine.names.bases(klass)
    if any(base in _MODEL_BASES for base in outside):
        return True
    return any(
        isinstance(value.thing, External) and value.thing.dotted in _DATACLASS
        for ancestor in ours
        for value in cells.read(("decorators", ancestor))
    )


def _fill_fields(klass: str, made: Values, arguments: Arguments, frame: Frame) -> None:
    cells, by_name = frame.machine.cells, dict(arguments.keywords)
    for number, name in enumerate(field_names(klass, frame)):
        values = by_name.get(name) or (
            arguments.positional[number]
            if number < len(arguments.positional)
            else NOTHING
        )
        if not values:
            values = cells.read(("field-default", klass, name))
        for value in made:
            fresh = _fresh(values, value, name, frame)
            cells.join(("field", value.thing, name), fresh)


def _fresh(values: Values, owner: Value, name: str, frame: Frame) -> Values:
    """Return a field's default as a value of this one instance."""
    found: set[Value] = set()
    for value in values:
        thing = value.thing
        if isinstance(thing, Made) and thing.type == "field factory":
            for inner in frame.machine.cells.read(("field", thing, "[]")):
                if isinstance(inner.thing, Made) and isinstance(owner.thing, Made):
                    site = f"{owner.thing.site}.{name}"
                    made = Made(inner.thing.type, site, frame.phase)
                    found.add(Value(made))
                else:
                    found.add(inner)
        else:
            found.add(value)
    return frozenset(found) or UNKNOWN


def field_names(klass: str, frame: Frame) -> list[str]:
    """Return the annotated names of a record class, base classes first."""
    found: list[str] = []
    for ancestor in reversed(frame.machine.names.bases(klass)[0]):
        for name in frame.machine.fields.get(ancestor, ()):
            if name not in found:
                found.append(name)
    return found


def _post_init(klass: str, made: Values, frame: Frame, where: Where) -> None:
    hook = frame.machine.names.method(klass, "__post_init__")
    if hook is not None:
        for value in made:
            call_function(hook, Arguments(), frame, where, value)


def call_memo(memo: Memo, arguments: Arguments, frame: Frame, where: Where) -> Values:
    """Call a cached function: its results live as long as the process."""
    thing = memo.function
    receiver = None
    if isinstance(thing, Bound):
        receiver, thing = thing.receiver, thing.function
    if not isinstance(thing, Function):
        return UNKNOWN
    returned = call_function(thing, arguments, frame, where, receiver)
    if thing.phase != IMPORT:
        return returned
    frame.effect("memo", where, Place("memo", thing.id, memo.cache))
    return reached(returned, Place("memo", thing.id, ""))
