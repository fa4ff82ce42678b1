"""Takes a function off the cache in the memory of the process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.catalog import resources
from lint_rules.fix import Fix
from lint_rules.fixes.globals import Definition, defined
from lint_rules.fixes.imports import unused, words
from lint_rules.fixes.workbench import Sheet, Unfixable, nodes
from lint_rules.link.linked import CHANGES
from lint_rules.link.values import STEP, Made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.facts.ir import FunctionFacts
    from lint_rules.fix import Edit
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.rule import Candidate

_OF_THE_CACHE = ("cache_clear", "cache_info", "cache_parameters", "__wrapped__")
_RESOURCES = (
    resources.CONNECTIONS | resources.SESSIONS | resources.BUFFERS | resources.FORK_SAFE
) | {"generator"}


def uncached(candidate: Candidate, bench: Workbench) -> Fix:
    """Return the fix that lets a function be called anew each time."""
    sheet = bench.sheet(candidate.module)
    function = _function(candidate, bench)
    _require_that_results_are_values(function, bench)
    _require_that_nothing_asks_the_cache(function, bench)
    node, _ = sheet.statement(candidate.where.at)
    if isinstance(node, cst.FunctionDef):
        edits = _without_decorator(sheet, node, candidate, bench)
    else:
        edits = _without_call(sheet, node, bench)
    name = candidate.symbol.rpartition(".")[2]
    return Fix(f"Take `{name}` off the cache.", "unsafe", tuple(edits))


def _function(candidate: Candidate, bench: Workbench) -> str:
    """Return the id of the function whose results are kept."""
    for function, site in bench.linked.machine.cache_sites.items():
        name = function.rpartition(":")[2]
        if site == (candidate.module, candidate.where) and name == candidate.symbol:
            return function
    raise Unfixable("another function may be meant")


def _require_that_results_are_values(function: str, bench: Workbench) -> None:
    """Refuse where all callers must get the same object, or one is enough for all.

    A step that changes what it got wants the next one to see that; a connection or a
    client is made once for a reason; a recursive function may count on the cache.
    """
    linked = bench.linked
    if function in linked.reach.below(function) - {function} or any(
        edge.caller == edge.callee == function for edge in linked.machine.edges
    ):
        raise Unfixable("the function calls itself")
    for effect in linked.effects:
        place = effect.place
        kept = place is not None and (place.root, place.owner) == ("memo", function)
        if kept and effect.kind in CHANGES:
            raise Unfixable("steps change what the function returns")
    for value in linked.machine.cells.peek(("return", STEP, function)):
        if isinstance(value.thing, Made) and _is_one_of_a_kind(value.thing, bench):
            raise Unfixable("the function returns an object that may be one of a kind")


def _is_one_of_a_kind(made: Made, bench: Workbench) -> bool:
    by_class = made.type.rpartition(".")[2][:1].isupper()
    return by_class or bench.linked.is_ours(made.type) or made.type in _RESOURCES


def _require_that_nothing_asks_the_cache(function: str, bench: Workbench) -> None:
    facts = bench.linked.facts(function)
    name = facts.name if facts is not None else ""
    for module in bench.mentioning(name):
        text = bench.project.sources[module].text
        if re.search(rf"\b{name}\s*\.\s*({'|'.join(_OF_THE_CACHE)})\b", text):
            raise Unfixable("the program uses the methods of the cache")


def _without_decorator(
    sheet: Sheet, node: cst.FunctionDef, candidate: Candidate, bench: Workbench
) -> list[Edit]:
    decorator = _decorator(node, _facts(candidate, bench), candidate)
    if decorator is None or _keyword(decorator, "key") is not None:
        raise Unfixable("the decorator has more to say than that results are kept")
    edits = [sheet.remove_lines(*sheet.span(decorator))]
    gone: list[cst.CSTNode] = [decorator]
    for store in _stores_of(sheet, decorator):
        edits.append(sheet.remove_block(sheet.line_of(store)))
        gone.append(store)
    return edits + _imports_of(sheet, gone, bench)


def _stores_of(sheet: Sheet, decorator: cst.Decorator) -> Iterator[cst.CSTNode]:
    """Return the statements that make what only this decorator keeps results in."""
    call = decorator.decorator
    for arg in call.args if isinstance(call, cst.Call) else ():
        home = _definition(sheet, arg.value)
        if home is not None:
            own = {id(n) for part in (decorator, home.statement) for n in nodes(part)}
            if all(id(word) in own for word in words(sheet.module, home.name)):
                yield home.statement


def _definition(sheet: Sheet, node: cst.BaseExpression) -> Definition | None:
    try:
        return defined(sheet, node.value) if isinstance(node, cst.Name) else None
    except Unfixable:
        return None


def _facts(candidate: Candidate, bench: Workbench) -> FunctionFacts:
    facts = bench.linked.facts(f"{candidate.module}:{candidate.symbol}")
    if facts is None:
        raise Unfixable("the function is not part of the program")
    return facts


def _decorator(
    node: cst.FunctionDef, facts: FunctionFacts, candidate: Candidate
) -> cst.Decorator | None:
    """Return the decorator that the finding is about."""
    for number, (_, where) in enumerate(facts.decorators):
        if where == candidate.where and number < len(node.decorators):
            return node.decorators[number]
    return None


def _keyword(decorator: cst.Decorator, name: str) -> cst.Arg | None:
    call = decorator.decorator
    for arg in call.args if isinstance(call, cst.Call) else ():
        if arg.keyword is not None and arg.keyword.value == name:
            return arg
    return None


def _without_call(sheet: Sheet, node: cst.CSTNode, bench: Workbench) -> list[Edit]:
    """Turn `read = cache(_read)` into `read = _read`."""
    call = node.value if isinstance(node, cst.Assign | cst.AnnAssign) else None
    if not isinstance(call, cst.Call) or len(call.args) != 1:
        raise Unfixable("the cache is not made by a plain call")
    inner = call.args[0]
    if inner.keyword is not None or inner.star or not isinstance(inner.value, cst.Name):
        raise Unfixable("the cache is not made by a plain call")
    rewritten = sheet.rewrite(call, inner.value.value)
    return [rewritten, *_imports_of(sheet, [call.func], bench)]


def _imports_of(sheet: Sheet, gone: list[cst.CSTNode], bench: Workbench) -> list[Edit]:
    """Remove the imports that only these expressions used."""
    inner = [node for part in gone for node in nodes(part)]
    names = {node.value for node in inner if isinstance(node, cst.Name)}
    return unused(sheet, names, gone, bench)
