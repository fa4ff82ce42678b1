"""Which rules run: `--select`, `--ignore`, `--extend-select`, `--strict`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.commands.fixing import wanted
from lint_rules.commands.usage import UsageError
from lint_rules.formatters import TELLING_FIXES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from lint_rules.config import Config


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose rules."""
    group = parser.add_argument_group("rules (codes or names, comma separated)")
    group.add_argument("--select", action="append", help="run only these rules")
    group.add_argument("--ignore", action="append", help="do not run these rules")
    group.add_argument("--extend-select", action="append", help="run these as well")
    group.add_argument("--strict", action="store_true", help="show info findings")


def configure(options: argparse.Namespace) -> Config:
    """Turn the options into a configuration."""
    from lint_rules.config import Config
    from lint_rules.listing import codes

    known = codes()
    selected = _codes(options.select, known) or frozenset(known.values())
    selected |= _codes(options.extend_select, known)
    selected -= _codes(options.ignore, known)
    return Config(
        selected=selected,
        strict=options.strict,
        names=known,
        fixes=wanted(options) or options.output_format in TELLING_FIXES,
    )


def spelled(rule: str, known: Mapping[str, str]) -> str:
    """Return a code or a name as the catalogue spells it."""
    upper, lower = rule.strip().upper(), rule.strip().lower()
    return lower if lower in known else upper


def _codes(given: list[str] | None, known: dict[str, str]) -> frozenset[str]:
    found: set[str] = set()
    for part in filter(str.strip, ",".join(given or []).split(",")):
        word = spelled(part, known)
        matches = {known[word]} if word in known else set()
        matches |= {code for code in known.values() if code.startswith(word)}
        if not matches:
            message = f"no rule {part.strip()!r}; see `durable-lint --list-rules`"
            raise UsageError(message)
        found |= matches
    return frozenset(found)
