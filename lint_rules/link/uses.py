"""How a function uses the values of calls and local names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import every_part, is_group, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.program import Program


def calls(node: object) -> Iterator[ir.Call]:
    """Return every call in some facts."""
    return (part for part in every_part(node) if isinstance(part, ir.Call))


class Uses:
    """One function, with the functions defined in it."""

    def __init__(self, program: Program, identity: str) -> None:
        """Look at the function `identity`."""
        facts = program.functions.get(identity)
        self.body: tuple[ir.Stmt, ...] = facts.body if facts is not None else ()
        module, _, qualname = identity.partition(":")
        inner = f"{qualname}.<locals>."
        nested = [
            other.body
            for other in program.modules[module].functions
            if other.qualname.startswith(inner)
        ]
        self.whole = (self.body, *nested)

    def dropped(self) -> Iterator[ir.Call]:
        """Return calls whose value is thrown away, or bound to a name nobody uses."""
        for statement in statements(self.body):
            value = getattr(statement, "value", None)
            if not isinstance(value, ir.Call):
                continue
            if isinstance(statement, ir.Evaluate):
                yield value
            elif isinstance(statement, ir.Assign):
                names = locals_of(statement)
                if names and not any(map(self.is_read, names)):
                    yield value

    def is_read(self, name: ir.Name) -> bool:
        """Tell whether a local name is used beyond being assigned."""
        return next(self.of(name), None) is not None

    def of(self, name: ir.Name) -> Iterator[object]:
        """Return the facts that directly hold a use of a local name."""
        for part in every_part(self.whole):
            held = [getattr(part, slot) for slot in getattr(part, "__slots__", ())]
            if isinstance(part, ir.Assign):
                held = [part.value]
            if any(_is(value, name) for value in _flat(held)):
                yield part


def locals_of(statement: ir.Assign) -> list[ir.Name]:
    """Return the local names that are assigned, when nothing else is."""
    names = [t for t in statement.targets if isinstance(t, ir.Name)]
    local = all(name.kind == "local" for name in names)
    return names if local and len(names) == len(statement.targets) else []


def _flat(values: object) -> Iterator[object]:
    if isinstance(values, list) or is_group(values):
        for value in values:
            yield from _flat(value)
    else:
        yield values


def _is(value: object, name: ir.Name) -> bool:
    same = isinstance(value, ir.Name) and value.id == name.id
    return same and getattr(value, "kind", "") in {"local", "cell"}
