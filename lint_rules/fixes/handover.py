"""Hands a value from step to step in the state, not in a place of the process.

One step writes the place, unconditionally and in one statement; other steps only read
it, by the same expression; nothing else in the program knows it. Then the writing step
returns the value instead, and the reading ones find it in their state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
from lint_rules.fixes.imports import is_taken_by
from lint_rules.fixes.ordering import companions, require_order
from lint_rules.fixes.places import (
    Write,
    constant_key,
    is_empty_dict,
    mentions,
    write_of,
)
from lint_rules.fixes.state_fields import Declared, declaring, free_name, state_class
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes
from lint_rules.link.linked import CHANGES
from lint_rules.link.values import STEP, Made

if TYPE_CHECKING:
    from lint_rules.fix import Edit
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
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


@dataclass(slots=True)
class Uses:
    """Every mention of a place in the program, by what it is."""

    reads: dict[str, list[cst.CSTNode]] = field(default_factory=dict)
    globals: list[cst.Global] = field(default_factory=list)
    kept: bool = False


def handed_over(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that moves a value into the state."""
    writer = step_function(candidate.function, bench)
    statement, above = writer.sheet.statement(candidate.where.at)
    if above != (writer.node,):
        raise Unfixable("the place is only written sometimes")
    write = write_of(statement)
    _require_one_write(candidate, bench)
    home = definition(write, candidate, bench)
    if write.of_copy and not (home and is_empty_dict(home.value, home.sheet)):
        raise Unfixable("the dict that is updated is not empty at first")
    uses = _uses(write, statement, writer, home, candidate, bench)
    readers = [step_function(identity, bench) for identity in uses.reads]
    _require_known_readers(candidate, readers, bench)
    for reader in readers:
        require_order(writer.id, reader.id, bench.linked)
    classes = state_class([writer, *readers], bench)
    own = {id(n) for nodes_ in uses.reads.values() for r in nodes_ for n in nodes(r)}
    own |= {id(n) for n in nodes(write.target)}
    modules = companions({writer.id, *uses.reads}, bench.linked)
    name = free_name(write.names(writer.node.name.value), own, bench, modules, classes)
    is_dict = _given(candidate, bench) == {"dict"}
    edits = _writing(writer, statement, write, name, uses, is_dict=is_dict)
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
        if here and any(
            _is_no_value(thing, bench)
            for thing in effect.things
            if thing != effect.receiver
        ):
            raise Unfixable("an object like this cannot travel in the state")
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


def _given(candidate: Candidate, bench: Workbench) -> set[str]:
    """Return the types of what is put into the place, as far as they are known."""
    return {
        getattr(thing, "type", "")
        for effect in bench.linked.effects
        if (effect.function, effect.where) == (candidate.function, candidate.where)
        for thing in effect.things
        if thing != effect.receiver
    }


def _makes(effect: Effect, bench: Workbench) -> bool:
    """Tell whether an effect is part of making the object that is changed."""
    facts = bench.linked.facts(effect.function)
    return facts is not None and facts.name in {"__init__", "__new__"}


def _is_no_value(thing: object, bench: Workbench) -> bool:
    """Tell whether a thing is an object of a class, which a codec may not know."""
    contents = bench.linked.contents([thing])  # type: ignore[list-item]
    return any(
        isinstance(found, Made)
        and (bench.linked.is_ours(found.type) or "." in found.type)
        and found.type not in _VALUES
        for found in contents
    )


def _uses(
    write: Write,
    statement: cst.CSTNode,
    writer: StepFunction,
    home: Definition | None,
    candidate: Candidate,
    bench: Workbench,
) -> Uses:
    """Sort every mention of the place; refuse where one is of another kind."""
    uses = Uses()
    written = {id(node) for node in nodes(statement)}
    for module in bench.mentioning(write.word):
        sheet = bench.sheet(module)
        if write.owns_global and sheet is not writer.sheet:
            if home is None or home.is_taken_by(module, bench):
                raise Unfixable("another module uses the place")
            continue
        if not write.owns_global and _is_apart(module, write, candidate, bench):
            continue
        skipped = set(written) if sheet is writer.sheet else set()
        for node in mentions(sheet.module, write):
            if id(node) not in skipped and not (home and id(node) in home.nodes):
                _sort(node, sheet, module, write, uses, bench)
    if not uses.reads:
        raise Unfixable("no step reads the place by itself")
    if writer.id in uses.reads:
        raise Unfixable("the step that writes the place also reads it")
    return uses


