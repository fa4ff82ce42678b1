"""Methods of objects whose class is not part of the program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lint_rules.catalog.containers import (
    ACCESSORS,
    ADDERS,
    CONTAINERS,
    COPIES,
    EXTENDERS,
    LIKELY_MUTATORS,
    MOST_ARGUMENTS,
    MUTABLE,
    MUTATORS,
    VIEWS,
)
from lint_rules.catalog.coordination import CONTEXT_VARIABLES
from lint_rules.catalog.files import (
    PATH_REMOVERS,
    PATH_SAME,
    PATH_WRITERS,
)
from lint_rules.catalog.outside import TALKING
from lint_rules.catalog.steps import is_delivery
from lint_rules.link.callbacks import advances, passed, run_callbacks
from lint_rules.link.elements import add_elements, container, elements_of, is_unordered
from lint_rules.link.files import method_call, opened, path_of, written
from lint_rules.link.invoke import Arguments
from lint_rules.link.origin import dotted_name
from lint_rules.link.texts import names_a_file
from lint_rules.link.values import (
    NOTHING,
    UNKNOWN,
    Function,
    Klass,
    Made,
    Method,
    State,
    Text,
    Thing,
    Unknown,
    Value,
    Values,
    one,
    reached,
)

if TYPE_CHECKING:
    from lint_rules.facts.ir import Expr, Where
    from lint_rules.link.frame import Frame


_STATEFUL = LIKELY_MUTATORS | {"add_section", "remove_section", "read_dict", "feed"}


def call_method(
    receiver: Value,
    name: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    """Call a method of a container, a path, or a stranger."""
    thing = receiver.thing
    if isinstance(thing, Text):
        return _text_method(thing, name, arguments, frame, where)
    if isinstance(thing, State):
        return _state_method(name, arguments, frame, where)
    if isinstance(thing, Function):
        values = arguments.everything()
        frame.effect("deliver", where, None, name, values, receiver=thing)
        return UNKNOWN
    method_call(name, arguments, frame, where)
    if is_container(receiver, frame):
        return _container_method(receiver, name, arguments, frame, where, through)
    run_callbacks(arguments, frame, where)
    if isinstance(thing, Made):
        return _stranger_method(receiver, thing, name, arguments, frame, where, through)
    if isinstance(thing, Unknown | Method | Klass):
        return _unknown_method(receiver, name, arguments, frame, where, through)
    return UNKNOWN


def is_container(value: Value, frame: Frame) -> bool:
    """Tell whether a value behaves like a list, a dict or a set."""
    thing = value.thing
    if not isinstance(thing, Made):
        return False
    if thing.type in CONTAINERS:
        return True
    if thing.type in frame.machine.program.classes:
        outside = frame.machine.names.bases(thing.type)[1]
        return any(base in MUTABLE for base in outside)
    return False


def _container_method(
    receiver: Value,
    name: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    run_callbacks(arguments, frame, where)
    thing = receiver.thing
    if isinstance(thing, Made) and thing.type == "generator":
        if name in {"__next__", "send", "throw", "close"}:
            frame.change("method", receiver, where, "next", through=through)
        return elements_of(frozenset({receiver}), frame)
    if name == "pop" and is_unordered(receiver, frame):
        frame.effect("unordered", where, None, name)
    if name in ADDERS:
        add_elements(receiver, arguments.at(len(arguments.positional) - 1), frame)
    elif name in EXTENDERS:
        held = elements_of(arguments.at(0), frame)
        for _, values in arguments.keywords:
            held |= values
        add_elements(receiver, held, frame)
    elif name == "setdefault":
        add_elements(receiver, arguments.at(1), frame)
    if name in MUTATORS:
        values = arguments.everything()
        frame.change("method", receiver, where, name, values, through=through)
    return _container_result(receiver, name, arguments, frame, where)


def _container_result(
    receiver: Value, name: str, arguments: Arguments, frame: Frame, where: Where
) -> Values:
    held = elements_of(frozenset({receiver}), frame)
    site = frame.site(where)
    if name in {"get", "pop", "setdefault", "__getitem__"}:
        return held | (arguments.at(1) if name != "setdefault" else NOTHING)
    if name in ACCESSORS:
        return held
    if name in VIEWS:
        if name == "items":
            pair = Made("tuple", site + ":pair", frame.phase)
            frame.machine.cells.join(("field", pair, 1), held)
            frame.machine.cells.join(("field", pair, 0), UNKNOWN)
            return container("list", site, one(pair), frame)
        return container("list", site, held, frame)
    if name in COPIES:
        kind = receiver.thing.type if isinstance(receiver.thing, Made) else "list"
        kind = kind if kind in CONTAINERS else "dict"
        return container(kind, site, held, frame)
    if name == "keys":
        return container("tuple", site, UNKNOWN, frame)
    if name in {"__next__", "send"}:
        return held
    return UNKNOWN if name not in MUTATORS else NOTHING


def _stranger_method(
    receiver: Value,
    thing: Made,
    name: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    if is_delivery(dotted_name(Method(receiver, name), frame.machine)):
        frame.effect("deliver", where, None, name, arguments.everything())
    if thing.type.partition(".")[0] in TALKING:
        frame.effect("talk", where, None, f"{thing.type}.{name}")
    kind = "method" if advances(thing) or _changes(thing, name) else "use"
    if thing.type == "module namespace" and name in MUTATORS:
        kind = "method"
    frame.change(kind, receiver, where, name, through=through)
    if thing.type in CONTEXT_VARIABLES and name in {"get", "set"}:
        cells = frame.machine.cells
        if name == "set":
            add_elements(receiver, arguments.at(0), frame)
            return one(Made(f"{thing.type}.set", frame.site(where), frame.phase))
        defaults = cells.read(("field", thing, "default"))
        held = cells.read(("field", thing, "[]"))
        return reached(defaults | held, receiver.via)
    if thing.type.startswith("tempfile.") and name == "__enter__":
        return frozenset({receiver})
    if thing.type == "pathlib.Path" and name == "open":
        opened(one(Text("", "unknown")), arguments, 0, frame, where)
    kind = thing.type if thing.type.count(".") > 4 else f"{thing.type}.{name}"
    made = Made(kind, frame.site(where), frame.phase)
    frame.machine.cells.join(("field", made, "name"), arguments.at(9, "name"))
    return one(made)


def _changes(thing: Made, name: str) -> bool:
    """Tell whether a method changes an object of the standard library."""
    root = thing.type.partition(".")[0]
    stateful = thing.type in CONTEXT_VARIABLES or "logg" in root
    return name in _STATEFUL and root in sys.stdlib_module_names and not stateful


def _is_known(thing: Thing) -> bool:
    """Tell whether an attribute belongs to an object of the standard library."""
    while isinstance(thing, Method):
        thing = thing.receiver.thing
    if not isinstance(thing, Made):
        return False
    root = thing.type.partition(".")[0]
    return root in sys.stdlib_module_names or "." not in thing.type


def _surely_changes(receiver: Value, name: str, arguments: Arguments) -> bool:
    """Tell whether a call on an object of unknown type can only be a container's.

    `session.add(row)` of an object that nobody knows may be anything's, and so may
    `manager.update(uuid, notify=True)`, which is no call that a dict would take.
    """
    thing = receiver.thing
    if name not in LIKELY_MUTATORS or isinstance(thing, Klass):
        return False
    if isinstance(thing, Method) and not _is_known(thing):
        return False
    most = MOST_ARGUMENTS.get(name, 1)
    fits = len(arguments.positional) <= most
    if name == "update" and not arguments.positional:
        return True
    return fits and not arguments.keywords


def _unknown_method(
    receiver: Value,
    name: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    passed(arguments, frame, where)
    if _surely_changes(receiver, name, arguments):
        values = arguments.everything()
        frame.change("method", receiver, where, name, values, through=through)
    elif isinstance(receiver.thing, Method):
        frame.change("use", receiver, where, name, through=through)
    if name in ACCESSORS or name in VIEWS:
        return elements_of(frozenset({receiver}), frame)
    return UNKNOWN


def _state_method(
    name: str, arguments: Arguments, frame: Frame, where: Where
) -> Values:
    if name in {"update", "setdefault"}:
        frame.effect("state", where, None, name, arguments.everything())
    return UNKNOWN


def _text_method(  # noqa: C901 - one case per kind
    thing: Text, name: str, arguments: Arguments, frame: Frame, where: Where
) -> Values:
    path = frozenset({Value(thing)})
    if name == "format":
        cut = thing.text.split("{")[0]
        if not cut and thing.text:
            base = "literal" if names_a_file(thing.text) else "unknown"
            return one(Text("*" if base == "literal" else "", base, exact=False))
        return one(thing._replace(text=cut, exact=False))
    if name == "join":
        return one(Text("", "unknown", exact=False))
    if not thing.is_path and name not in PATH_SAME:
        return UNKNOWN if name in {"split", "partition"} else one(Text("", "unknown"))
    if name in PATH_WRITERS:
        written(path, name, frame, where)
    if name in PATH_REMOVERS and thing.is_path:
        frame.effect("remove", where, None, name, path)
    if name in {"rename", "replace"} and thing.is_path:
        written(arguments.at(0, "target"), name, frame, where)
    if name == "open":
        opened(path, arguments, 0, frame, where)
        return one(Made("builtins.open", frame.site(where), frame.phase))
    if name in {"read_text", "read_bytes", "stat", "iterdir", "glob"}:
        frame.effect("read", where, None, f"pathlib.Path.{name}", path)
    if name == "joinpath":
        return path_of((path, *arguments.positional))
    if name in PATH_SAME:
        return path
    return UNKNOWN
