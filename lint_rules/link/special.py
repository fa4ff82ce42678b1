"""Functions of the outside world that each need a word of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.elements import container, copy_order, iterated
from lint_rules.link.invoke import Arguments
from lint_rules.link.values import (
    IMPORT,
    NOTHING,
    UNKNOWN,
    Bound,
    External,
    Function,
    Klass,
    Made,
    Module,
    Place,
    Super,
    Text,
    Unknown,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lint_rules.facts.ir import Where
    from lint_rules.link.frame import Frame
from lint_rules.link.callbacks import CALLABLE, call_back, made_by


def _super(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, where
    facts = frame.facts
    if facts is None or not facts.owner or not facts.params:
        return UNKNOWN
    klass = f"{frame.module}:{facts.owner}"
    receivers = frame.env.get(facts.params[0].name, NOTHING)
    return frozenset(Value(Super(klass, receiver)) for receiver in receivers)


def _object_new(arguments: Arguments, frame: Frame, where: Where) -> Values:
    found: set[Value] = set()
    for value in arguments.at(0):
        if isinstance(value.thing, Klass):
            made = Made(value.thing.id, frame.site(where), frame.phase)
            found.add(Value(made))
    return frozenset(found)


def _globals(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, where
    made = Made("module namespace", frame.module, IMPORT)
    return one(made, Place("global", frame.module, "*"))


def _vars(arguments: Arguments, frame: Frame, where: Where) -> Values:
    from lint_rules.link.attributes import load_attribute

    found = NOTHING
    for value in arguments.at(0):
        if isinstance(value.thing, Klass | Module):
            found |= load_attribute(value, "__dict__", frame, where)
        elif isinstance(value.thing, Made) and value.via is not None:
            found |= one(Unknown("namespace"), value.via)
        else:
            found |= UNKNOWN
    return found


def _setattr(arguments: Arguments, frame: Frame, where: Where) -> Values:
    from lint_rules.link.attributes import store_attribute

    names = [v.thing.text for v in arguments.at(1) if isinstance(v.thing, Text)]
    exact = [
        v.thing.exact and v.thing.base == "literal"
        for v in arguments.at(1)
        if isinstance(v.thing, Text)
    ]
    name = names[0] if len(names) == 1 and exact[0] else "*"
    for value in arguments.at(0):
        values = arguments.at(2)
        store_attribute(value, name, values, frame, where, "setattr", None)
    return NOTHING


def _getattr(arguments: Arguments, frame: Frame, where: Where) -> Values:
    from lint_rules.link.attributes import load_attribute

    found = arguments.at(2)
    names = [v.thing.text for v in arguments.at(1) if isinstance(v.thing, Text)]
    for value in arguments.at(0):
        for name in names:
            found |= load_attribute(value, name, frame, where)
        if not names:
            found |= UNKNOWN
    return found


def _type(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del where
    found: set[Value] = set()
    for value in arguments.at(0):
        thing = value.thing
        if isinstance(thing, Made) and thing.type in frame.machine.program.classes:
            found.add(Value(Klass(thing.type)))
    return frozenset(found) or UNKNOWN


def _deepcopy(arguments: Arguments, frame: Frame, where: Where) -> Values:
    found: set[Value] = set()
    for value in arguments.at(0):
        thing = value.thing
        if isinstance(thing, Made):
            found.add(Value(Made(thing.type, frame.site(where), frame.phase)))
    return frozenset(found) or UNKNOWN


def _partial(arguments: Arguments, frame: Frame, where: Where) -> Values:
    functions = arguments.at(0)
    made = container("partial", frame.site(where), functions, frame)
    rest = Arguments(
        arguments.positional[1:], arguments.keywords, UNKNOWN, arguments.spread_keywords
    )
    for function in functions:
        if isinstance(function.thing, CALLABLE) and frame.phase != IMPORT:
            call_back(function, rest, frame, where)
    return made


def _wraps(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, frame, where
    return one(External("functools.wraps"))


def _iter(arguments: Arguments, frame: Frame, where: Where) -> Values:
    held = iterated(arguments.at(0), frame)
    made = container("generator", frame.site(where), held, frame)
    return copy_order(made, arguments.at(0), frame)


def _field(arguments: Arguments, frame: Frame, where: Where) -> Values:
    factories = arguments.at(9, "default_factory") or arguments.at(9, "factory")
    if not factories:
        return arguments.at(0, "default") or UNKNOWN
    held = made_by(factories, frame, where)
    return container("field factory", frame.site(where), held, frame)


def _cache_call(arguments: Arguments, frame: Frame, where: Where) -> Values:
    """`lru_cache(function)`: the call form of the decorator."""
    from lint_rules.link.calls import remembered

    given = arguments.at(0)
    functions = frozenset(v for v in given if isinstance(v.thing, Function | Bound))
    if not functions:
        return one(Made("functools.lru_cache", frame.site(where), frame.phase))
    for value in functions:
        if isinstance(value.thing, Function):
            frame.machine.cache_sites[value.thing.id] = (frame.module, where)
    return remembered("functools.lru_cache", functions)


def _home(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, frame, where
    return one(Text("", "home", is_path=True, exact=False))


def _deployed(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, frame, where
    return one(Text("", "code", is_path=True, exact=False))


def _working_directory(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, frame, where
    return one(Text("", "cwd", is_path=True, exact=False))


def _import_module(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del where
    found = NOTHING
    for value in arguments.at(0):
        if isinstance(value.thing, Text) and value.thing.exact and value.thing.text:
            found |= frame.machine.names.module(value.thing.text)
    return found or UNKNOWN


def _environ_get(arguments: Arguments, frame: Frame, where: Where) -> Values:
    from lint_rules.link.attributes import key_of

    place = Place("external", "os.environ", "", key_of(arguments.at(0, "key")))
    frame.effect("asks", where, place, "os.environ")
    return one(Text("", "environment", exact=False)) | arguments.at(1, "default")


SPECIAL: dict[str, Callable[[Arguments, Frame, Where], Values]] = {
    "builtins.super": _super,
    "builtins.object.__new__": _object_new,
    "builtins.globals": _globals,
    "builtins.vars": _vars,
    "builtins.setattr": _setattr,
    "builtins.delattr": _setattr,
    "builtins.type.__setattr__": _setattr,
    "builtins.object.__setattr__": _setattr,
    "builtins.getattr": _getattr,
    "builtins.type": _type,
    "copy.deepcopy": _deepcopy,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "builtins.iter": _iter,
    "dataclasses.field": _field,
    "attr.ib": _field,
    "attrs.field": _field,
    "pydantic.Field": _field,
    "functools.lru_cache": _cache_call,
    "functools.cache": _cache_call,
    "os.environ.get": _environ_get,
    "os.getenv": _environ_get,
    "importlib.import_module": _import_module,
    "pathlib.Path.home": _home,
    "importlib.resources.files": _deployed,
    "importlib_resources.files": _deployed,
    "pkg_resources.resource_filename": _deployed,
    "django.contrib.staticfiles.finders.find": _deployed,
    "pathlib.Path.cwd": _working_directory,
    "os.getcwd": _working_directory,
}
