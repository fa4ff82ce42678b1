"""What one step costs on each executor, next to a bare call and a bare fork.

    python -m benchmarks.steps [--json] [--repetitions 20] [--only sync,snapshot]

All rows of one table are measured in one process and in turn, so that a busy machine
slows all of them; a number is the median over the repetitions, per step. A second run
is another machine: compare ratios, not microseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import warnings
from collections.abc import Callable
from contextlib import ExitStack, suppress
from time import perf_counter

from durable_core import Engine, Workflow
from durable_core.errors import ExecutorUnavailable
from durable_core.executors._private_host import (
    PrivateHost,
    host_local_directories,
    private_host_refusal,
)
from durable_core.executors.celery_eager import CeleryEagerExecutor
from durable_core.executors.subprocess import SubprocessExecutor
from durable_core.executors.sync import SyncExecutor
from durable_core.executors.thread import ThreadExecutor
from durable_core.protocols import Executor

LENGTHS = (5, 100)
START = {"amount": 10, "currency": "EUR", "lines": ["a", "b"], "paid": False}
ISOLATED = frozenset({"snapshot", "snapshot+host", "template", "fresh"})
LOOP, FORK = "bare loop", "bare fork"
# An interpreter for each step: seconds, where the others take milliseconds.
SLOW = {"fresh": 10}

Measure = Callable[[int], float]


def add_one(state: dict[str, object]) -> dict[str, object]:
    """The step: as little work as a step can do."""
    return {"amount": int(str(state["amount"])) + 1}


def bare_loop(steps: int) -> float:
    """Seconds for calling the step's function and merging what it returns."""
    state: dict[str, object] = dict(START)
    started = perf_counter()
    for _ in range(steps):
        state.update(add_one(state))
    return perf_counter() - started


def bare_fork(steps: int) -> float:
    """Seconds for children of this process that end at once."""
    started = perf_counter()
    for _ in range(steps):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    return perf_counter() - started


def engine_on(executor: Executor) -> Measure:
    """Return what measures runs on this executor, without a store."""
    engine = Engine(executor)
    # By its importable name: as a script, this module is __main__.
    workflows = {
        steps: Workflow("bench", ["benchmarks.steps:add_one"] * steps, state=dict)
        for steps in LENGTHS
    }

    def measure(steps: int) -> float:
        started = perf_counter()
        run = engine.run(workflows[steps], START)
        seconds = perf_counter() - started
        run.raise_for_status()
        return seconds

    return measure


def private_host() -> PrivateHost:
    """Return the private host a test harness would use."""
    refusal = private_host_refusal()
    if refusal is not None:
        raise ExecutorUnavailable("snapshot+host", refusal)
    return PrivateHost(directories=host_local_directories(), shared=())


MAKERS: dict[str, Callable[[], Executor]] = {
    "sync": SyncExecutor,
    "thread": ThreadExecutor,
    "celery-eager": CeleryEagerExecutor,
    "snapshot": lambda: SubprocessExecutor("snapshot"),
    "snapshot+host": lambda: SubprocessExecutor("snapshot", host=private_host()),
    "template": lambda: SubprocessExecutor("template"),
    "fresh": lambda: SubprocessExecutor("fresh"),
}


def measure_all(
    repetitions: int, only: frozenset[str]
) -> dict[str, dict[int, list[float]]]:
    """Return the seconds per step of each repetition, by row and number of steps."""
    with ExitStack() as stack:
        rows: dict[str, Measure] = {LOOP: bare_loop, FORK: bare_fork}
        for name, make in MAKERS.items():
            with suppress(ExecutorUnavailable):
                if not only or name in only:
                    executor = make()
                    stack.callback(executor.close)
                    rows[name] = engine_on(executor)
        for measure in rows.values():
            measure(LENGTHS[0])  # imports, templates, caches
        found: dict[str, dict[int, list[float]]] = {
            name: {steps: [] for steps in LENGTHS} for name in rows
        }
        for repetition in range(repetitions):
            for name, measure in rows.items():
                if repetition % SLOW.get(name, 1):
                    continue
                if name not in SLOW:
                    # The forks of the row before have left every page of this process
                    # to be copied at its next change; that is not this row's cost.
                    measure(LENGTHS[0])
                for steps in LENGTHS:
                    found[name][steps].append(measure(steps) / steps)
    return found


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--only", default="", help="rows, separated by commas")
    given = parser.parse_args()
    only = frozenset(name for name in given.only.split(",") if name)
    with warnings.catch_warnings():
        # A fork beside the threads of the thread executor: known, and harmless here.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = measure_all(given.repetitions, only)
    table = [
        {
            "row": name,
            "steps": steps,
            "microseconds": statistics.median(seconds[steps]) * 1e6,
            "against": (against := FORK if name in ISOLATED else LOOP),
            "ratio": statistics.median(seconds[steps])
            / statistics.median(found[against][steps]),
        }
        for steps in LENGTHS
        for name, seconds in found.items()
    ]
    if given.json:
        print(json.dumps({"python": sys.version, "rows": table}, indent=2))
        return
    print(f"{'row':<14}{'steps':>6}{'µs/step':>12}{'ratio':>10}")
    for row in table:
        print(
            f"{row['row']:<14}{row['steps']:>6}{row['microseconds']:>12.1f}"
            f"{row['ratio']:>10.2f} x {row['against']}"
        )


if __name__ == "__main__":
    main()
