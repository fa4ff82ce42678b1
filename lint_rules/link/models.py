"""Functions of the outside world: what they return, call, write and change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.containers import (
    CHANGES_ARGUMENT,
    FIRST_ELEMENT,
    MUTABLE,
    SHALLOW_COPIES,
)
from lint_rules.catalog.environment import (
    ENVIRONMENT_CALLS,
    ENVIRONMENT_MUTATORS,
    ENVIRONMENT_OBJECTS,
    QUIET,
    SHARED_RESULTS,
)
from lint_rules.catalog.files import (
    PATH_MAKERS,
)
from lint_rules.catalog.steps import WORKFLOW_CLASSES, is_delivery
from lint_rules.link.elements import (
    add_elements,
    container,
    copy_order,
    elements_of,
    is_unordered,
    iterated,
)
from lint_rules.link.invoke import Arguments
from lint_rules.link.values import (
    NOTHING,
    UNKNOWN,
    Made,
    Place,
    Scalar,
    Text,
    Values,
    one,
)

if TYPE_CHECKING:
    from lint_rules.facts.ir import Expr, Where
    from lint_rules.link.frame import Frame
from lint_rules.link.callbacks import advances, made_by, run_callbacks
from lint_rules.link.files import file_call, make_path, written
from lint_rules.link.special import SPECIAL

_UNBOUND = tuple(f"builtins.{name}." for name in ("list", "dict", "set"))
_LAZY_COPIES = frozenset(
    f"builtins.{name}" for name in ("zip", "filter", "enumerate", "reversed")
)
# Copies whose order does not come from their argument, or does not matter.
_ORDERED = frozenset(
    {"builtins.sorted", "builtins.set", "builtins.dict", "collections.Counter"}
)
_PLAIN = frozenset(
    {"str", "int", "float", "bool", "len", "abs", "round", "repr", "isinstance", "hash"}
    | {"hasattr", "issubclass", "ord", "chr", "id", "callable", "print", "format"}
    | {"all", "any", "bytes", "divmod", "pow", "bin", "hex", "sum", "range", "slice"}
)


def call_external(
    dotted: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    """Call something that is not part of the program."""
    _note(dotted, arguments, frame, where)
    special = SPECIAL.get(dotted)
    if special is not None:
        return special(arguments, frame, where)
    if dotted in PATH_MAKERS:
        return make_path(dotted, arguments)
    files = file_call(dotted, arguments, frame, where)
    if files is not None:
        return files
    if dotted in CHANGES_ARGUMENT:
        return _change_argument(dotted, arguments, frame, where, through)
    if dotted in SHALLOW_COPIES:
        return _copy(dotted, arguments, frame, where)
    if dotted in FIRST_ELEMENT:
        return _first(dotted, arguments, frame, where, through)
    if dotted in WORKFLOW_CLASSES:
        listed = NOTHING
        for values in (*arguments.positional, *(v for _, v in arguments.keywords)):
            listed |= elements_of(values, frame)
        frame.machine.cells.join(("workflow steps",), listed)
    if dotted.startswith(_UNBOUND):
        return _unbound(dotted, arguments, frame, where, through)
    callbacks = run_callbacks(arguments, frame, where)
    return _result(dotted, arguments, callbacks, frame, where)


def _note(dotted: str, arguments: Arguments, frame: Frame, where: Where) -> None:
    """Note that something outside is called, and what that means for the process."""
    _environment(dotted, arguments, frame, where)
    frame.effect("outside", where, None, dotted)
    if is_delivery(dotted):
        frame.effect("deliver", where, None, dotted, arguments.everything())


def _unbound(
    dotted: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    """`list.append(rows, row)`: a method called on its type."""
    from lint_rules.link.methods import call_method

    name = dotted.rpartition(".")[2]
    rest = arguments._replace(positional=arguments.positional[1:])
    found = NOTHING
    for target in arguments.at(0):
        found |= call_method(target, name, rest, frame, where, through)
    return found


def _result(
    dotted: str,
    arguments: Arguments,
    callbacks: Values,
    frame: Frame,
    where: Where,
) -> Values:
    site = frame.site(where)
    if dotted in {"builtins.map", "concurrent.futures.as_completed"}:
        return container("generator", site, callbacks, frame)
    kind = MUTABLE.get(dotted)
    if kind is not None:
        held = elements_of(arguments.at(0), frame)
        if dotted == "collections.defaultdict":
            held = made_by(arguments.at(0), frame, where)
        return container(kind, site, held, frame)
    name = dotted.removeprefix("builtins.")
    if name != dotted and name in _PLAIN:
        return one(Scalar(name))
    made = Made(dotted, site, frame.phase)
    if dotted.startswith("builtins.") and dotted.endswith((".fromkeys", ".copy")):
        kind = dotted.split(".")[1]
        return container(kind, site, arguments.at(1), frame)
    if dotted in SHARED_RESULTS:
        return one(made, Place("external", dotted, ""))
    if dotted == "contextvars.ContextVar":
        frame.machine.cells.join(("field", made, "default"), arguments.at(9, "default"))
    return one(made)


def _environment(dotted: str, arguments: Arguments, frame: Frame, where: Where) -> None:
    if dotted == "logging.basicConfig":
        written(arguments.at(9, "filename"), dotted, frame, where)
    if dotted in ENVIRONMENT_CALLS and dotted not in QUIET:
        asks = dotted == "locale.setlocale" and len(arguments.positional) < 2
        if not asks:
            frame.effect("environment", where, Place("external", dotted, ""), dotted)
        return
    owner, _, name = dotted.rpartition(".")
    if owner in ENVIRONMENT_OBJECTS and name in ENVIRONMENT_MUTATORS:
        from lint_rules.link.attributes import key_of

        path = key_of(arguments.at(0)) if owner == "os.environ" else ()
        frame.effect("environment", where, Place("external", owner, "", path), name)


def _change_argument(
    dotted: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    del through
    targets = arguments.at(CHANGES_ARGUMENT[dotted])
    for target in targets:
        if not isinstance(target.thing, Scalar | Text):
            frame.change("method", target, where, dotted)
            add_elements(target, arguments.at(1), frame)
    return elements_of(targets, frame)


def _copy(dotted: str, arguments: Arguments, frame: Frame, where: Where) -> Values:
    run_callbacks(arguments, frame, where)
    held = NOTHING
    give = elements_of if SHALLOW_COPIES[dotted] in {"dict", ""} else iterated
    for values in arguments.positional:
        held |= give(values, frame)
    for word, values in arguments.keywords:
        if word not in {"key", "reverse", "maxlen"}:
            held |= values
    kind = SHALLOW_COPIES[dotted]
    if not kind:
        types = [v.thing.type for v in arguments.at(0) if isinstance(v.thing, Made)]
        kind = types[0] if types else "list"
    site = frame.site(where)
    if dotted in _LAZY_COPIES:
        kind = "generator"
    if dotted in {"builtins.enumerate", "builtins.zip"}:
        pair = Made("tuple", site + ":pair", frame.phase)
        for number, values in enumerate(arguments.positional):
            offset = number + (dotted == "builtins.enumerate")
            part = iterated(values, frame)
            frame.machine.cells.join(("field", pair, offset), part)
        frame.machine.cells.join(("field", pair, "[]"), UNKNOWN)
        return copy_order(
            container(kind, site, one(pair), frame), arguments.everything(), frame
        )
    made = container(kind, site, held, frame)
    if dotted == "builtins.frozenset":
        return copy_order(made, one(Made("set", site + ":set", frame.phase)), frame)
    if dotted in _ORDERED:
        return made
    return copy_order(made, arguments.everything(), frame)


def _first(
    dotted: str,
    arguments: Arguments,
    frame: Frame,
    where: Where,
    through: Expr | None,
) -> Values:
    run_callbacks(arguments, frame, where)
    if dotted == "builtins.next":
        for value in arguments.at(0):
            thing = value.thing
            if isinstance(thing, Made) and advances(thing):
                frame.change("method", value, where, "next", through=through)
        if any(is_unordered(value, frame) for value in arguments.at(0)):
            frame.effect("unordered", where, None, "next")
    found = iterated(arguments.at(0), frame)
    return found | arguments.at(1, "default")
