"""What durable-lint reads of a tree, and what its facts cost, next to `ast.parse`.

It is run as a process of its own, and prints one JSON object.
"""

from __future__ import annotations

import ast
import json
import statistics
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import process_time

from lint_rules.config import Config
from lint_rules.facts.reader import read_module
from lint_rules.folders import Folders
from lint_rules.imports import Imports
from lint_rules.project import load
from lint_rules.source import Source, parse

Sources = dict[str, Source]


def parse_only(sources: Sources) -> None:
    """Parse all files and do nothing with them."""
    for source in sources.values():
        with suppress(SyntaxError):  # few files are in the syntax of a newer Python
            ast.parse(source.text.removeprefix("\ufeff"))


def facts_of(folder: Path, sources: Sources) -> list[object]:
    """Parse all files and read their facts, as a run without a cache does."""
    imports = Imports([folder], Folders())
    return [
        read_module(
            parse(source),
            name,
            str(source.path),
            is_package=source.path.name == "__init__.py",
            canonical=imports.of(source.path),
        )
        for name, source in sources.items()
    ]


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    started = process_time()
    work()
    return process_time() - started


def main() -> None:
    """Measure one folder, some times over."""
    warnings.simplefilter("ignore")
    folder, repetitions = Path(sys.argv[1]), int(sys.argv[2])
    sources = load([folder], Config(selected=frozenset(), names={})).sources
    lines = sum(source.content.count(b"\n") for source in sources.values())
    works = (lambda: parse_only(sources), lambda: facts_of(folder, sources))
    rounds = [tuple(map(seconds, works)) for _ in range(repetitions if lines else 0)]
    # Seconds for each line are milliseconds for a thousand lines, times a million.
    costs = (
        [statistics.median(r[which] for r in rounds) / lines * 1e6 for which in (0, 1)]
        if lines
        else [None, None]
    )
    by_size = sorted((s.path for s in sources.values()), key=lambda p: p.stat().st_size)
    told = {
        "files": len(sources),
        "lines": lines,
        "parse": costs[0],
        "facts": costs[1],
        "median_file": str(by_size[len(by_size) // 2]) if by_size else None,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
