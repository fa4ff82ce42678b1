"""What `durable-lint` costs on a tree, next to parsing all of it.

    python -m benchmarks.lint [FOLDER ...] [--json] [--repetitions 3]

Every row is a process of its own, and all rows of one round run in turn, so that a busy
machine slows all of them; a number is the median over the rounds. A second run is
another machine: compare the ratios, not the seconds. Without a folder the installed
celery and kombu packages are read. A tool that is not installed is left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

DEFAULT = ("celery", "kombu")
REFERENCE = "ast parse"
_EACH = """
import sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
{imported}
for folder in sys.argv[1:]:
    for path in sorted(Path(folder).rglob("*.py")):
        try:
            {parse}(path.read_bytes())
        except Exception:
            pass
"""
# Name, the module that it needs, and what the interpreter is told.
TOOLS: dict[str, tuple[str, list[str]]] = {
    "ast parse": (
        "ast",
        ["-c", _EACH.format(imported="import ast", parse="ast.parse")],
    ),
    "libcst parse": (
        "libcst",
        ["-c", _EACH.format(imported="import libcst", parse="libcst.parse_module")],
    ),
    "durable-lint": ("lint_rules", ["-m", "lint_rules", "--exit-zero"]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds and mebibytes of one process; ratios are to the reference's CPU time."""

    tool: str
    wall: float
    cpu: float
    memory: float
    ratio: float = 0.0


def measure(tool: str, folders: Sequence[str]) -> Cost:
    """Run a tool once, in a process of its own."""
    command = [sys.executable, *TOOLS[tool][1], *folders]
    started = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    # `wait4` tells what this child alone has used; `getrusage` would add up all.
    _, status, used = os.wait4(child.pid, 0)
    wall = perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        message = f"{tool} ended with {child.returncode}"
        raise SystemExit(message)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    cpu = used.ru_utime + used.ru_stime
    return Cost(tool=tool, wall=wall, cpu=cpu, memory=used.ru_maxrss / unit)


def compare(folders: Sequence[str], repetitions: int) -> list[Cost]:
    """Measure every installed tool in turn, some times over."""
    tools = [t for t, (module, _) in TOOLS.items() if importlib.util.find_spec(module)]
    rounds = [[measure(tool, folders) for tool in tools] for _ in range(repetitions)]
    columns = list(zip(*rounds, strict=True))
    medians = [
        Cost(
            tool=column[0].tool,
            wall=statistics.median(cost.wall for cost in column),
            cpu=statistics.median(cost.cpu for cost in column),
            memory=statistics.median(cost.memory for cost in column),
        )
        for column in columns
    ]
    base = next(cost.cpu for cost in medians if cost.tool == REFERENCE)
    return [Cost(**{**asdict(cost), "ratio": cost.cpu / base}) for cost in medians]


def default_folders() -> list[str]:
    """Return where the packages are that are read when no folder is given."""
    found = [importlib.util.find_spec(name) for name in DEFAULT]
    return [str(Path(spec.origin).parent) for spec in found if spec and spec.origin]


def lines_below(folders: Sequence[str]) -> tuple[int, int]:
    """Return how many Python files there are, and how many lines."""
    files = [path for folder in folders for path in Path(folder).rglob("*.py")]
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)


def main() -> None:
    """Print one table, or one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    folders = options.folders or default_folders()
    if not folders:
        parser.error("celery and kombu are not installed; name a folder")
    files, lines = lines_below(folders)
    costs = compare(folders, max(options.repetitions, 1))
    if options.json:
        tree = {"folders": folders, "files": files, "lines": lines}
        print(json.dumps({**tree, "costs": [asdict(c) for c in costs]}, indent=2))
        return
    print(f"{files} files, {lines} lines; ratio: CPU time of '{REFERENCE}' = 1\n")
    print(f"{'tool':<14}{'wall s':>9}{'CPU s':>9}{'MiB':>8}{'ratio':>8}")
    for cost in costs:
        numbers = f"{cost.wall:>9.2f}{cost.cpu:>9.2f}{cost.memory:>8.0f}"
        print(f"{cost.tool:<14}{numbers}{cost.ratio:>8.2f}")


if __name__ == "__main__":
    main()
