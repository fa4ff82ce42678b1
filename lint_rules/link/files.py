"""What calls do to files: paths, writes, databases, temporary files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.databases import BY_ADDRESS, DATABASES
from lint_rules.catalog.files import (
    LOCAL_ROOTS,
    METHOD_WRITERS,
    OPENERS,
    PERHAPS_WRITERS,
    REMOVERS,
    TEMPORARY,
    WRITERS,
)
from lint_rules.catalog.readers import METHOD_READERS, READERS
from lint_rules.link.invoke import Arguments
from lint_rules.link.values import (
    UNKNOWN,
    Made,
    Scalar,
    Text,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from lint_rules.facts.ir import Where
    from lint_rules.link.frame import Frame

# Where an object that holds a database file remembers the file's path.
OPENED = "opened path"


def file_call(
    dotted: str, arguments: Arguments, frame: Frame, where: Where
) -> Values | None:
    """Record what a call does to files; None when it is no such call."""
    site = frame.site(where)
    if dotted in OPENERS:
        index, word, mode_index, mode_word, default = OPENERS[dotted]
        path = arguments.at(index, word)
        modes = arguments.at(mode_index, mode_word) or one(Text(default, "literal"))
        opened(path, arguments, -1, frame, where, modes)
        return one(Made(dotted, site, frame.phase))
    if dotted in READERS:
        index, word = READERS[dotted]
        frame.effect("read", where, None, dotted, arguments.at(index, word))
    if dotted in REMOVERS:
        frame.effect("remove", where, None, dotted, arguments.at(0))
    if dotted in WRITERS:
        index, word = WRITERS[dotted]
        written(arguments.at(index, word), dotted, frame, where)
        return one(Made(dotted, site, frame.phase))
    if dotted in DATABASES:
        index, word = DATABASES[dotted]
        path = arguments.at(index, word)
        frame.effect("database", where, None, dotted, path)
        made = Made(dotted, site, frame.phase)
        frame.machine.cells.join(("field", made, OPENED), path)
        return one(made)
    if dotted in TEMPORARY:
        return _temporary(dotted, arguments, site, frame, where)
    if dotted in BY_ADDRESS:
        return _by_address(dotted, arguments, site, frame, where)
    return None


def _by_address(
    dotted: str, arguments: Arguments, site: str, frame: Frame, where: Where
) -> Values:
    """Record opening the file that an address such as `sqlite:///x.db` names."""
    index, word = BY_ADDRESS[dotted]
    made = Made(dotted, site, frame.phase)
    paths: set[Value] = set()
    for value in arguments.at(index, word):
        thing = value.thing
        if isinstance(thing, Text) and thing.text.startswith("sqlite"):
            path = thing.text.partition("://")[2].removeprefix("/")
            paths.add(Value(thing._replace(text=path or ":memory:")))
    if paths:
        frame.effect("database", where, None, dotted, frozenset(paths))
        frame.machine.cells.join(("field", made, OPENED), frozenset(paths))
    return one(made)


def method_call(name: str, arguments: Arguments, frame: Frame, where: Where) -> None:
    """Record what a method of an object of any kind does to a path it is given."""
    if name in METHOD_WRITERS:
        index, word = METHOD_WRITERS[name]
        written(arguments.at(index, word), name, frame, where)
    elif name in PERHAPS_WRITERS:
        index, word = PERHAPS_WRITERS[name]
        paths = arguments.at(index, word)
        rooted = frozenset(
            v
            for v in paths
            if isinstance(v.thing, Text) and v.thing.text.startswith(LOCAL_ROOTS)
        )
        if rooted:
            # Whoever runs the program may have it put elsewhere: the rules look at it.
            chosen = {v for v in paths if getattr(v.thing, "base", "") == "environment"}
            written(rooted | chosen, name, frame, where)
    elif name in METHOD_READERS:
        index, word = METHOD_READERS[name]
        frame.effect("read", where, None, name, arguments.at(index, word))


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


def opened(
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


def make_path(dotted: str, arguments: Arguments) -> Values:
    """Return the path that `Path(...)`, `os.path.join(...)` and the like make."""
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
