"""A finding is known again when the lines around it move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linting import lint

if TYPE_CHECKING:
    from pathlib import Path

    from lint_rules.finding import Fingerprint

FLOW = """
    from durable_core import step

    seen = []

    def keep(name):
        seen.append(name)

    @step
    def note(state, context):
        keep(state.name)
        seen.append(state.name)
        seen.clear()
"""
MOVED = FLOW.replace("seen = []", "# more\n\n    LIMIT = 3\n    seen = []")
REACHED_BY_ANOTHER = FLOW.replace(
    "    @step",
    "    @step\n    def early(state, context):\n        keep(1)\n\n    @step",
)


def fingerprints(folder: Path, program: str) -> list[Fingerprint]:
    return [finding.fingerprint for finding in lint(folder, program)]


def test_it_holds_the_code_module_function_symbol_and_number(tmp_path: Path) -> None:
    assert fingerprints(tmp_path, FLOW) == [
        ("DUR103", "flow", "keep", "seen", 1),
        ("DUR103", "flow", "note", "seen", 1),
        ("DUR103", "flow", "note", "seen", 2),
    ]


def test_moved_lines_and_another_call_path_leave_it_alone(tmp_path: Path) -> None:
    before = fingerprints(tmp_path / "a", FLOW)
    assert fingerprints(tmp_path / "b", MOVED) == before
    assert fingerprints(tmp_path / "c", REACHED_BY_ANOTHER) == before


def test_a_file_that_cannot_be_read_is_known_by_its_module(linted) -> None:
    (finding,) = linted("from celery import (\n")
    assert finding.fingerprint == ("DUR905", "flow", "", "", 1)


def test_its_digest_tells_every_part_apart(tmp_path: Path) -> None:
    found = fingerprints(tmp_path, FLOW)
    other = found[0]._replace(symbol="other")
    assert len({fingerprint.digest for fingerprint in [*found, other]}) == 4
    assert all(len(fingerprint.digest) == 32 for fingerprint in found)
