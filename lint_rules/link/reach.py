"""Which functions each step reaches, and by which path."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from lint_rules.link.copies import original

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lint_rules.link.effects import Edge


class Reach:
    """Shortest call paths from every step; cut functions are not entered."""

    def __init__(
        self, edges: Iterable[Edge], steps: list[str], cut: frozenset[str] = frozenset()
    ) -> None:
        """Search breadth first from each step."""
        self.callees: defaultdict[str, list[str]] = defaultdict(list)
        self._lines: dict[tuple[str, str], int] = {}
        for edge in edges:
            self.callees[edge.caller].append(edge.callee)
            call = (edge.caller, edge.callee)
            self._lines[call] = min(edge.line, self._lines.get(call, edge.line))
        self.parents = {step: self._search(step, cut) for step in steps}
        self._steps: defaultdict[str, list[str]] = defaultdict(list)
        for step, parents in self.parents.items():
            for function in parents:
                self._steps[function].append(step)

    def add_alone(self, functions: Iterable[str]) -> None:
        """Take functions for reached from outside, with what they call left out."""
        for function in functions:
            self.parents[function] = {function: ""}
            self._steps[function].append(function)

    def _search(self, step: str, cut: frozenset[str]) -> dict[str, str]:
        if original(step) in cut:
            return {}
        parents, queue = {step: ""}, deque([step])
        while queue:
            caller = queue.popleft()
            for callee in self.callees[caller]:
                if callee not in parents and original(callee) not in cut:
                    parents[callee] = caller
                    queue.append(callee)
        return parents

    def line(self, caller: str, callee: str) -> int:
        """Return the first line where one function calls another; 0 if none does."""
        return self._lines.get((caller, callee), 0)

    def steps_to(self, function: str) -> list[str]:
        """Return the steps that reach a function."""
        return self._steps.get(function, [])

    def path(self, step: str, function: str) -> tuple[str, ...]:
        """Return the calls from a step to a function, both included."""
        parents, found = self.parents[step], [function]
        while parents[found[-1]]:
            found.append(parents[found[-1]])
        return tuple(reversed(found))

    def below(self, function: str) -> set[str]:
        """Return every function that a function reaches, itself included."""
        found, queue = {function}, deque([function])
        while queue:
            for callee in self.callees[queue.popleft()]:
                if callee not in found:
                    found.add(callee)
                    queue.append(callee)
        return found