def _is_apart(
    module: str, write: Write, candidate: Candidate, bench: Workbench
) -> bool:
    """Tell whether a module neither names the owner of an attribute nor reads it."""
    if module == candidate.module or candidate.place is None:
        return False
    held = bench.linked.held(candidate.place.base)
    cells = bench.linked.machine.cells
    readers = set(bench.linked.readers(candidate.place.base))
    for value in held:
        readers |= cells.readers(("field", value.thing, write.word), STEP)
    if any(reader.partition(":")[0] == module for reader in readers):
        return False
    sheet = bench.sheet(candidate.module)
    roots = [n.value for n in nodes(write.target) if isinstance(n, cst.Name)]
    return not is_taken_by(module, sheet, roots[0], bench)


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


def _sort(
    node: cst.CSTNode,
    sheet: Sheet,
    module: str,
    write: Write,
    uses: Uses,
    bench: Workbench,
) -> None:
    """Note what one mention of the place is."""
    parent = sheet.parent(node)
    named = isinstance(parent, cst.Attribute) and parent.attr is node
    if named or (isinstance(parent, cst.Arg) and parent.keyword is node):
        return
    if isinstance(node, cst.SimpleString):
        raise Unfixable("a string names the place")
    if isinstance(parent, cst.NameItem):
        statement = sheet.parent(parent)
        if not isinstance(statement, cst.Global):
            raise Unfixable("an inner function shares the name")
        uses.globals.append(statement)
        return
    read = node
    if write.form == "item":
        if not isinstance(parent, cst.Subscript) or parent.value is not node:
            raise Unfixable("the whole container is used somewhere")
        if constant_key(parent) is not None and _other_key(parent, write):
            uses.kept = True
            return
        read = parent
    if write.form == "attribute" and _initialises(node, sheet):
        return
    if is_target(read, sheet) or not _alike(read, write):
        raise Unfixable("the place is used in another way somewhere")
    reader = _function_around(read, sheet, module, bench)
    uses.reads.setdefault(reader, []).append(read)


def _other_key(node: cst.Subscript, write: Write) -> bool:
    mine = (
        constant_key(write.target) if isinstance(write.target, cst.Subscript) else None
    )
    return mine is not None and constant_key(node) != mine


def _initialises(node: cst.CSTNode, sheet: Sheet) -> bool:
    """Tell whether an attribute gets its first value, as its class is instantiated."""
    function = sheet.above(node, cst.FunctionDef)
    if not isinstance(function, cst.FunctionDef):
        return False
    return function.name.value in {"__init__", "__new__"} and is_target(node, sheet)


def _alike(node: cst.CSTNode, write: Write) -> bool:
    """Tell whether a read is spelled as the write is, whatever the quotes."""
    target = write.target
    if not isinstance(node, cst.Subscript) or not isinstance(target, cst.Subscript):
        return node.deep_equals(target)
    key = constant_key(node)
    if key is not None:
        return key == constant_key(target)
    return node.deep_equals(target)


def is_target(node: cst.CSTNode, sheet: Sheet) -> bool:
    """Tell whether a node is bound, changed or deleted rather than read."""
    parent = sheet.parent(node)
    while isinstance(parent, cst.Element | cst.Tuple | cst.List | cst.StarredElement):
        node, parent = parent, sheet.parent(parent)
    if isinstance(parent, cst.Del | cst.Param | cst.AsName | cst.ImportAlias):
        return not (isinstance(parent, cst.Param) and parent.default is node)
    if isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.NamedExpr):
        return parent.target is node
    if isinstance(parent, cst.AnnAssign | cst.For | cst.CompFor):
        return parent.target is node
    return isinstance(parent, cst.FunctionDef | cst.ClassDef) and parent.name is node


def _function_around(
    node: cst.CSTNode, sheet: Sheet, module: str, bench: Workbench
) -> str:
    """Return the id of the function at the top of the module that a node is in."""
    function, child = None, node
    parent = sheet.parent(node)
    while parent is not None:
        if isinstance(parent, cst.FunctionDef):
            if child is not parent.body:
                raise Unfixable("the place is read where the function is defined")
            function = parent
        child, parent = parent, sheet.parent(parent)
    for facts in bench.linked.program.modules[module].functions:
        if function is not None and sheet.statement(facts.where.at)[0] is function:
            return f"{module}:{facts.qualname}"
    raise Unfixable("the place is read outside the steps")
