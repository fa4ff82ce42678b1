"""Compares the paths of two file calls: by their text, or by how they are put together.

`f"/tmp/{state.order}.csv"` has no text that is known to its end. Two steps that put
the same expression together, from the same state, still mean the same file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.files import TEMP_ROOTS
from lint_rules.facts import ir
from lint_rules.facts.parts import every_part
from lint_rules.link.values import Text
from lint_rules.paths import local_path

if TYPE_CHECKING:
    from lint_rules.facts.ir import FunctionFacts
    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked

_TELLING = 3
_DEEPEST = 8


def same_file(one: Effect, other: Effect, linked: Linked) -> bool:
    """Tell whether two file calls surely mean the same local path."""
    common = _local(one) & _local(other)
    if any(exact and text for _, text, exact in common):
        return True
    if not common:
        return False
    shapes, others = shapes_of(one, linked), shapes_of(other, linked)
    if shapes and others:
        return bool(shapes & others)
    names = [t.rpartition("/")[2] for _, t, _ in common if t not in TEMP_ROOTS]
    return any(len(name) >= _TELLING for name in names)


def _local(effect: Effect) -> set[tuple[str, str, bool]]:
    texts = [t for t in effect.things if isinstance(t, Text)]
    if any(text.base == "environment" for text in texts):
        return set()  # whoever runs the program says where, and may mean a shared disk
    texts = [text for text in texts if local_path(text)]
    return {(text.base, text.text, text.exact) for text in texts}


def shapes_of(effect: Effect, linked: Linked) -> set[str]:
    """Return how the arguments of a file call are put together, where that is known."""
    facts = linked.facts(effect.function)
    if facts is None:
        return set()
    shape = _Shape(facts, is_step=linked.is_step(effect.function))
    found: set[str] = set()
    for node in every_part(facts.body):
        if isinstance(node, ir.Call) and node.where == effect.where:
            parts = [*node.args, *(value for _, value in node.keywords)]
            if isinstance(node.func, ir.Attr) and _is_path(
                node.func.base, effect, linked
            ):
                parts = [node.func.base]
            found |= {shape.of(part) for part in parts}
    return {text for text in found if text and not text.startswith("'")}


def _is_path(expr: ir.Expr, effect: Effect, linked: Linked) -> bool:
    """Tell whether a method is called on the path, and not a function of a module."""
    if not isinstance(expr, ir.Name) or expr.kind != "global":
        return True
    held = linked.machine.cells.peek(("global", effect.module, expr.id))
    return any(isinstance(value.thing, Text) for value in held)


class _Shape:
    """Writes an expression of one function so that two functions can be compared."""

    def __init__(self, facts: FunctionFacts, *, is_step: bool) -> None:
        self.assigned: dict[str, list[ir.Expr]] = {}
        for node in every_part(facts.body):
            for target in node.targets if isinstance(node, ir.Assign) else ():
                if isinstance(target, ir.Name) and isinstance(node, ir.Assign):
                    self.assigned.setdefault(target.id, []).append(node.value)
        params = [p.name for p in facts.params if p.name not in {"self", "cls"}]
        self.state = params[0] if params and is_step else ""

    def of(self, expr: object, depth: int = 0) -> str:
        """Return the shape of an expression, or nothing when it is not known."""
        if depth > _DEEPEST:
            return ""
        match expr:
            case ir.Const(text=text):
                return f"'{text}'"
            case ir.Name(kind="local"):
                return self._local(expr, depth)
            case ir.Name(kind="global", id=name):
                return name
            case ir.Joined(parts=parts):
                return self._all("f", parts, depth)
            case ir.Attr(base=base, name=name):
                inner = self.of(base, depth + 1)
                return f"{inner}.{name}" if inner else ""
            case ir.Item(base=base, index=index):
                return self._all("item", (base, index), depth)
            case ir.Binary(op=op, left=left, right=right):
                return self._all(op, (left, right), depth)
            case ir.Call(func=func, args=args, keywords=()):
                return self._all("call", (func, *args), depth)
            case _:
                return ""

    def _local(self, name: ir.Name, depth: int) -> str:
        if name.id == self.state:
            return "state"
        values = self.assigned.get(name.id, [])
        return self.of(values[0], depth + 1) if len(values) == 1 else ""

    def _all(self, kind: str, parts: tuple[object, ...], depth: int) -> str:
        shapes = [self.of(part, depth + 1) for part in parts]
        return f"{kind}({', '.join(shapes)})" if all(shapes) else ""
