"""Runs the tools on one tree, in rounds."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.lint.processes import Cost, Failed, measure, median
from benchmarks.lint.tools import AST, COLD, FLOOR, PEERS, Tool, cached
from benchmarks.lint.trees import Tree

# They take milliseconds, so that more of them are needed for a steady median.
START_UPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """What durable-lint reads: step modules and what they import; costs in ms/kLOC."""

    files: int
    lines: int
    parse: float | None
    facts: float | None
    median_file: str | None


@dataclass(slots=True, kw_only=True)
class Measured:
    """The costs of the tools on one tree, by name, and the tools without a cost."""

    tree: str
    files: int
    lines: int
    closure: Closure
    costs: dict[str, Cost] = field(default_factory=dict)
    once: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def measure_tree(tree: Tree, repetitions: int, patience: float | None) -> Measured:
    """Measure every tool on a tree: the fast ones in turn, the slow ones once.

    Without patience the slow ones are left out; it is counted in seconds for each.
    """
    files, lines = tree.size()
    closure = _closure(tree, repetitions)
    measured = Measured(
        tree=tree.folder.name, files=files, lines=lines, closure=closure
    )
    tools = [FLOOR, AST, COLD, *cached(str(tree.cache)), *PEERS]
    wanted = [tool for tool in tools if _is_wanted(tool, measured, patience)]
    changed = closure.median_file or min(map(str, tree.folder.rglob("*.py")))
    _fill(tree)
    fast = [tool for tool in wanted if not tool.slow]
    rounds = [
        [_cost(tool, tree, Path(changed)) for tool in fast] for _ in range(repetitions)
    ]
    for tool, costs in zip(fast, zip(*rounds, strict=True), strict=True):
        measured.costs[tool.name] = median(costs)
    for tool in wanted:
        if tool.slow:
            _run_once(tool, tree, measured, patience)
    return measured


def _is_wanted(tool: Tool, measured: Measured, patience: float | None) -> bool:
    if not tool.is_installed:
        measured.left_out[tool.name] = "not installed"
    elif tool.slow and not patience:
        measured.left_out[tool.name] = "left out, --slow SECONDS runs it once"
    return tool.name not in measured.left_out


def _fill(tree: Tree) -> None:
    """Fill the cache that the rounds find."""
    measure([*cached(str(tree.cache))[1].command, str(tree.folder)])


def _cost(tool: Tool, tree: Tree, changed: Path) -> Cost:
    if tool.changed:
        tree.change(changed)
    return measure([*tool.command, str(tree.folder)], tool.codes)


def _run_once(
    tool: Tool, tree: Tree, measured: Measured, patience: float | None
) -> None:
    """Run a slow tool; one that does not come to its end is told, the others count."""
    try:
        cost = measure([*tool.command, str(tree.folder)], tool.codes, patience)
    except Failed as error:
        measured.left_out[tool.name] = str(error)
        return
    measured.costs[tool.name] = cost
    measured.once.append(tool.name)


def _closure(tree: Tree, repetitions: int) -> Closure:
    # A process of its own, so that this one stays small.
    command = [sys.executable, "-m", "benchmarks.lint.facts"]
    command += [str(tree.folder), str(repetitions)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise Failed(f"the facts of {tree.folder.name} could not be read")
    return Closure(**json.loads(done.stdout))


def start_up() -> tuple[Cost, Cost]:
    """Return what durable-lint costs on nothing, and the interpreter alone."""
    with tempfile.TemporaryDirectory() as nothing:
        both = ([*COLD.command, nothing], [sys.executable, "-c", "pass"])
        rounds = [tuple(map(measure, both)) for _ in range(START_UPS)]
    ours, bare = map(median, zip(*rounds, strict=True))
    return ours, bare
