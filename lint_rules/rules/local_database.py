"""DUR403."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lint_rules.catalog.resources import CONNECTIONS
from lint_rules.link.files import OPENED
from lint_rules.link.linked import receiver
from lint_rules.link.values import IMPORT, Made, Text
from lint_rules.paths import local_path
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.linked import Linked
    from lint_rules.site import Site

# How SQLite's address of a file, and other databases' options, ask for reading only.
_READ_ONLY = re.compile(r"\bfile:.*[?&](mode=ro|immutable=1)\b|\bread_?only=True\b")


class LocalDatabase(Rule):
    """A step opens a database file that only this host has.

    SQLite, `shelve` and `dbm` files on a local path are one per host; a named database
    in memory is one per process.

    Bad:

        import sqlite3
        from durable_core import step

        @step
        def save(state, context):
            with sqlite3.connect("orders.db") as db:  # reported
                db.execute("insert into orders values (?)", [state.order])

        STEPS = [save]

    Good:

        import os
        import sqlite3
        from durable_core import step

        @step
        def save(state, context):
            with sqlite3.connect(os.environ["ORDERS_DB"]) as db:
                db.execute("insert into orders values (?)", [state.order])

        STEPS = [save]
    """

    code = "DUR403"
    name = "local-database"
    severity = "warn"
    why = "Another host, or another process, opens another database."
    advice = "Use a database server, or a path that all workers share."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate connections to local database files."""
        for effect in linked.of_kind("database"):
            shown = [p for p in map(_local, effect.things) if p]
            if shown:
                what = f"`{effect.detail}` opens {shown[0]}"
                yield candidate_of(effect, what)
        yield from _held(linked)

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Drop a database that is opened for reading only: nothing is left in it."""
        return None if _READ_ONLY.search(site.head()) else candidate


def _held(linked: Linked) -> Iterator[Candidate]:
    """Nominate databases that a module opens when it is imported, and steps use."""
    told: set[Made] = set()
    for effect in linked.effects:
        made = receiver(effect)
        if made is None or made in told or made.phase != IMPORT:
            continue
        paths = linked.machine.cells.peek(("field", made, OPENED))
        shown = [p for p in (_local(value.thing) for value in paths) if p]
        where = linked.machine.sites.get(made.site)
        if shown and where is not None and made.type not in CONNECTIONS:
            told.add(made)
            yield Candidate(
                module=made.site.partition(":")[0],
                where=where,
                what=f"`{made.type}` opens {shown[0]}",
                function=effect.function,
                symbol=effect.place.name if effect.place else "",
            )


def _local(thing: object) -> str:
    if not isinstance(thing, Text):
        return ""
    if thing.text.startswith("file:") and thing.base == "literal":
        if "mode=memory" in thing.text:
            return f"`{thing.text}`, which exists in this process only"
        thing = thing._replace(text=thing.text.removeprefix("file:").lstrip("/") or "x")
    if thing.text == ":memory:" or (thing.base == "literal" and not thing.text):
        return ""
    if thing.base == "literal" and thing.text.startswith("/"):
        return f"the database file `{thing.text}` on the local disk"
    if "://" in thing.text:
        return ""
    return local_path(thing)
