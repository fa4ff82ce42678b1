"""Functions of the outside world: what they return, call, write and change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.containers import (
    CHANGES_ARGUMENT,
    FIRST_ELEMENT,
    MUTABLE,
    SHALLOW_COPIES,
)
from lint_rules.catalog.files import (
    DATABASES,
    OPENERS,
    PATH_MAKERS,
    TEMPORARY,
    WRITERS,
)
from lint_rules.catalog.outside import (
    ENVIRONMENT_CALLS,
    ENVIRONMENT_MUTATORS,
    ENVIRONMENT_OBJECTS,
    ITERATORS,
    QUIET,
    SHARED_RESULTS,
)
from lint_rules.catalog.steps import WORKFLOW_CLASSES
from lint_rules.link.elements import add_elements, container, elements_of, iterated
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
    Memo,
    Module,
    Place,
    Scalar,
    Super,
    Text,
    Unknown,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lint_rules.facts.ir import Expr, Where
    from lint_rules.link.frame import Frame

_UNBOUND = tuple(f"builtins.{name}." for name in ("list", "dict", "set"))
_LAZY_COPIES = frozenset(
    f"builtins.{name}" for name in ("zip", "filter", "enumerate", "reversed")
)
_CALLABLE = (Function, Bound, Memo)
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
    _environment(dotted, arguments, frame, where)
    frame.effect("outside", where, None, dotted)
    special = _SPECIAL.get(dotted)
    if special is not None:
        return special(arguments, frame, where)
    if dotted in PATH_MAKERS:
        return _make_path(dotted, arguments)
    files = _files(dotted, arguments, frame, where)
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
            held = _made_by(arguments.at(0), frame, where)
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


def _made_by(factories: Values, frame: Frame, where: Where) -> Values:
    """Return what a factory, called without arguments, makes."""
    found = NOTHING
    for factory in factories:
        found |= call_back(factory, Arguments(), frame, where)
    return found


def call_back(
    function: Value, arguments: Arguments, frame: Frame, where: Where
) -> Values:
    """Call a function that was handed to someone else."""
    from lint_rules.link.calls import call_value

    return call_value(function, arguments, frame, where)


def run_callbacks(arguments: Arguments, frame: Frame, where: Where) -> Values:
    """Call every function among the arguments with the other arguments."""
    everything = arguments.everything()
    functions = [v for v in everything if isinstance(v.thing, _CALLABLE)]
    if not functions or frame.phase == IMPORT:
        return NOTHING
    rest = frozenset(v for v in everything if not isinstance(v.thing, _CALLABLE))
    parts = rest | iterated(rest, frame)
    found = NOTHING
    for function in functions:
        found |= call_back(function, Arguments((), (), parts or UNKNOWN), frame, where)
    return found


def _environment(dotted: str, arguments: Arguments, frame: Frame, where: Where) -> None:
    if dotted in ENVIRONMENT_CALLS and dotted not in QUIET:
        asks = dotted == "locale.setlocale" and len(arguments.positional) < 2
        if not asks:
            frame.effect("environment", where, Place("external", dotted, ""), dotted)
        return
    owner, _, name = dotted.rpartition(".")
    if owner in ENVIRONMENT_OBJECTS and name in ENVIRONMENT_MUTATORS:
        frame.effect("environment", where, Place("external", owner, ""), name)


def _files(
    dotted: str, arguments: Arguments, frame: Frame, where: Where
) -> Values | None:
    site = frame.site(where)
    if dotted in OPENERS:
        index, word, mode_index, mode_word, default = OPENERS[dotted]
        path = arguments.at(index, word)
        modes = arguments.at(mode_index, mode_word) or one(Text(default, "literal"))
        opened(path, arguments, -1, frame, where, modes)
        return one(Made(dotted, site, frame.phase))
    if dotted in WRITERS:
        index, word = WRITERS[dotted]
        written(arguments.at(index, word), dotted, frame, where)
        return one(Made(dotted, site, frame.phase))
    if dotted in DATABASES:
        index, word = DATABASES[dotted]
        path = arguments.at(index, word)
        frame.effect("database", where, None, dotted, path)
        return one(Made(dotted, site, frame.phase))
    if dotted in TEMPORARY:
        return _temporary(dotted, arguments, site, frame, where)
    return None


def _temporary(
    dotted: str, arguments: Arguments, site: str, frame: Frame, where: Where
) -> Values:
    place = arguments.at(9, "dir")
    if place and not all(isinstance(v.thing, Scalar) for v in place):
        return path_of((place, UNKNOWN))
    frame.effect("temporary", where, None, dotted)
    text = Text("", "temporary", site, is_path=True, exact=False)
    if dotted == "tempfile.mkstemp":
        pair = Made("tuple", site, frame.phase)
        frame.machine.cells.join(("field", pair, 0), one(Scalar("int")))
        frame.machine.cells.join(("field", pair, 1), one(text))
        return one(pair)
    if dotted in {"tempfile.mkdtemp", "tempfile.mktemp"}:
        return one(text)
    if dotted == "tempfile.gettempdir":
        return one(Text("/tmp", "literal", is_path=True, exact=False))  # noqa: S108
    keeps = any(v.thing == Scalar("False") for v in arguments.at(9, "delete"))
    made = Made(dotted, site, frame.phase)
    base = "temporary" if keeps else "vanishing"
    frame.machine.cells.join(("field", made, "name"), one(text._replace(base=base)))
    return one(made)


def opened(  # noqa: PLR0917 - a call has this many parts
    path: Values,
    arguments: Arguments,
    mode_index: int,
    frame: Frame,
    where: Where,
    modes: Values | None = None,
) -> None:
    """Record opening a path for writing or reading."""
    if modes is None:
        modes = arguments.at(mode_index, "mode") or one(Text("r", "literal"))
    letters = "".join(v.thing.text for v in modes if isinstance(v.thing, Text))
    if any(v.thing == Scalar("result") for v in modes):
        letters = "w"
    if any(letter in letters for letter in "wax+"):
        written(path, "open", frame, where)
    else:
        frame.effect("read", where, None, "open", path)


def written(path: Values, detail: str, frame: Frame, where: Where) -> None:
    """Record writing to a path."""
    frame.effect("write", where, None, detail, path)


def _make_path(dotted: str, arguments: Arguments) -> Values:
    parts = arguments.positional
    if dotted == "os.path.basename":
        return one(Text("", "unknown", exact=False))
    if not parts:
        if arguments.spread:
            return one(Text("", "unknown", is_path=True, exact=False))
        return one(Text("", "cwd", is_path=True, exact=False))
    found = path_of(parts)
    if dotted == "builtins.str":
        found = frozenset(
            Value(v.thing._replace(is_path=False))
            for v in found
            if isinstance(v.thing, Text)
        )
    return found


def path_of(parts: tuple[Values, ...]) -> Values:
    """Join path parts: the last absolute one wins, else the first one."""
    for part in reversed(parts[1:]):
        rooted = {
            Value(v.thing._replace(is_path=True))
            for v in part
            if isinstance(v.thing, Text) and v.thing.text.startswith("/")
        }
        if rooted:
            return frozenset(rooted)
    found: set[Value] = set()
    for value in parts[0]:
        thing = value.thing
        if isinstance(thing, Text):
            found.add(Value(_extended(thing, parts[1:])))
        else:
            found.add(Value(Text("", "unknown", is_path=True, exact=False)))
    return frozenset(found) or one(Text("", "unknown", is_path=True, exact=False))


def _extended(thing: Text, parts: tuple[Values, ...]) -> Text:
    """Return a path with the parts that are known to follow."""
    for part in parts:
        known = [v.thing for v in part if isinstance(v.thing, Text) and v.thing.exact]
        if not thing.exact or len(known) != 1 or len(part) != 1:
            return thing._replace(is_path=True, exact=False)
        text = f"{thing.text.rstrip('/')}/{known[0].text}"
        thing = thing._replace(text=text[:80])
    return thing._replace(is_path=True)


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
        return container(kind, site, one(pair), frame)
    return container(kind, site, held, frame)


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
    found = iterated(arguments.at(0), frame)
    return found | arguments.at(1, "default")


def advances(thing: Made) -> bool:
    """Tell whether using an object moves it on: iterators, random generators."""
    return thing.type == "generator" or thing.type in ITERATORS


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
        if isinstance(function.thing, _CALLABLE) and frame.phase != IMPORT:
            call_back(function, rest, frame, where)
    return made


def _wraps(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, frame, where
    return one(External("functools.wraps"))


def _iter(arguments: Arguments, frame: Frame, where: Where) -> Values:
    held = iterated(arguments.at(0), frame)
    return container("generator", frame.site(where), held, frame)


def _field(arguments: Arguments, frame: Frame, where: Where) -> Values:
    factories = arguments.at(9, "default_factory") or arguments.at(9, "factory")
    if not factories:
        return arguments.at(0, "default") or UNKNOWN
    held = _made_by(factories, frame, where)
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
    return remembered(External("functools.lru_cache"), functions)


def _home(arguments: Arguments, frame: Frame, where: Where) -> Values:
    del arguments, frame, where
    return one(Text("", "home", is_path=True, exact=False))


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
    del frame, where
    return one(Text("", "environment", exact=False)) | arguments.at(1, "default")


_SPECIAL: dict[str, Callable[[Arguments, Frame, Where], Values]] = {
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
    "pathlib.Path.cwd": _working_directory,
    "os.getcwd": _working_directory,
}
