"""DUR401."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lint_rules.finding import dotted, shown
from lint_rules.link.shapes import same_file
from lint_rules.paths import local_path
from lint_rules.rule import Candidate, Mention, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fix import Fix
    from lint_rules.fixes.workbench import Workbench
    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked
    from lint_rules.site import Site


class LocalFileHandoff(Rule):
    """A step reads a local file that only another step writes.

    The path is the same in both steps, the file is not when they run on two hosts: the
    reader finds nothing there, or what an earlier run has left. A path from the
    environment or the state is taken to be shared, and a step that writes the file
    before it reads it is fine here.

    Bad:

        from durable_core import step

        @step
        def export(state, context):
            with open(f"/tmp/{state.order}.csv", "w") as file:  # reported
                file.write(state.rows)

        @step
        def send(state, context):
            with open(f"/tmp/{state.order}.csv") as file:
                return {"sent": len(file.read())}

        STEPS = [export, send]

    Good:

        from durable_core import step

        @step
        def export(state, context):
            return {"report": str(state.rows)}

        @step
        def send(state, context):
            return {"sent": len(state.report)}

        STEPS = [export, send]
    """

    code = "DUR401"
    name = "local-file-handoff"
    severity = "error"
    why = "Another step reads it, perhaps on another host, where it is missing or old."
    advice = "Return the content in the state, or write to storage all workers share."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate writes whose file another step, which does not write it, reads."""
        writes = [e for e in linked.of_kind("write") if any(map(local_path, e.things))]
        reads = [e for e in linked.of_kind("read") if any(map(local_path, e.things))]
        told: set[tuple[str, object]] = set()
        for read in reads:
            same = [write for write in writes if same_file(write, read, linked)]
            reader = _lone_reader(read, same, linked)
            for write in same if reader else []:
                if (write.function, write.where) not in told:
                    told.add((write.function, write.where))
                    path = next(p for p in map(local_path, write.things) if p)
                    what = f"`{write.detail}` writes to {path}"
                    found = candidate_of(write, what, why=_why(read, reader, linked))
                    read_at = (_read_at(read, reader),)
                    yield replace(found, mentions=read_at, reader=reader)

    def examine(self, candidate: Candidate, site: Site) -> Candidate | None:
        """Drop a file that the same function removes again."""
        return None if site.removes_files() else candidate

    def fix(self, candidate: Candidate, bench: Workbench) -> Fix | None:
        """Hand the content over in the state."""
        from lint_rules.fixes.file_contents import content_handed_over

        return content_handed_over(candidate, bench)


def _lone_reader(read: Effect, writes: list[Effect], linked: Linked) -> str:
    """Return a step that reaches the read and none of the writes."""
    writers = {s for write in writes for s in linked.steps_to(write.function)}
    found = set(linked.steps_to(read.function)) - writers
    return min(found, default="") if writers else ""


def _read_at(read: Effect, reader: str) -> Mention:
    text = f"step `{dotted(reader)}` reads it here"
    return Mention(read.module, read.where.line, text)


def _why(read: Effect, reader: str, linked: Linked) -> str:
    at = f"{shown(linked.program.modules[read.module].path)}:{read.where.line}"
    return (
        f"Step `{dotted(reader)}` reads it ({at}), perhaps on another host, where the"
        " file is missing or an old one."
    )
