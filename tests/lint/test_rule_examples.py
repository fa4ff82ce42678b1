"""A rule's page shows one bad and one good program, and both are true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fixing import fixed
from linting import examples

from lint_rules.rules import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lint_rules.finding import Finding
    from lint_rules.rule import Rule

RULES = {f"{rule.code} {rule.name}": rule for rule in all_rules()}


def rules(test: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.parametrize("rule", RULES.values(), ids=RULES)(test)


@rules
def test_the_bad_program_is_reported_where_it_says_so(
    rule: Rule, linted: Callable[..., list[Finding]]
) -> None:
    bad = examples(rule)["Bad"].strip("\n")
    base = "DUR103" if rule.code == "DUR101" else ""
    findings = linted({"flow.py": bad}, base)
    lines = bad.splitlines()
    wanted = [n for n, line in enumerate(lines, 1) if line.endswith("# reported")]
    found = [(f.line, f.code) for f in findings if f.code == rule.code]
    assert found == [(line, rule.code) for line in wanted]
    assert wanted


@rules
def test_the_good_program_has_no_finding_at_all(
    rule: Rule, linted: Callable[..., list[Finding]]
) -> None:
    assert linted({"flow.py": examples(rule)["Good"].strip("\n")}) == []


def test_codes_and_names_are_unique() -> None:
    found = all_rules()
    assert len({rule.code for rule in found}) == len(found)
    assert len({rule.name for rule in found}) == len(found)


@rules
def test_every_rule_says_why_and_what_to_do(rule: Rule) -> None:
    assert rule.advice
    assert rule.why or rule.code == "DUR101"


# Their fixes make the Good program of the Bad one, or the one that is called Fixed.
FIXING = [
    "DUR101",
    "DUR102",
    "DUR103",
    "DUR112",
    "DUR201",
    "DUR311",
    "DUR405",
    "DUR601",
    "DUR703",
]


@rules
def test_the_fix_makes_the_program_that_the_page_shows(
    rule: Rule, tmp_path: Path
) -> None:
    parts = examples(rule)
    bad = parts["Bad"].strip("\n").replace("  # reported", "") + "\n"
    after = parts.get("Fixed", parts["Good"]).strip("\n") + "\n"
    assert fixed(tmp_path, bad) == (after if rule.code in FIXING else bad)
