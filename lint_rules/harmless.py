"""Recognises changes that only fill in what every process would fill in alike.

`if _table is None: _table = build()` wastes work in each process, and that is all, as
long as the value depends on nothing but the program, and every reader goes through the
test. Whether that holds for a place is decided over all changes of it; here one change
is judged by its statement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.given import bound_within, given_names, mentions, nodes

if TYPE_CHECKING:
    from lint_rules.rule import Candidate
    from lint_rules.site import Site

_FILLING = ("rebind:", "attribute:", "item:", "method:setdefault")
_ADDING = ("method:append", "method:add", "method:update", "method:extend")
_MERGING = ("method:update", "method:add", "method:setdefault")
_UNDOING = ("delete", "augment", "loop")


def fills_in(candidate: Candidate, site: Site) -> bool:
    """Tell whether the statement fills in a missing value that is always the same."""
    function = site.function_node()
    if function is None or candidate.kind.endswith(_UNDOING):
        return False
    if _is_made_on_demand(candidate, site):
        return True
    if not candidate.kind.startswith(_FILLING):
        return False
    facts = site.linked.facts(candidate.function)
    constructs = facts is not None and facts.name in {"__init__", "__new__"}
    guarded = _is_guarded(candidate, site, function)
    if not guarded and not constructs:
        return False
    if _is_keyed(candidate, site):
        return _returns(candidate, site, function)
    return not _depends_on_arguments(site, function)


def sets_up(candidate: Candidate, site: Site) -> bool:
    """Tell whether a statement only runs while something missing is made.

    What it stores may not come from an argument of its function, which might be the
    step's own data.
    """
    from lint_rules.link.on_demand import on_demand

    function = site.function_node()
    if function is None or _depends_on_arguments(site, function):
        return False
    return on_demand(candidate.function, frozenset(), site.linked)


def depends_on_arguments(candidate: Candidate, site: Site) -> bool:
    """Tell whether what a statement fills in, or its key, is of the step's making."""
    function = site.function_node()
    if function is None or _is_made_on_demand(candidate, site):
        return False
    text = site.source(site.node)
    value = getattr(site.node, "value", None)
    own = bound_within(value) if isinstance(value, cst.BaseExpression) else set()
    return any(mentions(name, text) for name in given_names(site, function) - own)


def _is_made_on_demand(candidate: Candidate, site: Site) -> bool:
    """Tell whether the function is only called to fill in what is missing."""
    from lint_rules.link.on_demand import on_demand

    if not candidate.kind.startswith((*_FILLING, *_ADDING)):
        return False
    names = [candidate.symbol, *(candidate.place.path if candidate.place else ())]
    return on_demand(candidate.function, frozenset(names) - {"[]", ""}, site.linked)


def merges(candidate: Candidate, site: Site) -> bool:
    """Tell whether the same defaults are put into a container each time.

    `TYPES.update(settings.TYPES)` and `server.setdefault("USER", "admin")` leave alike
    whoever calls them, and however often.
    """
    function = site.function_node()
    if function is not None and _stores_constant(candidate, site):
        return _once(site, function)
    call = site.node.value if isinstance(site.node, cst.Expr) else None
    if candidate.kind not in _MERGING or not isinstance(call, cst.Call):
        return False
    text = " ".join(site.source(argument) for argument in call.args)
    if candidate.kind != "method:setdefault":
        named = re.search(r"[A-Za-z_]\w*", text) is not None
        if not named or any(argument.keyword for argument in call.args):
            return False
    if function is None or re.search(r"(?<!\bgetattr)\(", text):
        return False
    return not any(mentions(name, text) for name in given_names(site, function))


def _stores_constant(candidate: Candidate, site: Site) -> bool:
    """Tell whether the same literal is stored under the same key each time."""
    if not candidate.kind.startswith(("item:", "attribute:")):
        return False
    value = site.node.value if isinstance(site.node, cst.Assign) else None
    name = value.value if isinstance(value, cst.Name) else ""
    literal = isinstance(value, cst.BaseNumber | cst.SimpleString)
    known = literal or name in {"True", "False", "None"}
    return known and not _is_keyed(candidate, site)


