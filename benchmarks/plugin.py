"""What the pytest plugin costs: idle, and for each variant of a workflow test.

    python -m benchmarks.plugin [--json] [--repetitions 5]

Each number is the median of whole pytest processes, less one that collects a single
test; the configurations take turns, so that a busy machine slows all of them. Compare
ratios, not milliseconds: a second run is another machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

PLAIN_TESTS = 1000
WORKFLOW_TESTS = 40
SINGLE = "test_single.py"
OFF = ("-p", "no:durable")
# Other plugins that may be installed are no concern of this comparison.
OTHERS = ("randomly", "asyncio", "hypothesispytest", "cov", "xdist", "timeout")
QUIET = ("-q", "-p", "no:cacheprovider", *(f"-pno:{name}" for name in OTHERS))
ALL = "sync,thread,subprocess,celery-eager"

STEPS = """
from durable_core import Workflow, step

@step
def one(state):
    return {"amount": state.amount + 1}

@step
def two(state):
    return {"amount": state.amount * 2}

@step
def three(state):
    return {"label": f"{state.amount} EUR"}

@step
def four(state):
    return {"done": True}

workflow = Workflow("trivial", [one, two, three, four])
"""
PLAIN = """
from types import SimpleNamespace
from steps import workflow

def run():
    state = SimpleNamespace(amount=1)
    for target in workflow.targets:
        vars(state).update(target.function(state))
    assert state.done
"""
WITH_FIXTURE = """
from steps import workflow

def run(workflow_executor):
    assert workflow_executor.run(workflow, {"amount": 1}).state.done
"""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One way to run pytest: a directory of tests, options, and how many items."""

    name: str
    suite: str
    options: tuple[str, ...] = ()
    items: int


def configurations() -> list[Configuration]:
    """Return what is compared."""
    found = [
        Configuration(name="without", suite="idle", options=OFF, items=PLAIN_TESTS),
        Configuration(name="idle", suite="idle", items=PLAIN_TESTS),
        Configuration(name="plain", suite="plain", options=OFF, items=WORKFLOW_TESTS),
        Configuration(name="sync", suite="workflow", items=WORKFLOW_TESTS),
    ]
    for names in ("sync,thread", "sync,subprocess", "sync,celery-eager", ALL):
        items = WORKFLOW_TESTS * len(names.split(","))
        options = (f"--executors={names}",)
        found.append(
            Configuration(name=names, suite="workflow", options=options, items=items)
        )
    return found


def write_suites(folder: Path) -> None:
    """Write the tests, each suite in a directory of its own."""
    for suite in ("idle", "plain", "workflow"):
        (folder / suite).mkdir()
        (folder / suite / "pytest.ini").write_text("[pytest]\n")
        (folder / suite / "steps.py").write_text(STEPS)
    idle = "".join(f"def test_{n}():\n    pass\n" for n in range(PLAIN_TESTS))
    (folder / "idle" / "test_it.py").write_text(idle)
    for suite, text, fixture in (
        ("plain", PLAIN, ""),
        ("workflow", WITH_FIXTURE, "workflow_executor"),
    ):
        tests = "".join(
            f"def test_{n}({fixture}):\n    run({fixture})\n"
            for n in range(WORKFLOW_TESTS)
        )
        (folder / suite / "test_it.py").write_text(f"{text}\n{tests}")
        one = f"{text}\ndef test_one({fixture}):\n    run({fixture})\n"
        (folder / suite / SINGLE).write_text(one)
    (folder / "idle" / SINGLE).write_text("def test_one():\n    pass\n")


def seconds(folder: Path, configuration: Configuration, *selection: str) -> float:
    """Return how long one pytest process takes."""
    environment = {k: v for k, v in os.environ.items() if "PYTEST" not in k}
    started = perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *QUIET),
            *(*configuration.options, *selection),
        ],
        cwd=folder / configuration.suite,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    took = perf_counter() - started
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return took


def measure(repetitions: int) -> dict[str, dict[str, float]]:
    """Return seconds for all, and milliseconds for each item, by configuration."""
    compared = configurations()
    whole: dict[str, list[float]] = {one.name: [] for one in compared}
    single: dict[str, list[float]] = {one.name: [] for one in compared}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        write_suites(folder)
        for _ in range(repetitions + 1):  # the first one writes bytecode
            for one in compared:
                whole[one.name].append(seconds(folder, one, "test_it.py"))
                single[one.name].append(seconds(folder, one, SINGLE))
    result = {}
    for one in compared:
        total = statistics.median(whole[one.name][1:])
        start = statistics.median(single[one.name][1:])
        result[one.name] = {
            "items": one.items,
            "seconds": total,
            "start": start,
            "ms_per_item": (total - start) * 1000 / one.items,
        }
    return result


def table(found: dict[str, dict[str, float]]) -> str:
    """Return the numbers for people."""
    head = ("items", "seconds", "start", "ms/item", "ratio")
    lines = [
        f"{'':36} {head[0]:>6} {head[1]:>8} {head[2]:>6} {head[3]:>8} {head[4]:>6}"
    ]
    for name, row in found.items():
        base = found["without" if name in ("without", "idle") else "plain"]
        ratio = row["ms_per_item"] / base["ms_per_item"]
        lines.append(
            f"{name:36} {row['items']:6} {row['seconds']:8.2f} {row['start']:6.2f} "
            f"{row['ms_per_item']:8.2f} {ratio:6.1f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    found = measure(arguments.repetitions)
    print(json.dumps(found, indent=2) if arguments.json else table(found))


if __name__ == "__main__":
    main()
