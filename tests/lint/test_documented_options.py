"""The linter's page tells of every option and of every key, and of no others."""

from __future__ import annotations

import re
from pathlib import Path

from lint_rules.checklist import QUESTIONS
from lint_rules.commands.parser import parser
from lint_rules.setting_keys import KEYS

PAGE = (Path(__file__).parents[2] / "docs/linter.md").read_text(encoding="utf-8")


def options() -> set[str]:
    """Return the long names of all options."""
    names = {name for action in parser()._actions for name in action.option_strings}
    return {name for name in names if name.startswith("--")} - {"--help"}


def test_every_option_is_told_of() -> None:
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE))
    same = set(re.findall(r"^\| (`.+?`) \| the same \|", PAGE, re.MULTILINE))
    told |= {f"--{name}" for row in same for name in re.findall(r"`(.+?)`", row)}
    told |= {"--per-file-ignores"} if "`PATTERN:RULES`" in PAGE else set()
    assert options() <= told


def test_every_key_is_told_of_and_no_other() -> None:
    table = PAGE.partition("| key | option | holds |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`(.+?)`", cell)} == set(
        KEYS
    )


def test_the_nine_questions_are_those_that_are_asked() -> None:
    assert re.findall(r"^\d\. (.+\?) \(", PAGE, re.MULTILINE) == [
        q.text for q in QUESTIONS
    ]
