"""Which names of a function hold what it was given, or what comes from that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.site import Site

_OWN = frozenset({"self", "cls", "mcs"})


def mentions(name: str, text: str) -> bool:
    """Tell whether a name stands in a text as a word."""
    return bool(name) and re.search(rf"\b{re.escape(name)}\b", text) is not None


def nodes(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """Return every statement of a function, in document order."""
    from lint_rules.site import statements_of

    yield from statements_of(function)


def bound_within(value: cst.BaseExpression) -> set[str]:
    """Return the names that a comprehension gives to what it goes through."""
    inner = getattr(value, "for_in", None)
    target = inner.target if isinstance(inner, cst.CompFor) else None
    return {target.value} if isinstance(target, cst.Name) else set()


def given_names(site: Site, function: cst.FunctionDef) -> set[str]:
    """Return the local names whose value may depend on the arguments."""
    params = function.params
    named = [*params.posonly_params, *params.params, *params.kwonly_params]
    extra = [
        p for p in (params.star_arg, params.star_kwarg) if isinstance(p, cst.Param)
    ]
    tainted = {p.name.value for p in (*named, *extra)} - _OWN
    for _ in range(2):
        for node in nodes(function):
            tainted |= _tainted_by(node, tainted, site)
    return tainted


def _tainted_by(node: cst.CSTNode, tainted: set[str], site: Site) -> set[str]:
    if isinstance(node, cst.Assign):
        targets = [target.target for target in node.targets]
        source = site.source(node.value)
    elif isinstance(node, cst.For):
        targets, source = [node.target], site.source(node.iter)
    else:
        return set()
    if not any(mentions(name, source) for name in tainted):
        return set()
    return {t.value for t in targets if isinstance(t, cst.Name)}
