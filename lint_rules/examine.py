"""Parses the files with candidates and hands each statement to its rules, once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.errors import named
from lint_rules.site import Site, walk

if TYPE_CHECKING:
    from lint_rules.link.linked import Linked
    from lint_rules.rule import Candidate, Rule


def examine_file(
    source: str, nominated: list[tuple[Rule, Candidate]], linked: Linked
) -> list[tuple[Rule, Candidate]]:
    """Return the candidates of one file that their rules stand by."""
    try:
        module = cst.parse_module(source.removeprefix("\ufeff"))
    except cst.ParserSyntaxError:
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
            with named(rule):
                result = rule.examine(candidate, site)
            if result is not None:
                kept.append((rule, result))
    return kept
