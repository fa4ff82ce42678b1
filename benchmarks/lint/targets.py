"""What the costs should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.lint.processes import Cost
from benchmarks.lint.rounds import Measured
from benchmarks.lint.tools import COLD, FLOOR, RUFF, WARM


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured figure and the most that it should be."""

    name: str
    measured: float
    target: float
    unit: str = ""

    def __str__(self) -> str:
        """Show the figure, its target, and whether it is met."""
        measured, target = (
            f"{number:g}" for number in (round(self.measured, 3), self.target)
        )
        verdict = "met" if self.measured <= self.target else "MISSED"
        shown = f"{measured:>9} {self.unit:<8} (at most {target})"
        return f"{self.name:<44}{shown:<36}{verdict}"


def of_start_up(cost: Cost) -> Figure:
    """Return the figure for a run that has nothing to do."""
    name = "start-up, nothing to do, wall"
    return Figure(name=name, measured=cost.wall * 1e3, target=60, unit="ms")


def of_tree(measured: Measured) -> Iterator[Figure]:
    """Yield the figures of a tree; one without steps has none that are ratios."""
    costs, facts = measured.costs, measured.closure.facts
    cold, warm = costs[COLD.name], costs[WARM]
    if facts is not None:
        for other, target in ((FLOOR, 0.15), (RUFF, 4.0)):
            if other.name in costs:
                times = cold.cpu / costs[other.name].cpu
                name = f"cold, CPU / {other.name}, CPU"
                yield Figure(name=name, measured=times, target=target, unit="x")
        name = "facts, CPU for the closure, with parsing"
        yield Figure(name=name, measured=facts, target=10, unit="ms/kLOC")
    name = "unchanged, wall"
    yield Figure(name=name, measured=warm.wall, target=0.15, unit="s")
    yield Figure(name="cold, memory", measured=cold.memory, target=150, unit="MB")
