"""What rules of your own are made of; docs/linter-rules.md shows one.

These names stay. What else there is in `lint_rules` may change with any release.
"""

from __future__ import annotations

from lint_rules.fix import Edit, Fix, Position
from lint_rules.fixes.workbench import Unfixable, Workbench
from lint_rules.link.effects import Effect
from lint_rules.link.linked import Linked
from lint_rules.rule import Candidate, Mention, Rule, candidate_of
from lint_rules.site import Site

__all__ = [
    "Candidate",
    "Edit",
    "Effect",
    "Fix",
    "Linked",
    "Mention",
    "Position",
    "Rule",
    "Site",
    "Unfixable",
    "Workbench",
    "candidate_of",
]
