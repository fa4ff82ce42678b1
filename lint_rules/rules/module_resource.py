"""DUR311."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.resources import WORKERS
from lint_rules.link.linked import receiver
from lint_rules.link.values import IMPORT, Made
from lint_rules.rule import Candidate, Rule, candidate_of
from lint_rules.wording import ONE_PER_PROCESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.link.resources import Resources

_WASTEFUL = "Every process opens its own; that is safe, but counts against limits."


class ModuleResource(Rule):
    """A step uses a connection, a session or an open file that a module holds.

    A connection belongs to one process: what was begun on it in one step (a login, a
    transaction, rows in memory) is not there in another process, and after a fork two
    processes share one socket. Clients that connect late and notice a fork are fine.

    Bad:

        import psycopg
        from durable_core import step

        db = psycopg.connect("dbname=shop")  # reported

        @step
        def count(state, context):
            return {"rows": db.execute("select count(*) from rows").fetchone()[0]}

        STEPS = [count]

    Good:

        import psycopg
        from durable_core import step

        def open_db():
            return psycopg.connect("dbname=shop")

        @step
        def count(state, context):
            db = open_db()
            return {"rows": db.execute("select count(*) from rows").fetchone()[0]}

        STEPS = [count]
    """

    code = "DUR311"
    name = "module-resource"
    severity = "warn"
    why = "Every process needs one of its own, and after a fork two share this one."
    advice = "Open it in the step that uses it, through a factory function."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate resources that outlive the step, where they are made."""
        for made, effects in _used(linked).items():
            where = linked.machine.sites.get(made.site)
            place = effects[0].place
            if where is None or place is None:
                continue
            yield Candidate(
                module=made.site.partition(":")[0],
                where=where,
                what=f"the module holds a `{made.type}` open as `{place.name}`",
                function=min(effect.function for effect in effects),
                symbol=place.name,
                severity=_severity(made.type, effects, linked.resources),
                advice=_advice(_severity(made.type, effects, linked.resources)),
                place=place,
            )
        yield from _lazy(linked)

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Let each step open its own."""
        if candidate.severity == "info":
            return None
        from lint_rules.fixes.local_objects import made_by_factory, made_by_reader

        make = made_by_reader if candidate.kind else made_by_factory
        return make(candidate, bench)


def _used(linked: Linked) -> dict[Made, list[Effect]]:
    found: dict[Made, list[Effect]] = {}
    for effect in linked.effects:
        made = receiver(effect)
        if made is None or effect.place is None or made.phase != IMPORT:
            continue
        if _kind(made.type, linked.resources):
            found.setdefault(made, []).append(effect)
    return found


def _kind(type_: str, known: Resources) -> str:
    """Return the known resource that a type is, or that it came from."""
    while type_:
        if type_ in known.fork_safe:
            return ""
        if type_ in known.held:
            return type_
        type_ = type_.rpartition(".")[0]
    return ""


def _severity(type_: str, effects: list[Effect], known: Resources) -> str:
    kind = _kind(type_, known)
    if kind in known.sessions:
        touched = any(_changes_session(effect) for effect in effects)
        return "warn" if touched else "info"
    if kind in WORKERS:
        return "info"
    return "warn" if kind in known.lazy else "error"


def _advice(severity: str) -> str:
    return ONE_PER_PROCESS if severity == "info" else ""


def _changes_session(effect: Effect) -> bool:
    if effect.kind != "use":
        return True
    part = bool(effect.place and effect.place.path)
    return part and effect.detail in {"update", "set", "set_cookie", "clear", "add"}


def _lazy(linked: Linked) -> Iterator[Candidate]:
    """Nominate globals that a step fills with a resource."""
    known = linked.resources
    for effect in linked.changes("global"):
        kinds = {t.type for t in effect.things if isinstance(t, Made)}
        if effect.kind != "rebind" or effect.detail == "import" or effect.place is None:
            continue
        safe, held = kinds & known.fork_safe, kinds & known.held
        if not safe and not held:
            continue
        wasteful = bool(safe) or all(k in known.sessions or k in WORKERS for k in held)
        kind = min(safe or held)
        yield candidate_of(
            effect,
            f"the module global `{effect.place.name}` is set to a `{kind}`",
            severity="info" if wasteful else "warn",
            why=_WASTEFUL if wasteful else "",
            advice=_advice("info" if wasteful else ""),
        )
