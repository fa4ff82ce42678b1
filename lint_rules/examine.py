"""Parses the files with candidates and hands each statement to its rules, once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.errors import named
from lint_rules.facts.nesting import has_deep_pattern
from lint_rules.site import Site, walk

if TYPE_CHECKING:
    from lint_rules.link.linked import Linked
    from lint_rules.rule import Candidate, Rule


def examine_file(
    source: str, nominated: list[tuple[Rule, Candidate]], linked: Linked
) -> list[tuple[Rule, Candidate]]:
    """Return the candidates of one file that their rules stand by."""
    module = _parsed(source.removeprefix("\ufeff"))
    if module is None:
        return nominated
    waiting: defaultdict[int, list[tuple[Rule, Candidate]]] = defaultdict(list)
    for rule, candidate in nominated:
        waiting[candidate.where.at].append((rule, candidate))
    kept: list[tuple[Rule, Candidate]] = []
    for number, node, ancestors in walk(module):
        if not waiting:
            break
        for rule, candidate in waiting.pop(number, ()):
            site = Site(node, ancestors, module, linked)
            result = _examined(rule, candidate, site)
            if result is not None:
                kept.append((rule, result))
    return kept


def _parsed(source: str) -> cst.Module | None:
    if has_deep_pattern(source):
        return None
    try:
        return cst.parse_module(source)
    except (cst.ParserSyntaxError, cst.CSTLogicError):
        return None


def _examined(rule: Rule, candidate: Candidate, site: Site) -> Candidate | None:
    try:
        with named(rule):
            return rule.examine(candidate, site)
    except RecursionError:
        # Libcst writes out code by functions that call each other, some six a level.
        return candidate
