"""Where a module global is defined, and how its definition is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fix import Fix
from lint_rules.fixes.imports import is_taken_by, unused
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes

if TYPE_CHECKING:
    from lint_rules.facts.ir import Where
    from lint_rules.fix import Edit
    from lint_rules.fixes.places import Write
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.rule import Candidate

_LITERALS = cst.Integer | cst.Float | cst.SimpleString
_NAMED = ("None", "True", "False")
_EMPTY = ("{}", "[]", "dict()", "list()", "set()")


@dataclass(frozen=True, slots=True)
class Definition:
    """The one statement that defines a global, at the top of its module."""

    sheet: Sheet
    name: str
    statement: cst.Assign | cst.AnnAssign
    target: cst.Name

    @property
    def value(self) -> cst.BaseExpression | None:
        """The value that the global has after the import."""
        return self.statement.value

    @property
    def nodes(self) -> set[int]:
        """The mentions of the name that are the definition itself."""
        return {id(self.target)}

    @property
    def annotation(self) -> str:
        """The source of the annotation, or nothing."""
        if isinstance(self.statement, cst.Assign):
            return ""
        return self.sheet.source(self.statement.annotation.annotation).strip()

    @property
    def default(self) -> str:
        """The source of the value if it may be written anywhere else, or None."""
        value = self.value
        text = self.sheet.source(value).strip() if value is not None else "None"
        known = isinstance(value, _LITERALS) or text in _NAMED or text in _EMPTY
        return text if known else "None"

    def is_taken_by(self, module: str, bench: Workbench) -> bool:
        """Tell whether another module seems to use the global."""
        return is_taken_by(module, self.sheet, self.name, bench)


def definition(
    write: Write, candidate: Candidate, bench: Workbench
) -> Definition | None:
    """Return where the global that a step writes is defined; none for attributes."""
    if not write.owns_global:
        return None
    place = candidate.place
    if place is None or (place.owner, place.name) != (candidate.module, write.word):
        raise Unfixable("the global belongs to another module")
    return defined(bench.sheet(candidate.module), write.word)


def defined(sheet: Sheet, name: str) -> Definition:
    """Return the one definition of a global."""
    found: list[Definition] = []
    for statement, above in sheet.statements():
        if above or not isinstance(statement, cst.Assign | cst.AnnAssign):
            continue
        if isinstance(statement, cst.AnnAssign):
            targets = [statement.target]
        else:
            targets = [target.target for target in statement.targets]
        names = [t for t in targets if isinstance(t, cst.Name) and t.value == name]
        if names and len(targets) == 1:
            found.append(Definition(sheet, name, statement, names[0]))
    if len(found) != 1:
        raise Unfixable("the global is not defined in one statement")
    return found[0]


def removing(
    home: Definition, write: Write, bench: Workbench, *, keeps_types: bool
) -> list[Edit]:
    """Return the edits that take a definition away, and the imports only it used."""
    sheet, statement = home.sheet, home.statement
    edits = [sheet.remove_block(sheet.line_of(statement))]
    gone: list[cst.CSTNode] = [] if statement.value is None else [statement.value]
    if isinstance(statement, cst.AnnAssign) and not (keeps_types and home.annotation):
        gone.append(statement.annotation)
    names = {n.value for part in gone for n in nodes(part) if isinstance(n, cst.Name)}
    return edits + unused(sheet, names - {write.word}, gone, bench)


def without_global(sheet: Sheet, statement: cst.Global, gone: set[str]) -> Edit:
    """Take names out of a `global` statement, or the whole of it."""
    names = [item.name.value for item in statement.names]
    rest = [name for name in names if name not in gone]
    if rest:
        return sheet.rewrite(statement, f"global {', '.join(rest)}")
    return sheet.remove_statement(statement)


def needless(sheet: Sheet, where: Where, names: list[str]) -> Fix:
    """Return the fix that takes needless names out of a `global` statement."""
    statement, _ = sheet.statement(where.at)
    if not isinstance(statement, cst.Global):
        raise Unfixable("the statement is not found again")
    title = f"Remove `global {', '.join(names)}`."
    return Fix(title, "safe", (without_global(sheet, statement, set(names)),))
