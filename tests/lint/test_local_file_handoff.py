"""A file written under one step and read under another: when it is one file."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest
from linting import HEADER, lint

if TYPE_CHECKING:
    from pathlib import Path

REPORTED = {
    "a literal path": """
        @step
        def a(state): open("/tmp/x.csv", "w").write(state.rows)
        @step
        def b(state): return {"x": open("/tmp/x.csv").read()}
    """,
    "a constant": """
        from pathlib import Path
        OUT = Path(__file__).parent / "out.csv"
        @step
        def a(state): OUT.write_text(state.rows)
        @step
        def b(state): return {"x": OUT.read_text()}
    """,
    "a relative path": """
        @step
        def a(state): open("x.csv", "w").write(state.rows)
        @step
        def b(state): return {"x": open("x.csv").read()}
    """,
    "the same f-string of the state": """
        @step
        def a(state): open(f"/tmp/{state.id}.csv", "w").write(state.rows)
        @step
        def b(order): return {"x": open(f"/tmp/{order.id}.csv").read()}
    """,
    "a local name for the path": """
        @step
        def a(state):
            path = f"/tmp/{state.id}.csv"
            with open(path, "w") as file:
                file.write(state.rows)
        @step
        def b(state):
            where = f"/tmp/{state.id}.csv"
            return {"x": open(where).read()}
    """,
    "a function that makes the path": """
        from pathlib import Path
        def place(id): return Path(f"/tmp/{id}.csv")
        @step
        def a(state): place(state.id).write_text(state.rows)
        @step
        def b(state): return {"x": place(state.id).read_text()}
    """,
    "a helper for each": """
        def save(id, rows): open(f"/tmp/report-{id}", "w").write(rows)
        def load(id): return open(f"/tmp/report-{id}").read()
        @step
        def a(state): save(state.id, state.rows)
        @step
        def b(state): return {"x": load(state.id)}
    """,
    "an appended file": """
        @step
        def a(state): open("/tmp/x.log", "a").write(state.rows)
        @step
        def b(state): return {"x": open("/tmp/x.log").read()}
    """,
    "the reader removes the file": """
        import os
        @step
        def a(state): open("/tmp/x.csv", "w").write(state.rows)
        @step
        def b(state):
            text = open("/tmp/x.csv").read()
            os.remove("/tmp/x.csv")
            return {"x": text}
    """,
}
NOT_HANDED_OVER = {
    "nobody reads it": """
        @step
        def a(state): open("/tmp/x.csv", "w").write(state.rows)
        @step
        def b(state): return {"x": 1}
    """,
    "another file is read": """
        @step
        def a(state): open("/tmp/x.csv", "w").write(state.rows)
        @step
        def b(state): return {"x": open("/tmp/y.csv").read()}
    """,
    "another part of the state": """
        @step
        def a(state): open(f"/tmp/{state.id}.csv", "w").write(state.rows)
        @step
        def b(state): return {"x": open(f"/tmp/{state.other}.csv").read()}
    """,
    "the reader writes it first": """
        def table():
            with open("/tmp/x.csv", "w") as file:
                file.write("1")
            return open("/tmp/x.csv").read()
        @step
        def a(state): return {"x": table()}
        @step
        def b(state): return {"y": table()}
    """,
    "one step does both": """
        @step
        def a(state):
            with open("/tmp/x.csv", "w") as file:
                file.write("1")
            return {"x": open("/tmp/x.csv").read()}
    """,
}
SILENT = {
    "a path from the environment": """
        import os
        @step
        def a(state): open(os.environ["OUT"] + "/x", "w").write(state.rows)
        @step
        def b(state): return {"x": open(os.environ["OUT"] + "/x").read()}
    """,
    "a path from the state": """
        @step
        def a(state): open(state.path, "w").write(state.rows)
        @step
        def b(state): return {"x": open(state.path).read()}
    """,
    "a temporary file used up in the step": """
        import tempfile
        @step
        def a(state):
            with tempfile.TemporaryDirectory() as folder:
                open(folder + "/x", "w").write(state.rows)
                return {"x": open(folder + "/x").read()}
    """,
    "the writer removes it": """
        import os
        @step
        def a(state):
            open("/tmp/x", "w").write(state.rows)
            os.remove("/tmp/x")
        @step
        def b(state): return {"x": open("/tmp/x").read()}
    """,
    "a file next to the code is only read": """
        from pathlib import Path
        TABLE = Path(__file__).parent / "table.csv"
        @step
        def a(state): return {"x": TABLE.read_text()}
        @step
        def b(state): return {"y": TABLE.read_text()}
    """,
}


def files_of(program: str, tmp_path: Path, *ignored: str) -> list[str]:
    findings = lint(tmp_path, {"flow.py": HEADER + textwrap.dedent(program)}, *ignored)
    return [f"{f.severity} {f.name}" for f in findings if f.severity != "info"]


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_a_file_handed_over_is_one_error_at_the_write(
    program: str, tmp_path: Path
) -> None:
    assert files_of(program, tmp_path) == ["error local-file-handoff"]


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_without_the_rule_the_write_is_told_as_a_local_file(
    program: str, tmp_path: Path
) -> None:
    assert files_of(program, tmp_path, "DUR401") == ["warn local-file"]


@pytest.mark.parametrize("program", NOT_HANDED_OVER.values(), ids=NOT_HANDED_OVER)
def test_a_file_that_no_other_step_needs_stays_a_local_file(
    program: str, tmp_path: Path
) -> None:
    assert files_of(program, tmp_path) == ["warn local-file"]


@pytest.mark.parametrize("program", SILENT.values(), ids=SILENT)
def test_a_shared_or_used_up_file_is_silent(program: str, tmp_path: Path) -> None:
    assert files_of(program, tmp_path) == []


def test_the_finding_names_the_reader_and_its_line(tmp_path: Path) -> None:
    text = HEADER + textwrap.dedent(REPORTED["a literal path"])
    (finding,) = lint(tmp_path, {"flow.py": text})
    assert finding.line == 4
    assert "Step `flow.b` reads it (" in finding.why
    assert "flow.py:6)" in finding.why
