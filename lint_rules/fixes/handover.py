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
from lint_rules.fixes.local_objects import made_by_reader, require_same_ingredients
from lint_rules.fixes.ordering import companions, require_order
from lint_rules.fixes.places import Write, is_empty_dict, write_of
from lint_rules.fixes.state_fields import NewField, declaring, free_name, state_class
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
    writer, statement = writing_step(candidate, bench)
    write = write_of(statement)
    _require_one_write(candidate, bench)
    home = definition(write, candidate, bench)
    if write.of_copy and not (home and is_empty_dict(home.value, home.sheet)):
        raise Unfixable("the dict that is updated is not empty at first")
    uses = uses_of(write, writer.sheet, home, candidate, bench)
    _require_known_readers(candidate, list(uses.reads), bench)
    text = as_value(write.value, writer.sheet)
    types = {getattr(thing, "type", "") for thing in given(candidate, bench)}
    if write.of_copy and types != {"dict"}:
        text = f"dict({text})"
    handover = Handover(writer, statement, write, uses, bench)
    edits = handover.edits(text, _new_field(write, home))
    if home is not None and not uses.kept:
        edits += removing(home, write, bench, keeps_types=bool(handover.classes))
    edits += [without_global(writer.sheet, s, {write.word}) for s in uses.globals]
    return Fix(handover.title, "unsafe", tuple(edits))


def writing_step(
    candidate: Candidate, bench: Workbench
) -> tuple[StepFunction, cst.CSTNode]:
    """Return the step that writes a place, and its statement, which always runs."""
    writer = step_function(candidate.function, bench)
    statement, above = writer.sheet.statement(candidate.where.at)
    if above != (writer.node,):
        raise Unfixable("the place is only written sometimes")
    return writer, statement


class Handover:
    """A value on its way from the step that has it to those that need it."""

    def __init__(
        self,
        writer: StepFunction,
        statement: cst.CSTNode,
        write: Write,
        uses: Uses,
        bench: Workbench,
    ) -> None:
        """Find a name for the value; refuse where the steps do not fit together."""
        if writer.id in uses.reads:
            raise Unfixable("the step that writes the place also reads it")
        self._writer, self._statement, self._uses = writer, statement, uses
        self._bench = bench
        self._readers = [step_function(identity, bench) for identity in uses.reads]
        for reader in self._readers:
            require_order(writer.id, reader.id, bench.linked)
        self.classes = state_class([writer, *self._readers], bench)
        reads = [read for found in uses.reads.values() for read in found]
        own = {id(node) for part in [write.target, *reads] for node in nodes(part)}
        if isinstance(write.target, cst.Subscript):
            for reader in self._readers:
                require_same_ingredients(write.target.slice[0], writer, reader, bench)
        names = write.names(writer.node.name.value)
        modules = companions({writer.id, *uses.reads}, bench.linked)
        self.name = free_name(names, own, bench, modules, self.classes)

    @property
    def title(self) -> str:
        """Say what the fix does."""
        steps = ", ".join(f"`{reader.node.name.value}`" for reader in self._readers)
        writer = self._writer.node.name.value
        return f"Hand `{self.name}` from `{writer}` to {steps} in the state."

    def edits(self, text: str, new: NewField) -> list[Edit]:
        """Return the edits of both sides, and of the class of the state."""
        edits = _writing(self._writer, self._statement, text, self.name, self._uses)
        for reader in self._readers:
            edits += _reading(
                reader, self._writer, self._uses.reads[reader.id], self.name
            )
        return edits + declaring(self.classes, self.name, new, self._bench)


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
    candidate: Candidate, readers: list[str], bench: Workbench
) -> None:
    """Refuse where the same words mean something else to one of the steps."""
    base = candidate.place.base if candidate.place is not None else None
    known = bench.linked.readers(base) if base is not None else set()
    if not known.issuperset(readers):
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
    writer: StepFunction, statement: cst.CSTNode, text: str, name: str, uses: Uses
) -> list[Edit]:
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


def _new_field(write: Write, home: Definition | None) -> NewField:
    if home is None or write.form != "name":
        return NewField()
    return NewField(home.annotation or "object", home.default, home.sheet)
