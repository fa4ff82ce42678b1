"""The baseline: `--baseline`, `--write-baseline`."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.commands.usage import CLEAN, UsageError

if TYPE_CHECKING:
    import argparse

    from lint_rules.baseline import Entry
    from lint_rules.config import Config
    from lint_rules.finding import Finding
    from lint_rules.report import Report
    from lint_rules.settings import Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options about findings that are accepted for now."""
    group = parser.add_argument_group("baseline")
    group.add_argument(
        "--baseline", metavar="FILE", help="do not tell the findings listed there"
    )
    group.add_argument(
        "--write-baseline",
        action="store_true",
        help="list there what is found now, and tell nothing",
    )


def baseline_file(options: argparse.Namespace, settings: Settings) -> str:
    """Return the absolute path of the baseline, or nothing."""
    if options.baseline is not None:
        return str(Path.cwd() / options.baseline)
    configured = settings.values.get("baseline")
    if configured:
        return str(settings.folder / str(configured))
    if options.write_baseline:
        raise UsageError(
            "--write-baseline needs --baseline FILE, or `baseline` in the configuration"
        )
    return ""


def accept(report: Report, paths: list[Path], config: Config) -> None:
    """Take the findings of the baseline out of a report; add its stale entries."""
    from lint_rules.baseline import STALE, entry_of, stale

    if not config.baseline:
        return
    file = Path(config.baseline)
    entries = _read(file)
    accepted = frozenset(key for entry in entries for key in entry.keys)
    found = {finding: entry_of(finding, file).keys for finding in report.findings}
    there = frozenset(key for keys in found.values() for key in keys)
    report.findings = [f for f, keys in found.items() if accepted.isdisjoint(keys)]
    excuse = f"accepted in {os.path.relpath(file)}"
    report.suppressed += [
        replace(finding, excuse=excuse, accepted=True)
        for finding, keys in found.items()
        if not accepted.isdisjoint(keys)
    ]
    if config.enabled(STALE):
        gone = [entry for entry in entries if there.isdisjoint(entry.keys)]
        report.findings += [
            stale(entry, file)
            for entry in gone
            if _was_looked_at(entry, file, paths, config)
        ]
        report.findings.sort(key=lambda finding: finding.order)


def write(findings: list[Finding], paths: list[Path], config: Config) -> int:
    """Write the baseline; what this run has not looked at stays as it is."""
    from lint_rules.baseline import entry_of, text_of

    file = Path(config.baseline)
    old = _read(file) if file.exists() else []
    kept = [entry for entry in old if not _was_looked_at(entry, file, paths, config)]
    known = {key: entry for entry in old for key in entry.keys}
    entries = {entry.fingerprint: entry for entry in kept}
    for finding in findings:
        new = entry_of(finding, file)
        entry = next((known[key] for key in new.keys if key in known), new)
        entries[entry.fingerprint] = entry
    try:
        file.write_text(text_of(entries.values()), encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"cannot write {os.path.relpath(file)}: {error.strerror or error}"
        raise UsageError(message) from error
    noun = "finding" if len(entries) == 1 else "findings"
    print(f"Accepted {len(entries)} {noun} in {os.path.relpath(file)}.")
    return CLEAN


def _read(file: Path) -> list[Entry]:
    from lint_rules.baseline import BadBaseline, read_baseline

    if not file.exists():
        message = (
            f"no such baseline: {os.path.relpath(file)}; make it with --write-baseline"
        )
        raise UsageError(message)
    try:
        return read_baseline(file)
    except BadBaseline as error:
        raise UsageError(f"bad baseline: {error}") from error


def _was_looked_at(entry: Entry, file: Path, paths: list[Path], config: Config) -> bool:
    """Tell whether a run would have told the finding of an entry."""
    place = Path(os.path.realpath(file.parent / entry.path))
    tops = [Path(os.path.realpath(path)) for path in paths]
    code = entry.fingerprint.code
    return (
        config.enabled(code)
        and any(top == place or top in place.parents for top in tops)
        and not config.exclude.match(place)
        and code not in config.ignored_in(place)
    )
