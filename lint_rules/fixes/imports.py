"""Removes imports that a fix leaves unused, and adds those it needs."""

from __future__ import annotations

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
    sheet: Sheet, name: str, removed: Iterable[cst.CSTNode], bench: Workbench
) -> list[Edit]:
    """Return the edit that removes the import of a name which only `removed` uses."""
    gone = {id(inner) for node in removed for inner in nodes(node)}
    found = _import_of(sheet, name)
    if found is None:
        return []
    if any(is_taken_by(other, sheet, name, bench) for other in bench.mentioning(name)):
        return []
    statement, alias = found
    gone |= {id(inner) for inner in nodes(statement)}
    if any(id(word) not in gone for word in words(sheet.module, name)):
        return []
    return [_without(sheet, statement, alias)]


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
    sheet: Sheet, statement: cst.Import | cst.ImportFrom, alias: cst.ImportAlias
) -> Edit:
    aliases = () if isinstance(statement.names, cst.ImportStar) else statement.names
    if len(aliases) == 1:
        return sheet.remove_lines(*sheet.span(sheet.line_of(statement)))
    place = aliases.index(alias)
    if place + 1 < len(aliases):
        start, end = sheet.span(alias)[0], sheet.span(aliases[place + 1])[0]
    else:
        start, end = sheet.span(aliases[place - 1])[1], sheet.span(alias)[1]
    if "#" in sheet.text[start:end]:
        raise Unfixable("a comment stands within the import")
    return sheet.replace(start, end, "")
