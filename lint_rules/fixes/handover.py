"""Hands a value from step to step in the state, not in a place of the process.

One step writes the place, unconditionally and in one statement; other steps only read
it, by the same expression; nothing else in the program knows it. Then the writing step
returns the value instead, and the reading ones find it in their state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fix import Fix
from lint_rules.fixes.functions import (
    StepFunction,
    as_value,
    own_nodes,
    returning,
    step_function,
    uses_items,
)
from lint_rules.fixes.globals import (
    Definition,
    definition,
    removing,
    without_global,
)
from lint_rules.fixes.local_objects import made_by_reader
from lint_rules.fixes.ordering import companions, require_order
from lint_rules.fixes.places import Write, is_empty_dict, write_of
from lint_rules.fixes.state_fields import Declared, declaring, free_name, state_class
from lint_rules.fixes.uses import Uses, is_target, uses_of
from lint_rules.fixes.workbench import Unfixable, nodes
from lint_rules.link.linked import CHANGES
from lint_rules.link.values import Made

if TYPE_CHECKING:
    from lint_rules.fix import Edit
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
    from lint_rules.link.values import Thing
    from lint_rules.rule import Candidate

# Of other packages, what is known to be a value, or to return nothing but plain data.
_VALUES = frozenset(
    {
        "collections.OrderedDict", "collections.defaultdict", "datetime.date",
        "datetime.date.today", "datetime.datetime", "datetime.datetime.now",
        "datetime.datetime.utcnow", "datetime.timedelta", "decimal.Decimal",
        "json.load", "json.loads", "os.getcwd", "os.listdir", "pathlib.Path",
        "pathlib.PurePath", "random.random", "random.randint", "time.monotonic",
        "time.time", "uuid.UUID", "uuid.uuid4", "yaml.safe_load",
    }
)  # fmt: skip


def handed_over(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that moves a value into the state.

    An object that cannot travel is made by the step that uses it.
    """
    if any(is_no_value(thing, bench) for thing in given(candidate, bench)):
        return made_by_reader(candidate, bench)
    writer = step_function(candidate.function, bench)
    statement, above = writer.sheet.statement(candidate.where.at)
    if above != (writer.node,):
        raise Unfixable("the place is only written sometimes")
    write = write_of(statement)
    _require_one_write(candidate, bench)
    home = definition(write, candidate, bench)
    if write.of_copy and not (home and is_empty_dict(home.value, home.sheet)):
        raise Unfixable("the dict that is updated is not empty at first")
    uses = uses_of(write, writer.sheet, home, candidate, bench)
    if writer.id in uses.reads:
        raise Unfixable("the step that writes the place also reads it")
    readers = [step_function(identity, bench) for identity in uses.reads]
    _require_known_readers(candidate, readers, bench)
    for reader in readers:
        require_order(writer.id, reader.id, bench.linked)
    classes = state_class([writer, *readers], bench)
    own = {id(n) for nodes_ in uses.reads.values() for r in nodes_ for n in nodes(r)}
    own |= {id(n) for n in nodes(write.target)}
    modules = companions({writer.id, *uses.reads}, bench.linked)
    name = free_name(write.names(writer.node.name.value), own, bench, modules, classes)
    types = {getattr(thing, "type", "") for thing in given(candidate, bench)}
    edits = _writing(writer, statement, write, name, uses, is_dict=types == {"dict"})
    for reader in readers:
        edits += _reading(reader, writer, uses.reads[reader.id], name)
    declared = _declared(write, home)
    edits += declaring(classes, name, declared, bench)
    if home is not None and not uses.kept:
        edits += removing(home, write, bench, keeps_types=bool(classes))
    edits += [without_global(writer.sheet, s, {write.word}) for s in uses.globals]
    steps = ", ".join(f"`{reader.node.name.value}`" for reader in readers)
    title = f"Hand `{name}` from `{writer.node.name.value}` to {steps} in the state."
    return Fix(title, "unsafe", tuple(edits))


def _require_one_write(candidate: Candidate, bench: Workbench) -> None:
    """Refuse where steps change the place, or what it holds, in another statement."""
    base = candidate.place.base if candidate.place is not None else None
    if base is None or base.root == "memo":
        raise Unfixable("the place has no name")
    for effect in bench.linked.effects:
        if effect.kind not in CHANGES or effect.place is None:
            continue
        here = (effect.function, effect.where) == (candidate.function, candidate.where)
        reaches = effect.place == candidate.place
        if candidate.place is not None and not candidate.place.path:
            reaches = effect.place.base == base
        if reaches and not here and not _makes(effect, bench):
            raise Unfixable("the place is written in several statements")


def _require_known_readers(
    candidate: Candidate, readers: list[StepFunction], bench: Workbench
) -> None:
    """Refuse where the same words mean something else to one of the steps."""
    base = candidate.place.base if candidate.place is not None else None
    known = bench.linked.readers(base) if base is not None else set()
    if any(reader.id not in known for reader in readers):
        raise Unfixable("a step seems to mean something else by the same words")


def given(candidate: Candidate, bench: Workbench) -> set[Thing]:
    """Return what is put into the place, as far as it is known."""
    return {
        thing
        for effect in bench.linked.effects
        if (effect.function, effect.where) == (candidate.function, candidate.where)
        for thing in effect.things
        if thing != effect.receiver
    }


def _makes(effect: Effect, bench: Workbench) -> bool:
    """Tell whether an effect is part of making the object that is changed."""
    facts = bench.linked.facts(effect.function)
    return facts is not None and facts.name in {"__init__", "__new__"}


def is_no_value(thing: Thing, bench: Workbench) -> bool:
    """Tell whether a thing is an object of a class, which a codec may not know."""
    contents = bench.linked.contents([thing])
    return any(
        isinstance(found, Made)
        and (bench.linked.is_ours(found.type) or "." in found.type)
        and found.type not in _VALUES
        for found in contents
    )


def _writing(
    writer: StepFunction,
    statement: cst.CSTNode,
    write: Write,
    name: str,
    uses: Uses,
    *,
    is_dict: bool,
) -> list[Edit]:
    text = as_value(write.value, writer.sheet)
    if write.of_copy and not is_dict:
        text = f"dict({text})"
    known = {id(node) for part in [statement, *uses.globals] for node in nodes(part)}
    for node in own_nodes(writer.node):
        if isinstance(node, cst.Name) and node.value == name and id(node) not in known:
            raise Unfixable("the step has a variable of that name")
    return returning(writer, statement, name, text)


def _reading(
    reader: StepFunction, writer: StepFunction, found: list[cst.CSTNode], name: str
) -> list[Edit]:
    by_items = uses_items(reader)
    if by_items is None:
        by_items = bool(uses_items(writer))
    text = f'{reader.state}["{name}"]' if by_items else f"{reader.state}.{name}"
    for node in nodes(reader.node.body):
        if is_target(node, reader.sheet) and getattr(node, "value", "") == reader.state:
            raise Unfixable("the step gives its state another value")
    for node in found:
        quoted = reader.sheet.above(node, cst.FormattedString)
        if by_items and quoted is not None:
            raise Unfixable("the quotes would end the text they are in")
    return [reader.sheet.rewrite(node, text) for node in found]


def _declared(write: Write, home: Definition | None) -> Declared:
    if home is None or write.form != "name":
        return Declared()
    return Declared(home.annotation or "object", home.default, home.sheet)
