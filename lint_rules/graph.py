"""Draws which functions the steps of a program call, as Mermaid text.

A drawing of some hundred boxes can be read by nobody, and Mermaid itself refuses more
than five hundred arrows: a large program is drawn by module, or by package.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lint_rules.finding import dotted
from lint_rules.link.copies import original

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lint_rules.link.linked import Linked

MOST_BOXES = 120
MOST_ARROWS = 240


def mermaid(linked: Linked) -> str:
    """Return the call graph from the steps."""
    steps = {original(step.function) for step in linked.steps}
    calls = {
        (original(edge.caller), original(edge.callee))
        for edge in linked.machine.edges
        if linked.steps_to(edge.caller) and linked.steps_to(edge.callee)
    }
    functions = steps.union(*calls) if calls else steps
    lines = [*_functions(functions, steps, calls)]
    if len(functions) <= MOST_BOXES and len(calls) <= MOST_ARROWS:
        return "\n".join(["flowchart LR", *lines])
    by, lines = _collapsed(functions, steps, calls)
    note = f"%% {len(functions)} functions and {len(calls)} calls, drawn by {by}"
    return "\n".join(["flowchart LR", note, *lines])


def _functions(
    functions: Iterable[str], steps: set[str], calls: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """Draw functions in a frame for each module, steps with round ends."""
    by_module: defaultdict[str, list[str]] = defaultdict(list)
    for function in sorted(functions):
        by_module[function.partition(":")[0]].append(function)
    ids: dict[str, str] = {}
    for number, (module, inner) in enumerate(by_module.items()):
        yield f'    subgraph m{number}["{_label(module)}"]'
        for function in inner:
            ids[function] = f"f{len(ids)}"
            name = _label(dotted(function.partition(":")[2]))
            yield f"        {ids[function]}{_box(name, function in steps)}"
        yield "    end"
    for caller, callee in sorted(calls):
        yield f"    {ids[caller]} --> {ids[callee]}"


def _collapsed(
    functions: Iterable[str], steps: set[str], calls: Iterable[tuple[str, str]]
) -> tuple[str, list[str]]:
    """Draw modules, or packages where there are too many modules."""
    functions, calls = sorted(functions), sorted(calls)
    deepest = max(function.partition(":")[0].count(".") for function in functions) + 1
    for depth in range(deepest, 0, -1):
        group = _group(depth)
        boxes = sorted({group(function) for function in functions})
        pairs = {(group(a), group(b)) for a, b in calls}
        arrows = sorted((a, b) for a, b in pairs if a != b)
        if depth == 1 or (len(boxes) <= MOST_BOXES and len(arrows) <= MOST_ARROWS):
            break
    inside: defaultdict[str, int] = defaultdict(int)
    for step in steps:
        inside[group(step)] += 1
    ids = {box: f"g{number}" for number, box in enumerate(boxes)}
    lines: list[str] = []
    for box in boxes:
        number = inside[box]
        noun = "step" if number == 1 else "steps"
        label = f"{_label(box)} ({number} {noun})" if number else _label(box)
        lines.append(f"    {ids[box]}{_box(label, bool(number))}")
    lines += [f"    {ids[a]} --> {ids[b]}" for a, b in arrows]
    return ("module" if depth == deepest else "package"), lines


def _group(depth: int) -> Callable[[str], str]:
    def group(function: str) -> str:
        return ".".join(function.partition(":")[0].split(".")[:depth])

    return group


def _box(label: str, is_step: bool) -> str:  # noqa: FBT001
    return f'(["{label}"])' if is_step else f'["{label}"]'


def _label(text: str) -> str:
    """Return a text that Mermaid does not take for markup."""
    return text.replace("<", "#lt;").replace(">", "#gt;").replace('"', "#quot;")
