"""Comments that suppress findings, and findings about such comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import lint, names

from lint_rules.cli import run_command
from lint_rules.suppressions import read_suppressions

FLOW = """
    from durable_core import step

    seen = {{}}

    def keep(name):{on_helper}
        seen[name] = True

    @step
    def note(state, context):{on_step}
        keep(
            state.name,
        )
        seen.update({on_arguments}
            name=state.name,
        ){on_last_line}
"""


def flow(**comments: str) -> str:
    parts = dict.fromkeys(("on_helper", "on_step", "on_arguments", "on_last_line"), "")
    parts |= {place: f"  {comment}" for place, comment in comments.items()}
    return FLOW.format(**parts)


CASES = {
    "none": ({}, ["module-mutation", "module-mutation"]),
    "a code": (
        {"on_last_line": "# durable: ignore[DUR103] one worker only"},
        ["module-mutation"],
    ),
    "a name": (
        {"on_last_line": "# durable: ignore[module-mutation] one worker only"},
        ["module-mutation"],
    ),
    "a list": (
        {"on_last_line": "# durable: ignore[DUR402, DUR103] one worker only"},
        ["module-mutation", "unused-suppression"],
    ),
    "the first line of a logical line": (
        {"on_arguments": "# durable: ignore[DUR103] one worker only"},
        ["module-mutation"],
    ),
    "the helper's def line": (
        {"on_helper": "# durable: ignore[DUR103] one worker only"},
        ["module-mutation"],
    ),
    "the step's def line, which cuts its calls": (
        {"on_step": "# durable: ignore[DUR103] one worker only"},
        [],
    ),
    "no reason": (
        {"on_last_line": "# durable: ignore[DUR103]"},
        ["module-mutation", "suppression-without-reason"],
    ),
    "another rule": (
        {"on_last_line": "# durable: ignore[DUR402] one worker only"},
        ["module-mutation", "module-mutation", "unused-suppression"],
    ),
    "a rule that there is none of": (
        {"on_last_line": "# durable: ignore[DUR999] one worker only"},
        ["module-mutation", "module-mutation", "unused-suppression"],
    ),
    "another rule on a def line": (
        {"on_step": "# durable: ignore[DUR402] one worker only"},
        ["module-mutation", "module-mutation", "unused-suppression"],
    ),
    "no rule at all": (
        {"on_last_line": "# durable: ignore one worker only"},
        ["blanket-suppression", "module-mutation"],
    ),
}


@pytest.mark.parametrize(("comments", "left"), CASES.values(), ids=CASES)
def test_a_comment_with(
    comments: dict[str, str], left: list[str], tmp_path: Path
) -> None:
    assert sorted(names(lint(tmp_path, flow(**comments)))) == left


def test_a_comment_on_a_rule_that_did_not_run_is_not_called_unused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = flow(on_last_line="# durable: ignore[DUR402] shared mount")
    lint(tmp_path, text)
    assert run_command(["--ignore", "DUR103,DUR402", "."]) == 0
    assert run_command(["--ignore", "DUR103", "."]) == 1


def test_a_suppression_in_a_string_is_none() -> None:
    source = 'x = "# durable: ignore[DUR103] why"\n'
    assert read_suppressions(source, "x.py") == []


def test_a_comment_of_its_own_line_covers_that_line_only() -> None:
    source = "x = 1\n# durable: ignore[DUR103] why\ny = 2\n"
    (found,) = read_suppressions(source, "x.py")
    assert (found.first, found.last) == (2, 2)
