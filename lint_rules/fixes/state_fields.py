"""Finds a free name for a new field of the state, and declares it where needed."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.facts import ir
from lint_rules.fixes.imports import known_before
from lint_rules.fixes.ordering import resolved, workflow_options
from lint_rules.fixes.workbench import Unfixable, nodes
from lint_rules.link.values import External, Klass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lint_rules.fix import Edit
    from lint_rules.fixes.functions import StepFunction
    from lint_rules.fixes.workbench import Sheet, Workbench

_UNDECLARED = frozenset(
    {"types.SimpleNamespace", "typing.Any", "builtins.dict", "dict", "builtins.object"}
)
_FACTORIES = {"{}": "dict", "dict()": "dict", "[]": "list", "list()": "list"}
_FACTORIES |= {"set()": "set"}


@dataclass(frozen=True, slots=True)
class NewField:
    """What a new field is declared as: annotation and default, by their source."""

    annotation: str = "object"
    default: str = "None"
    sheet: Sheet | None = None


def free_name(
    names: Iterable[str],
    own: set[int],
    bench: Workbench,
    modules: set[str],
    classes: set[str],
) -> str:
    """Return the first name that `modules` do not use for a field, or a key.

    Nodes in `own` do not count: they are what the field takes the place of.
    """
    for name in names:
        if not any(_is_field(module, name, own, bench) for module in modules):
            fields = [f for k in classes for f in _fields_of(k, bench)]
            if name not in fields:
                return name
    raise Unfixable("no good name for the field of the state is free")


def _is_field(module: str, name: str, own: set[int], bench: Workbench) -> bool:
    """Tell whether a module that has steps uses a name as an attribute or a key."""
    if name not in bench.project.sources[module].text:
        return False
    for node in nodes(bench.sheet(module).module):
        if id(node) in own:
            continue
        if isinstance(node, cst.Attribute) and node.attr.value == name:
            return True
        if isinstance(node, cst.SimpleString) and node.evaluated_value == name:
            return True
    return False


def _fields_of(klass: str, bench: Workbench) -> list[str]:
    facts = bench.linked.program.classes[klass]
    return [
        target.id
        for statement in facts.body
        for target in getattr(statement, "targets", ())
        if isinstance(target, ir.Name)
    ]


def state_class(steps: list[StepFunction], bench: Workbench) -> set[str]:
    """Return the class that declares the state of some steps, if one does."""
    found: set[str] = set()
    for step in steps:
        module = step.id.partition(":")[0]
        facts = bench.linked.facts(step.id)
        annotation = facts.params[0].annotation if facts is not None else None
        if annotation is not None:
            found |= _class_of(annotation, module, bench)
    wanted = {step.id for step in steps}
    for module, name, value in workflow_options(wanted, bench.linked):
        if name == "state":
            found |= _class_of(value, module, bench)
        if name == "**" or (name == "merge" and getattr(value, "text", 0) != "shallow"):
            raise Unfixable("the workflow merges what steps return in its own way")
    if len(found) > 1:
        raise Unfixable("the steps have states of several types")
    return found


def _class_of(node: ir.Expr, module: str, bench: Workbench) -> set[str]:
    """Return the class of the program that an annotation means; none for any dict."""
    if isinstance(node, ir.Item):
        node = node.base
    values = resolved(node, module, bench.linked)
    found = {v.thing.id for v in values if isinstance(v.thing, Klass)}
    others = {v.thing.dotted for v in values if isinstance(v.thing, External)}
    if not values or others - _UNDECLARED or len(found) + bool(others) != 1:
        raise Unfixable("the type of the state is not known")
    return found


def declaring(
    classes: set[str], field: str, new: NewField, bench: Workbench
) -> list[Edit]:
    """Return the edits that add a field to the class that declares the state."""
    return [e for klass in classes for e in _added(klass, field, new, bench)]


def _added(klass: str, field: str, new: NewField, bench: Workbench) -> list[Edit]:
    facts = bench.linked.program.classes[klass]
    sheet = bench.sheet(klass.partition(":")[0])
    node, _ = sheet.statement(facts.where.at)
    if not isinstance(node, cst.ClassDef) or not isinstance(
        node.body, cst.IndentedBlock
    ):
        raise Unfixable("the class of the state is not written in the usual way")
    kind = _kind(klass, bench)
    last = _last_field(node)
    annotation, default = _spelled(new, sheet, node)
    edits: list[Edit] = []
    if default in _FACTORIES and kind == "dataclass":
        factory, edits = _factory(sheet)
        default = f"{factory}(default_factory={_FACTORIES[default]})"
    start, end = sheet.span(last)
    _, end = sheet.whole_lines(start, end)
    before = "" if sheet.text[end - 1] == "\n" else "\n"
    text = f"{before}{sheet.indent(start)}{field}: {annotation} = {default}\n"
    return [*edits, sheet.insert(end, text)]


def _kind(klass: str, bench: Workbench) -> str:
    linked = bench.linked
    names = linked.machine.names
    inherited = any(
        klass in names.bases(other)[0]
        for other in linked.program.classes
        if other != klass
    )
    if inherited:
        raise Unfixable("other classes inherit from the class of the state")
    if any(name.endswith("dataclass") for name in linked.decorators(klass)):
        return "dataclass"
    if "pydantic.BaseModel" in names.bases(klass)[1]:
        return "model"
    raise Unfixable("the class of the state does not declare its fields")


def _last_field(node: cst.ClassDef) -> cst.CSTNode:
    found = [
        line
        for line in node.body.body
        if isinstance(line, cst.SimpleStatementLine)
        and isinstance(line.body[0], cst.AnnAssign)
    ]
    if not found:
        raise Unfixable("the class of the state has no field yet")
    return found[-1]


def _spelled(new: NewField, sheet: Sheet, node: cst.ClassDef) -> tuple[str, str]:
    """Return annotation and default as they can be written at the class.

    An annotation of names that the class does not see, or one that a default of None
    would belie, is not worth a wrong one.
    """
    seen = known_before(sheet, node) if sheet is new.sheet else set(dir(builtins))
    annotation = new.annotation if _names_in(new.annotation) <= seen else "object"
    optional = re.search(r"\b(None|Optional)\b", annotation) is not None
    if new.default == "None" and not optional:
        annotation = "object"
    return annotation, new.default


def _names_in(source: str) -> set[str]:
    tree = cst.parse_expression(source)
    return {node.value for node in nodes(tree) if isinstance(node, cst.Name)}


def _factory(sheet: Sheet) -> tuple[str, list[Edit]]:
    """Return how `dataclasses.field` is called in a file, and the import it needs."""
    for statement, above in sheet.statements():
        if above or not isinstance(statement, cst.Import | cst.ImportFrom):
            continue
        aliases = statement.names
        for alias in () if isinstance(aliases, cst.ImportStar) else aliases:
            name, asname = alias.evaluated_name, alias.evaluated_alias
            if isinstance(statement, cst.Import):
                if name == "dataclasses":
                    return f"{asname or name}.field", []
            elif _is_dataclasses(statement) and name == "field":
                return asname or name, []
    return "field", [_field_import(sheet)]


def _is_dataclasses(statement: cst.ImportFrom) -> bool:
    module = statement.module
    return isinstance(module, cst.Name) and module.value == "dataclasses"


def _field_import(sheet: Sheet) -> Edit:
    for statement, above in sheet.statements():
        if above or not isinstance(statement, cst.ImportFrom):
            continue
        if _is_dataclasses(statement) and not isinstance(
            statement.names, cst.ImportStar
        ):
            _, end = sheet.span(statement.names[-1])
            return sheet.insert(end, ", field")
    raise Unfixable("the file has no import to add `field` to")
