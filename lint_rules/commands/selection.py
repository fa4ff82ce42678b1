"""What is linted for what: the options about rules and files, and the configuration.

An option on the command line stands in for the same key of the configuration file.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.commands.accepting import baseline_file
from lint_rules.commands.fixing import wanted
from lint_rules.commands.usage import UsageError
from lint_rules.finding import SEVERITIES
from lint_rules.formatters import TELLING_FIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lint_rules.config import Config
    from lint_rules.patterns import FilePatterns
    from lint_rules.settings import Settings

_TOLD = argparse.BooleanOptionalAction


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose rules and files."""
    group = parser.add_argument_group("rules (codes or names, comma separated)")
    group.add_argument("--select", action="append", help="run only these rules")
    group.add_argument("--ignore", action="append", help="do not run these rules")
    group.add_argument("--extend-select", action="append", help="run these as well")
    group.add_argument(
        "--per-file-ignores",
        action="append",
        metavar="PATTERN:RULES",
        help="do not tell what these rules find in these files",
    )
    group.add_argument("--strict", action=_TOLD, help="show info findings as well")
    group.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        help="the lowest severity that makes the exit code 1 (default: warn)",
    )
    files = parser.add_argument_group("program")
    files.add_argument(
        "--config", metavar="FILE", help="read [tool.durable-lint] from this file"
    )
    files.add_argument(
        "--exclude",
        action="append",
        metavar="PATTERN",
        help="leave these files out; patterns as in .gitignore",
    )
    files.add_argument(
        "--all-functions",
        action="store_true",
        help="take every function and method for reachable, not only what steps call",
    )


def settings_for(options: argparse.Namespace, paths: Iterable[Path]) -> Settings:
    """Read the configuration file that a program has."""
    from lint_rules.settings import BadSettings, find_settings, read_settings

    try:
        if options.config:
            return read_settings(Path(options.config))
        return find_settings(paths)
    except BadSettings as error:
        raise UsageError(str(error)) from error


def configure(options: argparse.Namespace, settings: Settings | None = None) -> Config:
    """Join the options and the configuration file, by default the one that is found."""
    from lint_rules.config import Config
    from lint_rules.listing import codes

    if settings is None:
        settings = settings_for(options, map(Path, options.paths))
    known = codes()
    clients = settings.values.get("clients", {})
    return Config(
        names=known,
        selected=_selected(options, settings, known),
        roots=tuple(str(settings.path(r).resolve()) for r in settings.strings("roots")),
        steps=settings.strings("steps"),
        pure=settings.strings("pure"),
        shared_paths=settings.strings("shared-paths"),
        safe_clients=frozenset(clients.get("safe", ())),
        unsafe_clients=frozenset(clients.get("unsafe", ())),
        exclude=_excluded(options, settings),
        per_file_ignores=_by_file(options, settings, known),
        all_functions=options.all_functions,
        fixes=wanted(options) or options.output_format in TELLING_FIXES,
        strict=_strict(options, settings),
        fail_on=options.fail_on or settings.values.get("fail-on", "warn"),
        baseline=baseline_file(options, settings),
        file=str(settings.file or ""),
    )


def _strict(options: argparse.Namespace, settings: Settings) -> bool:
    given = options.strict
    return bool(settings.values.get("strict") if given is None else given)


def _selected(
    options: argparse.Namespace, settings: Settings, known: dict[str, str]
) -> frozenset[str]:
    """Return the rules that run.

    `--select` sets every choice of the file aside: it would be of little use if the
    file's `ignore` took away again what was asked for.
    """
    chosen = {
        "select": options.select,
        "extend-select": options.extend_select,
        "ignore": options.ignore,
    }
    if options.select is None:
        for key, given in chosen.items():
            chosen[key] = given if given is not None else settings.values.get(key)
    found = {key: _codes(given or (), known) for key, given in chosen.items()}
    selected = found["select"] or frozenset(known.values())
    return (selected | found["extend-select"]) - found["ignore"]


def _codes(given: Iterable[str], known: dict[str, str]) -> frozenset[str]:
    from lint_rules.listing import rules_named

    words = [word.strip() for part in given for word in part.split(",")]
    found = {word: rules_named(word, known) for word in words if word}
    unknown = [repr(word) for word, codes in found.items() if not codes]
    if unknown:
        message = f"no rule {', '.join(unknown)}; see `durable-lint --list-rules`"
        raise UsageError(message)
    return frozenset().union(*found.values())


def _excluded(options: argparse.Namespace, settings: Settings) -> FilePatterns:
    if options.exclude is not None:
        return _patterns(os.getcwd(), options.exclude)
    return _patterns(settings.folder, settings.strings("exclude"))


def _by_file(
    options: argparse.Namespace, settings: Settings, known: dict[str, str]
) -> tuple[tuple[FilePatterns, frozenset[str]], ...]:
    if options.per_file_ignores is None:
        configured = settings.values.get("per-file-ignores", {})
        return tuple(
            (_patterns(settings.folder, [pattern]), _codes(rules, known))
            for pattern, rules in configured.items()
        )
    found: list[tuple[FilePatterns, frozenset[str]]] = []
    for given in options.per_file_ignores:
        pattern, colon, rules = given.rpartition(":")
        codes = _codes([rules], known)
        if not (colon and pattern and codes):
            message = f"--per-file-ignores {given!r}: expected PATTERN:RULE,RULE"
            raise UsageError(message)
        found.append((_patterns(os.getcwd(), [pattern]), codes))
    return tuple(found)


def _patterns(folder: Path | str, lines: Iterable[str]) -> FilePatterns:
    from lint_rules.patterns import FilePatterns

    return FilePatterns(os.path.realpath(folder), tuple(lines))
