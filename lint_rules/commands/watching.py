"""`--watch`: lints again when a file of the program changes."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lint_rules.commands.usage import CLEAN

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

PAUSE = 0.5
Snapshot: TypeAlias = dict[str, tuple[int, int]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the option that keeps linting."""
    group = parser.add_argument_group("watching")
    group.add_argument(
        "--watch", action="store_true", help="lint again when a file changes"
    )


def watch(batches: Iterable[list[str]], lint: Callable[[], int]) -> int:
    """Lint, and again after each batch of changed files, until there are no more."""
    lint()
    for batch in batches:
        more = f" and {len(batch) - 1} more" if len(batch) > 1 else ""
        print(f"\n{batch[0]}{more} changed.", flush=True)
        lint()
    return CLEAN


def changes(paths: list[Path]) -> Iterator[list[str]]:
    """Yield the files that change, for ever, a batch at a time."""
    before = snapshot(paths)
    while True:
        time.sleep(PAUSE)
        now = snapshot(paths)
        changed = changed_between(before, now)
        before = now
        if changed:
            yield changed


def changed_between(before: Snapshot, now: Snapshot) -> list[str]:
    """Return the files that came, went or changed between two snapshots."""
    names = before.keys() | now.keys()
    return sorted(name for name in names if before.get(name) != now.get(name))


def snapshot(paths: Iterable[Path]) -> Snapshot:
    """Return time and size of every file that may matter, by its path."""
    from lint_rules.discover import program_files
    from lint_rules.folders import Folders

    found: Snapshot = {}
    for path, _ in program_files(paths, Folders()):
        try:
            known = os.stat(path)
        except OSError:
            continue
        found[os.path.relpath(path)] = (known.st_mtime_ns, known.st_size)
    return found
