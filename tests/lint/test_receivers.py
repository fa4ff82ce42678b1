"""A method that one step calls on its own object, and another on the module's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linting import lint

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
    from durable_core import step

    class Book:
        def __init__(self):
            self.rows = []

        def add(self, row):
            if not row:
                raise ValueError("empty")
            for part in row:
                self.rows.append(part)
            return len(self.rows)

    shared = Book()

    @step
    def alone(state, context):
        book = Book()
        book.add(state.row)
        return {"rows": book.rows}

    @step
    def together(state, context):REASON
        return {"n": keep(state.row)}

    def keep(row):
        return shared.add(row)
"""


def test_the_step_that_knows_the_module_s_object_is_told(tmp_path: Path) -> None:
    findings = lint(tmp_path, PROGRAM.replace("REASON", ""))
    assert [(f.name, f.line) for f in findings] == [("singleton", 11)]
    assert findings[0].call_path == ("flow.together", "flow.keep", "flow.Book.add")


def test_a_suppression_of_that_step_hides_it(tmp_path: Path) -> None:
    reason = "  # durable: ignore[singleton] one worker"
    assert lint(tmp_path, PROGRAM.replace("REASON", reason)) == []


def test_an_object_that_was_handed_on_at_import_is_still_told(tmp_path: Path) -> None:
    program = PROGRAM.replace("REASON", "").replace(
        "    shared = Book()\n", "    shared = Book()\n    HELD = [shared]\n"
    )
    program = program.replace("return shared.add(row)", "return HELD[0].add(row)")
    findings = lint(tmp_path, program)
    assert [(f.name, f.line) for f in findings] == [("singleton", 11)]
