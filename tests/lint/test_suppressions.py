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


HEAD = """
from durable_core import step

seen = []

"""
ODD = {
    "a semicolon": ("    seen.pop(); seen.clear()  # durable: ignore[DUR103] why", 0),
    "a line of its own above": (
        "    # durable: ignore[DUR103] why\n    seen.clear()",
        2,
    ),
    "another tool's before it": (
        "    seen.clear()  # noqa: E1  # durable: ignore[DUR103] why",
        0,
    ),
    "another tool's behind it": (
        "    seen.clear()  # durable: ignore[DUR103] why  # noqa",
        0,
    ),
    "a form feed": ("\f\n    seen.clear()  # durable: ignore[DUR103] why", 0),
    "a string over lines": (
        "    seen.append('''\n# durable: ignore[DUR103] not a comment\n''')",
        1,
    ),
    "behind a string over lines": (
        "    seen.append('''\n# text\n''')  # durable: ignore[DUR103] why",
        0,
    ),
    "a backslash": ("    seen \\\n        .clear()  # durable: ignore[DUR103] why", 0),
    "the next statement": (
        "    seen.clear()\n    x = 1  # durable: ignore[DUR103] why",
        2,
    ),
    "no blanks": ("    seen.clear()  #durable:ignore[DUR103]why", 0),
    "another word": ("    seen.clear()  # durable: ignored[DUR103] why", 1),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize(("body", "left"), ODD.values(), ids=ODD)
def test_a_comment_is_read_as_python_reads_it(
    body: str, left: int, newline: str, tmp_path: Path
) -> None:
    text = f"{HEAD}@step\ndef note(state, context):\n{body}\n"
    (tmp_path / "flow.py").write_text(text, encoding="utf-8", newline=newline)
    assert len(names(lint(tmp_path, {}))) == left


CACHED = """
    import functools
    from durable_core import step

    {decorator}
    def settings(
        path,{inside}
    ):{head}
        with open(path) as file:
            return file.read()

    @step
    def read(state, context):
        return {{"x": settings(state.path)}}
"""


@pytest.mark.parametrize(
    ("place", "comment"),
    [
        ("decorator", "@functools.lru_cache  # durable: ignore[DUR201] why"),
        (
            "decorator",
            "@functools.lru_cache(\n        maxsize=1,  # durable: ignore[DUR201] why\n    )",
        ),
        ("inside", "  # durable: ignore[DUR201] why"),
        ("head", "  # durable: ignore[DUR201] why"),
    ],
)
def test_a_comment_on_a_decorator_or_anywhere_in_the_def_line_counts(
    place: str, comment: str, tmp_path: Path
) -> None:
    parts = {"decorator": "@functools.lru_cache", "inside": "", "head": ""}
    assert names(lint(tmp_path / "a", CACHED.format(**parts))) == ["in-process-cache"]
    assert (
        names(lint(tmp_path / "b", CACHED.format(**(parts | {place: comment})))) == []
    )


def told(tmp_path: Path, comment: str) -> list[str]:
    findings = lint(
        tmp_path, flow(on_last_line=comment, on_helper="# durable: ignore[DUR103] x")
    )
    return [f.what for f in findings if f.code == "DUR901"]


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ("DUR402", ["This suppression hides nothing."]),
        ("DUR103, DUR402", ["`DUR402` hides nothing here."]),
        ("DUR402, DUR103, DUR404", ["`DUR402`, `DUR404` hide nothing here."]),
        (
            "DUR103, DUR999",
            ["`DUR999` hides nothing here. There is no rule `DUR999`."],
        ),
        (
            "module-mutatoin",
            [
                "This suppression hides nothing. There is no rule `module-mutatoin`; perhaps `module-mutation` is meant."
            ],
        ),
        ("DUR103", []),
        ("module-mutation", []),
    ],
)
def test_what_hides_nothing_is_told_rule_by_rule(
    rules: str, what: list[str], tmp_path: Path
) -> None:
    assert told(tmp_path, f"# durable: ignore[{rules}] why") == what
