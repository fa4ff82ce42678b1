"""One copy of a decorator's inner function for each function that it wraps.

All functions that one decorator wraps share the code of its inner function. Seen as one
function, it would call all of them, and a step that calls one would reach the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.values import IMPORT, Bound, Function, Memo, Thing, Value, Values

if TYPE_CHECKING:
    from lint_rules.link.frame import Frame
    from lint_rules.link.machine import Machine

MARK = "#"


def original(identity: str) -> str:
    """Return the id of the function that a copy was made of, or the id itself."""
    return identity.partition(MARK)[0]


def suffix(identity: str) -> str:
    """Return what tells a copy from the others; nothing for the original."""
    return identity.removeprefix(original(identity))


def copied(
    found: Values, decorator: Thing, given: Values, frame: Frame, identity: str
) -> Values:
    """Return what a decorator made of one function, with inner functions of its own."""
    receiver = isinstance(decorator, Bound)
    function = decorator.function if isinstance(decorator, Bound) else decorator
    if frame.phase != IMPORT or not isinstance(function, Function):
        return found
    machine = frame.machine
    facts = machine.program.functions[function.id]
    names = [p.name for p in facts.params if p.style == "positional"][receiver:]
    if not names or MARK in function.id:
        return found
    owner = (original(function.id), names[0])
    return frozenset(
        Value(_copy(v.thing, owner, given, identity, machine), v.via) for v in found
    )


def _copy(
    thing: Thing,
    owner: tuple[str, str],
    given: Values,
    identity: str,
    machine: Machine,
) -> Thing:
    if isinstance(thing, Memo):
        inner = _copy(thing.function, owner, given, identity, machine)
        return thing._replace(function=inner)
    if not isinstance(thing, Function) or thing.phase != IMPORT or MARK in thing.id:
        return thing
    program = machine.program
    facts = program.functions[thing.id]
    inside = f"{thing.id.partition(':')[0]}:{facts.parent}"
    if inside != owner[0]:
        return thing
    copy = f"{thing.id}{MARK}{identity.replace(':', '.')}"
    if copy not in program.functions:
        program.functions[copy] = facts
        program.copies.setdefault(thing.id, []).append(copy)
    machine.cells.join(("captured", copy, *owner), given)
    return thing._replace(id=copy)
