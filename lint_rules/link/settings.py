"""Which step relies on a setting, of the process or a library, that another made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import every_part, statements
from lint_rules.link.origin import Origins
from lint_rules.link.proofs import Proof
from lint_rules.link.values import Module

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place

# What is called to read, or to use, what a call has set.
_READ_BY = {
    "os.chdir": ("os.getcwd", "pathlib.Path.cwd"),
    "locale.setlocale": ("locale.",),
    "decimal.getcontext": ("decimal.Decimal",),
    "decimal.setcontext": ("decimal.Decimal",),
}
# Blocks that put a setting back at their end.
_GUARDS = {
    "warnings.": "warnings.catch_warnings",
    "decimal.": "decimal.localcontext",
    "os.environ": "unittest.mock.patch.dict",
    "os.chdir": "contextlib.chdir",
}


def relying(effect: Effect, linked: Linked) -> Proof | None:
    """Return a step that reads what only the steps that reach an effect have set."""
    place = effect.place
    if place is None:
        return None
    if place.owner == "os.environ":
        return _told(_of_variable(place, linked), _same(place, linked), linked)
    if place.owner in _READ_BY:
        wanted = _READ_BY[place.owner]
        used = [
            (e.function, e.where.line)
            for e in linked.of_kind("outside")
            if e.detail.startswith(wanted) and e.detail != place.owner
        ]
        return _told(used, _same(place, linked), linked)
    return _told(_of_attribute(place, linked), _same(place, linked), linked)


def is_guarded(effect: Effect, linked: Linked) -> bool:
    """Tell whether a `with` block around an effect puts the setting back."""
    owner = effect.place.owner if effect.place else ""
    guards = {g for start, g in _GUARDS.items() if owner.startswith(start)}
    facts = linked.facts(effect.function)
    if not guards or facts is None:
        return False
    module, _, qualname = effect.function.partition(":")
    origins = Origins(linked.machine, module, qualname)
    for statement in statements(facts.body):
        if isinstance(statement, ir.With):
            inside = {inner.where.at for inner in statements(statement.body)}
            named = {n for item, _ in statement.items for n in origins.names(item)}
            if effect.where.at in inside and guards & named:
                return True
    return False


def _told(
    reads: Iterable[tuple[str, int]], writers: set[str], linked: Linked
) -> Proof | None:
    """Return the first step that reaches a read, and no write."""
    found = [
        Proof(step, function.partition(":")[0], line)
        for function, line in reads
        for step in linked.reach.steps_to(function)
        if step not in writers
    ]
    return min(found, key=lambda p: (p.step, p.module, p.line), default=None)


def _same(place: Place, linked: Linked) -> set[str]:
    """Return the steps that may set the same thing."""
    found: set[str] = set()
    for effect in linked.effects:
        other = effect.place
        if effect.kind == "asks" or other is None or other.root != "external":
            continue
        same = (other.owner, other.name) == (place.owner, place.name)
        if same and (not other.path or not place.path or other.path == place.path):
            found |= set(linked.reach.steps_to(effect.function))
    return found


def _of_variable(place: Place, linked: Linked) -> Iterator[tuple[str, int]]:
    """Return where an environment variable is read."""
    for effect in linked.of_kind("asks"):
        if place.path and effect.place is not None and effect.place.path == place.path:
            yield effect.function, effect.where.line


def _of_attribute(place: Place, linked: Linked) -> Iterator[tuple[str, int]]:
    """Return where an attribute of another package is read."""
    if not place.name:
        return
    dotted = f"{place.owner}.{place.name}"
    for identity, facts in linked.program.functions.items():
        if not linked.reach.steps_to(identity):
            continue
        module, _, qualname = identity.partition(":")
        parts = list(every_part(facts.body))
        stored = {
            target
            for part in parts
            if isinstance(part, ir.Assign)
            for target in part.targets
        }
        for part in parts:
            if isinstance(part, ir.Attr) and part.name == place.name:
                origins = Origins(linked.machine, module, qualname)
                ours = any(isinstance(v.thing, Module) for v in origins.values(part))
                if part not in stored and not ours and dotted in origins.names(part):
                    yield identity, part.where.line