def _once(site: Site, function: cst.FunctionDef) -> bool:
    """Tell whether the function leaves when a global is there that it goes on to make.

    What it stores on the way is stored once in each process, before that global exists.
    """
    names: set[str] = set()
    for node in nodes(function):
        if isinstance(node, cst.Global):
            names |= {item.name.value for item in node.names}
        if node is site.node:
            break
        if isinstance(node, cst.If) and _leaves(node):
            test = site.source(node.test)
            if any(mentions(name, test) for name in names):
                return True
    return False


def _names_of(candidate: Candidate, site: Site, function: cst.FunctionDef) -> list[str]:
    """Return the place's name and the locals that hold what was looked up there."""
    names = [candidate.symbol]
    if candidate.place is not None:
        names += [part for part in candidate.place.path if part != "[]"]
    for node in nodes(function):
        if isinstance(node, cst.Assign) and mentions(
            candidate.symbol, site.source(node.value)
        ):
            target = node.targets[0].target
            if isinstance(target, cst.Name):
                names.append(target.value)
    return [name for name in names if name]


def _is_guarded(candidate: Candidate, site: Site, function: cst.FunctionDef) -> bool:
    if candidate.kind == "method:setdefault":
        return True
    names = _names_of(candidate, site, function)
    if any(mentions(name, test) for name in names for test in site.tests()):
        return True
    if _is_after_a_miss(site, names):
        return True
    for node in nodes(function):
        if node is site.node:
            break
        if isinstance(node, cst.If) and _leaves(node):
            test = site.source(node.test)
            if any(mentions(name, test) for name in names):
                return True
        if isinstance(node, cst.Try):
            body = site.source(node.body)
            if "return" in body and any(mentions(name, body) for name in names):
                return True
    return False


def _is_after_a_miss(site: Site, names: list[str]) -> bool:
    """Tell whether the statement handles that nothing was found under the names."""
    for handled in site.within(cst.Try):
        body = site.source(cst.ensure_type(handled, cst.Try).body)
        if any(mentions(name, body) for name in names) and not _is_in(site, handled):
            return True
    return False


def _is_in(site: Site, node: cst.CSTNode) -> bool:
    """Tell whether the statement is in the body of a `try`, not in a handler."""
    from lint_rules.site import statements_below

    body = cst.ensure_type(node, cst.Try).body
    return any(small is site.node for small in statements_below(body))


def _leaves(node: cst.If) -> bool:
    body = node.body.body
    last = body[-1] if body else None
    if isinstance(last, cst.SimpleStatementLine):
        return isinstance(last.body[-1], cst.Return)
    return isinstance(last, cst.Return)


def _is_keyed(candidate: Candidate, site: Site) -> bool:
    """Tell whether a value is kept per key, and the key is not always the same."""
    if candidate.kind == "method:setdefault":
        return True
    if not candidate.kind.startswith("item:") or not isinstance(site.node, cst.Assign):
        return False
    target = site.node.targets[0].target
    if not isinstance(target, cst.Subscript):
        return False
    key = site.source(target).partition("[")[2]
    return re.search(r"\b[a-z_]\w*", re.sub(r"(['\"]).*?\1", "", key)) is not None


def _returns(candidate: Candidate, site: Site, function: cst.FunctionDef) -> bool:
    names = _names_of(candidate, site, function)
    if isinstance(site.node, cst.Assign):
        names.append(site.source(site.node.value))
    for node in nodes(function):
        if isinstance(node, cst.Return) and node.value is not None:
            text = site.source(node.value)
            if any(name in text for name in names):
                return True
    return False


def _depends_on_arguments(site: Site, function: cst.FunctionDef) -> bool:
    value = site.node.value if isinstance(site.node, cst.Assign) else None
    if value is None:
        return True
    text = site.source(value)
    tainted = given_names(site, function) - bound_within(value)
    return any(mentions(name, text) for name in tainted)
