"""Every rule by code: those with a class, and those the runner itself reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lint_rules.rules import all_rules, codes_by_name

if TYPE_CHECKING:
    from collections.abc import Mapping


class Entry(NamedTuple):
    """A line of the catalogue."""

    code: str
    name: str
    severity: str
    page: str

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        return self.page.partition("\n\n")[0]

    @property
    def prose(self) -> str:
        """What the page says before its examples, in one line."""
        prose = re.split(r"(?m)^(?:Bad|Good):$", self.page)[0]
        return " ".join(prose.split())


_OWN = (
    Entry(
        "DUR901",
        "unused-suppression",
        "warn",
        "A `# durable: ignore[...]` comment hides nothing.\n\nRemove it.",
    ),
    Entry(
        "DUR902",
        "suppression-without-reason",
        "warn",
        "A `# durable: ignore[...]` comment gives no reason.\n\n"
        "Write the reason after the bracket: `# durable: ignore[DUR103] one worker`.",
    ),
    Entry(
        "DUR903",
        "blanket-suppression",
        "warn",
        "A `# durable: ignore` comment names no rule.\n\n"
        "It hides what is found there later as well, unseen. Name the rules in"
        " brackets: `# durable: ignore[DUR103] one worker`.",
    ),
    Entry(
        "DUR904",
        "stale-baseline",
        "warn",
        "The baseline accepts a finding that there is none of any more.\n\n"
        "A new finding of the same kind at the same place would be accepted unseen."
        " Write the baseline anew with `--write-baseline`.",
    ),
    Entry(
        "DUR905",
        "parse-error",
        "error",
        "A file cannot be read as Python, so its steps were not looked at.",
    ),
)


def entries() -> list[Entry]:
    """Return the whole catalogue, by code."""
    import inspect

    found = [
        Entry(rule.code, rule.name, rule.severity, inspect.getdoc(type(rule)) or "")
        for rule in all_rules()
    ]
    return sorted([*found, *_OWN])


def own_names() -> dict[str, str]:
    """Return the codes of what the runner itself reports, by kebab name."""
    return {entry.name: entry.code for entry in _OWN}


def codes() -> dict[str, str]:
    """Return codes by code and by kebab name."""
    by_name = {**codes_by_name(), **own_names()}
    return {**by_name, **{code: code for code in by_name.values()}}


def spelled(rule: str, known: Mapping[str, str]) -> str:
    """Return a code or a name as the catalogue spells it."""
    upper, lower = rule.strip().upper(), rule.strip().lower()
    return lower if lower in known else upper


def rules_named(word: str, known: Mapping[str, str]) -> frozenset[str]:
    """Return the codes that a code, a name or the beginning of codes means."""
    word = spelled(word, known)
    if word in known:
        return frozenset({known[word]})
    return frozenset(code for code in known.values() if word and code.startswith(word))
