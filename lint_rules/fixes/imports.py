"""Removes imports that a fix leaves unused, and adds those it needs."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fixes.workbench import Sheet, Unfixable, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.fix import Edit
    from lint_rules.fixes.workbench import Workbench

_STRINGS = cst.SimpleString | cst.FormattedStringText


def words(node: cst.CSTNode, name: str) -> Iterator[cst.CSTNode]:
    """Return every name below a node, and every string that contains it.

    The name of an attribute or of an argument is none. A string may be an annotation,
    or an entry of `__all__`: to find too much only means to leave something alone.
    """
    if _is_word(node, name):
        yield node
    skipped: cst.CSTNode | None = None
    if isinstance(node, cst.Attribute):
        skipped = node.attr
    elif isinstance(node, cst.Arg):
        skipped = node.keyword
    for child in node.children:
        if child is not skipped:
            yield from words(child, name)


def _is_word(node: cst.CSTNode, name: str) -> bool:
    if isinstance(node, _STRINGS):
        return re.search(rf"\b{name}\b", node.value) is not None
    return isinstance(node, cst.Name) and node.value == name


def unused(
    sheet: Sheet,
    names: Iterable[str],
    removed: Iterable[cst.CSTNode],
    bench: Workbench,
) -> list[Edit]:
    """Return the edits that remove the imports of names which only `removed` uses."""
    gone = {id(inner) for node in removed for inner in nodes(node)}
    going: dict[cst.CSTNode, list[cst.ImportAlias]] = {}
    for name in sorted(set(names)):
        found = _import_of(sheet, name)
        if found is not None and not _is_needed(sheet, name, found[0], gone, bench):
            going.setdefault(found[0], []).append(found[1])
    return [_without(sheet, statement, aliases) for statement, aliases in going.items()]


def _is_needed(
    sheet: Sheet,
    name: str,
    statement: cst.CSTNode,
    gone: set[int],
    bench: Workbench,
) -> bool:
    if any(is_taken_by(other, sheet, name, bench) for other in bench.mentioning(name)):
        return True
    own = {id(inner) for inner in nodes(statement)}
    return any(id(word) not in gone | own for word in words(sheet.module, name))


def _import_of(
    sheet: Sheet, name: str
) -> tuple[cst.Import | cst.ImportFrom, cst.ImportAlias] | None:
    """Return the one import at the top of the module that binds a name."""
    found: list[tuple[cst.Import | cst.ImportFrom, cst.ImportAlias]] = []
    for statement, above in sheet.statements():
        if isinstance(statement, cst.Import | cst.ImportFrom) and not above:
            aliases = statement.names
            for alias in () if isinstance(aliases, cst.ImportStar) else aliases:
                if bound(alias) == name:
                    found.append((statement, alias))
    return found[0] if len(found) == 1 else None


def bound(alias: cst.ImportAlias) -> str:
    """Return the name that an import binds."""
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return alias.evaluated_name.partition(".")[0]


def known_before(sheet: Sheet, place: cst.CSTNode) -> set[str]:
    """Return the names that a module has when it comes to a statement at its top."""
    found = set(dir(builtins))
    for statement, above in sheet.statements():
        if statement is place:
            break
        if above:
            continue
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            found.add(statement.name.value)
        elif isinstance(statement, cst.Import | cst.ImportFrom):
            aliases = statement.names
            if not isinstance(aliases, cst.ImportStar):
                found |= {bound(alias) for alias in aliases}
        else:
            found |= {t.value for t in _targets(statement) if isinstance(t, cst.Name)}
    return found


def _targets(statement: cst.CSTNode) -> list[cst.BaseExpression]:
    if isinstance(statement, cst.Assign):
        return [target.target for target in statement.targets]
    if isinstance(statement, cst.AnnAssign) and statement.value is not None:
        return [statement.target]
    return []


def is_taken_by(module: str, sheet: Sheet, name: str, bench: Workbench) -> bool:
    """Tell whether another module seems to take a name from this one."""
    own = sheet.name.rpartition(".")[2]
    taken = re.compile(
        rf"\bimport\s+(\([^)]*\b{name}\b|[^\n(]*\b{name}\b|\*)|\b{own}\.{name}\b"
    )
    text = bench.project.sources[module].text if module != sheet.name else ""
    for found in taken.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.end()]
        if re.search(rf"\b{own}\b", line) or re.search(r"from\s+\.+\s+import", line):
            return True
    return False


def _without(
    sheet: Sheet, statement: cst.CSTNode, going: list[cst.ImportAlias]
) -> Edit:
    """Take names out of an import statement, or the whole of it."""
    names: list[cst.ImportAlias] = list(getattr(statement, "names", ()))
    staying = [alias for alias in names if not any(alias is one for one in going)]
    if not staying:
        return sheet.remove_lines(*sheet.span(sheet.line_of(statement)))
    place = names.index(going[0])
    if len(going) > 1:
        start, end = sheet.span(names[0])[0], sheet.span(names[-1])[1]
        text = ", ".join(sheet.source(alias).rstrip(", \n") for alias in staying)
    elif place + 1 < len(names):
        start, end, text = sheet.span(going[0])[0], sheet.span(names[place + 1])[0], ""
    else:
        start, end, text = sheet.span(names[place - 1])[1], sheet.span(going[0])[1], ""
    if "#" in sheet.text[start:end]:
        raise Unfixable("a comment stands within the import")
    return sheet.replace(start, end, text)
