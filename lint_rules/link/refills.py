"""Whether steps make old what each process has filled in from outside by itself.

A table that is read from a database when it is first asked for is the same in every
process, as long as no step of the program changes what it is read from. What is drawn
by chance, or from the clock, is another one in each process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog import outside
from lint_rules.catalog.varying import CLOCKS, RANDOM
from lint_rules.link.linked import is_deployed
from lint_rules.link.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.values import Place, Thing

_NEAR = 2
_TESTS = frozenset({"os.path.exists", "os.path.isfile", "os.path.isdir"})
_FILES = frozenset({"read", "write", "database", "remove"})


def differs(function: str, besides: AbstractSet[Place], linked: Linked) -> bool:
    """Tell whether what a function fills in may differ between processes that ask.

    The places in `besides` are filled in likewise, and are judged on their own.
    """
    near = _near(function, linked)
    below = linked.reach.below(function)
    effects = linked.machine.effects
    if linked.reads_changed(function, besides) or _draws(near, effects):
        return True
    sources = [e for e in effects if _is_source(e, near, below)]
    changes = [e for e in effects if e.function not in below and linked.is_outside(e)]
    return any(_changes(change, source) for source in sources for change in changes)


def _near(function: str, linked: Linked) -> set[str]:
    """Return a function and what it calls to get its value, not all that follows."""
    near, last = {function}, {function}
    for _ in range(_NEAR):
        last = {callee for caller in last for callee in linked.reach.callees[caller]}
        near |= last
    return near


def _draws(near: set[str], effects: Iterable[Effect]) -> bool:
    """Tell whether one of some functions asks for chance or the time."""
    varying = CLOCKS | RANDOM
    return any(
        effect.kind == "outside" and effect.detail in varying
        for effect in effects
        if effect.function in near
    )


def _is_source(effect: Effect, near: set[str], below: set[str]) -> bool:
    """Tell whether an effect reads what is outside, from a place that is known.

    Far below, a path that is not known may be any file of any program.
    """
    if effect.function not in below:
        return False
    if effect.kind == "outside":
        return outside.does_io(effect.detail)
    if effect.kind not in {"read", "database"} or effect.detail in _TESTS:
        return False
    known = any(isinstance(t, Text) and t.base != "unknown" for t in effect.things)
    return not is_deployed(effect) and (known or effect.function in near)


def _changes(change: Effect, source: Effect) -> bool:
    """Tell whether a step may change there what is read here."""
    if source.kind in _FILES or change.kind in _FILES:
        both = source.kind in _FILES and change.kind in _FILES
        return both and _may_meet(change.things, source.things)
    return _library(change) == _library(source)


def _library(effect: Effect) -> str:
    return effect.detail.partition(".")[0]


def _may_meet(these: Iterable[Thing], those: Iterable[Thing]) -> bool:
    """Tell whether two files may be the same one."""
    known = [_root(thing) for thing in these]
    others = [_root(thing) for thing in those]
    return not known or not others or any(root in others for root in known)


def _root(thing: Thing) -> tuple[str, str]:
    """Return where a path starts, and its first folder."""
    if not isinstance(thing, Text):
        return "unknown", ""
    return thing.base, thing.text.strip("/").partition("/")[0]
