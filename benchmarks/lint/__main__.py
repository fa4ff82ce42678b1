"""What `durable-lint` costs on a tree, next to parsing all of it and to other linters.

    python -m benchmarks.lint.trees      # downloads the trees that are read, once
    python -m benchmarks.lint [FOLDER ...] [--slow SECONDS] [--json] [--repetitions 3]

Every run is a process of its own, on a copy of the tree. All rows of one round run in
turn, so that a busy machine slows all of them; a number is the median over the rounds.
A second run is another machine: compare the ratios, not the seconds. Flake8, pylint and
fixit take minutes: `--slow 300` runs each once, and no longer than so many seconds. CPU
time is that of all processes of a tool, memory the peak of the largest of them.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.lint.processes import Failed
from benchmarks.lint.rounds import Measured, measure_tree, start_up
from benchmarks.lint.targets import of_start_up, of_tree
from benchmarks.lint.tools import FLOOR
from benchmarks.lint.trees import FETCH, copied, default_folders


def main() -> None:
    """Print tables, or one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", metavar="FOLDER", type=Path)
    parser.add_argument("--slow", type=float, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    if options.repetitions < 1:
        parser.error("there must be one repetition at least")
    if options.slow is not None and options.slow <= 0:
        parser.error("a slow tool needs more than no time")
    folders = options.folders or default_folders()
    for folder in folders:
        if not any(folder.rglob("*.py")):
            hint = "" if options.folders else f"; run: {FETCH}"
            parser.error(f"{folder}: no Python files there{hint}")
    try:
        _run(folders, options)
    except Failed as error:
        parser.exit(1, f"benchmark: {error}\n")


def _run(folders: list[Path], options: argparse.Namespace) -> None:
    ours, bare = start_up()
    if not options.json:
        print(f"Python {platform.python_version()}; medians of {options.repetitions}\n")
        print(of_start_up(ours))
        for name, cost in (("start-up", ours), ("python -c pass", bare)):
            wall, cpu = cost.wall * 1e3, cost.cpu * 1e3
            print(f"{name:<44}{wall:>9.0f} ms wall, {cpu:.0f} ms CPU", flush=True)
    rows = []
    for folder in folders:
        with copied(folder) as tree:
            measured = measure_tree(tree, options.repetitions, options.slow)
        if options.json:
            rows.append(_as_json(measured))
        else:
            print("", *_table(measured), sep="\n", flush=True)
    if options.json:
        starts = {"start_up": asdict(ours), "bare_start_up": asdict(bare)}
        told = {"python": platform.python_version(), **starts, "trees": rows}
        print(json.dumps(told, indent=2))


def _table(measured: Measured) -> Iterator[str]:
    closure = measured.closure
    yield f"{measured.tree}: {measured.files} files, {measured.lines} lines"
    yield f"closure of its steps: {closure.files} files, {closure.lines} lines"
    yield ""
    yield f"{'':<60}{f'{FLOOR.name} = 1'}"
    heads = ("wall s", "CPU s", "MB", "wall", "CPU", "memory")
    yield f"{'tool':<31}{heads[0]:>9}{heads[1]:>9}{heads[2]:>8}" + "".join(
        f"{head:>8}" for head in heads[3:]
    )
    for name, cost in measured.costs.items():
        shown = f"{name} (once)" if name in measured.once else name
        times = cost.times(measured.costs[FLOOR.name])
        ratios = f"{times.wall:>8.3f}{times.cpu:>8.3f}{times.memory:>8.2f}"
        numbers = f"{cost.wall:>9.3f}{cost.cpu:>9.2f}{cost.memory:>8.0f}"
        yield f"{shown:<31}{numbers}{ratios}"
    for name, reason in measured.left_out.items():
        yield f"{name}: {reason}"
    yield ""
    yield from map(str, of_tree(measured))
    if closure.parse is not None:
        same = "ast.parse of the same files, CPU"
        yield f"{same:<44}{closure.parse:>9.3f} ms/kLOC"


def _as_json(measured: Measured) -> dict[str, object]:
    floor = measured.costs[FLOOR.name]
    costs = {
        name: {**asdict(cost), "times_floor": asdict(cost.times(floor))}
        for name, cost in measured.costs.items()
    }
    figures = [asdict(figure) for figure in of_tree(measured)]
    return {**asdict(measured), "costs": costs, "figures": figures}


if __name__ == "__main__":
    main()
