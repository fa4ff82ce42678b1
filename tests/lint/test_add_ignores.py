"""`--add-ignores`: comments that suppress what is found, on its logical lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import write

from lint_rules.cli import run_command

HEAD = (
    "from durable_core import step\n\nseen = {}\n\n\n@step\ndef note(state, context):\n"
)
ADD = ["--add-ignores", "--reason", "one worker only"]
MARK = "# durable: ignore[DUR103] one worker only"
FLOW = Path("flow.py")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


CASES = {
    "a line": ("    seen.clear()\n", f"    seen.clear()  {MARK}\n"),
    "a line with a comment": (
        "    seen.clear()  # noqa: E1\n",
        f"    seen.clear()  # noqa: E1  {MARK}\n",
    ),
    "blanks behind the line": (
        "    seen.clear()   \n",
        f"    seen.clear()  {MARK}   \n",
    ),
    "several lines": (
        "    seen.update(\n        a=state.a,  # why\n    )\n",
        f"    seen.update(\n        a=state.a,  # why\n    )  {MARK}\n",
    ),
    "a backslash": (
        "    seen[1] = \\\n        state.a\n",
        f"    seen[1] = \\\n        state.a  {MARK}\n",
    ),
    "a string over lines": (
        '    seen["""\n# no comment\n"""] = 1\n',
        f'    seen["""\n# no comment\n"""] = 1  {MARK}\n',
    ),
    "two statements": (
        "    seen.clear(); seen.pop(1)\n",
        f"    seen.clear(); seen.pop(1)  {MARK}\n",
    ),
    "a compound statement": (
        "    if state.a: seen.clear()\n",
        f"    if state.a: seen.clear()  {MARK}\n",
    ),
    "no line end at the end": ("    seen.clear()", f"    seen.clear()  {MARK}"),
    "a form feed": ("\f\n    seen.clear()\n", f"\f\n    seen.clear()  {MARK}\n"),
    "a comment of ours for another rule": (
        "    seen.clear()  # durable: ignore[DUR105] because\n",
        "    seen.clear()  # durable: ignore[DUR105, DUR103] because\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_a_comment_is_written_to(before: str, after: str) -> None:
    FLOW.write_text(HEAD + before)
    assert run_command([*ADD, "--select", "DUR103", "."]) == 0
    assert FLOW.read_text() == HEAD + after
    assert run_command(["--select", "DUR103", "."]) == 0


@pytest.mark.parametrize(
    ("start", "newline"),
    [(b"\xef\xbb\xbf", b"\n"), (b"", b"\r\n"), (b"\xef\xbb\xbf", b"\r\n")],
)
def test_marks_and_line_ends_are_kept(start: bytes, newline: bytes) -> None:
    text = (HEAD + "    seen.clear()\n").encode().replace(b"\n", newline)
    FLOW.write_bytes(start + text)
    assert run_command([*ADD, "."]) == 0
    expected = text.replace(b"clear()", b"clear()  " + MARK.encode())
    assert FLOW.read_bytes() == start + expected


def test_a_second_time_adds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"flow.py": HEAD + "    seen.clear()\n    seen.pop(1)\n"})
    assert run_command([*ADD, "."]) == 0
    assert capsys.readouterr().out == "Suppressed 2 findings in 1 file.\n"
    once = FLOW.read_bytes()
    assert run_command([*ADD, "."]) == 0
    assert capsys.readouterr().out == "Suppressed 0 findings in 0 files.\n"
    assert FLOW.read_bytes() == once


def test_findings_of_a_statement_share_a_comment() -> None:
    text = HEAD.replace("seen = {}", "import os\nseen = {}")
    FLOW.write_text(text + "    seen[1] = os.environ['A'] = state.a\n")
    assert run_command([*ADD, "."]) == 0
    assert "# durable: ignore[DUR103, DUR501] one worker only" in FLOW.read_text()
    assert run_command(["."]) == 0


def test_only_what_is_told_is_suppressed() -> None:
    text = HEAD + "    seen.clear()\n"
    write(Path(), {"a/flow.py": text, "b/flow.py": text})
    assert run_command([*ADD, ".", "--changed-files", "a/flow.py"]) == 0
    assert MARK in Path("a/flow.py").read_text()
    assert MARK not in Path("b/flow.py").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--add-ignores"], "needs --reason TEXT"),
        (["--add-ignores", "--reason", "  "], "needs --reason TEXT"),
        (["--add-ignores", "--reason", "two\nlines"], "must be one line"),
        (["--add-ignores", "--reason", "see # there"], "must be one line"),
        (["--reason", "why"], "--reason needs --add-ignores"),
        ([*ADD, "--fix"], "does not go together with --fix"),
        ([*ADD, "--write-baseline", "--baseline", "b"], "does not go together"),
    ],
)
def test_without_a_reason_nothing_is_suppressed(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), {"flow.py": HEAD + "    seen.clear()\n"})
    assert run_command([*arguments, "."]) == 2
    assert message in capsys.readouterr().err
    assert "durable:" not in FLOW.read_text()


def test_a_ticket_may_be_the_reason() -> None:
    write(Path(), {"flow.py": HEAD + "    seen.clear()\n"})
    assert run_command(["--add-ignores", "--reason", "see #12", "."]) == 0
    assert FLOW.read_text().endswith("# durable: ignore[DUR103] see #12\n")
    assert run_command(["."]) == 0


def test_a_file_that_cannot_take_the_comment_is_left_alone_with_a_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = ("# coding: latin-1\n" + HEAD + "    seen.clear()\n").encode("latin-1")
    FLOW.write_bytes(before)
    write(Path(), {"other.py": HEAD + "    seen.clear()\n"})
    assert run_command(["--add-ignores", "--reason", "5 € less", "."]) == 1
    err = capsys.readouterr().err
    assert "flow.py: iso-8859-1 has no character for the new text" in err
    assert FLOW.read_bytes() == before
    assert "5 € less" in Path("other.py").read_text(encoding="utf-8")


def test_a_read_only_file_is_left_alone_with_a_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": HEAD + "    seen.clear()\n"})
    FLOW.chmod(0o444)
    assert run_command([*ADD, "."]) == 1
    assert "flow.py is read-only; it was left alone" in capsys.readouterr().err
    assert MARK not in FLOW.read_text()


def test_a_file_that_cannot_be_read_cannot_be_suppressed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": "from celery import (\n"})
    assert run_command([*ADD, "."]) == 1
    assert (
        "flow.py:1: DUR905 cannot be suppressed by a comment" in capsys.readouterr().err
    )
