"""Bad input gives a finding or a message, never a traceback."""

from __future__ import annotations

import inspect
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from linting import lint, names, write

import lint_rules
from lint_rules.cli import run_command
from lint_rules.config import Config
from lint_rules.listing import codes
from lint_rules.runner import run
from lint_rules.source import LARGEST

if TYPE_CHECKING:
    from lint_rules.finding import Finding

STEP = b"""from durable_core import step
seen = []

@step
def note(state, context):
    seen.append(state.name)
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(content: bytes) -> list[Finding]:
    Path("flow.py").write_bytes(content)
    return lint(Path("flow.py"), {})


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"x = 1\ndef f(:\n    pass\n", 2),
        (b"if x:\npass\n", 2),
        (b"\x7fELF\x02\x01\0\0\0\0", 1),
        (b"x = 1\ny = '\0'\n", 2),
        (b"x = 1\ny = '\xff\xfe'\n", 2),
        (b"# coding: no-such-codec\nx = 1\n", 1),
        (b"x = (\n", 1),
        ("x = 1\n".encode("utf-16"), 1),
        (b"# coding: utf-16\nx = 1\n", 2),
        (b"x = " + b"(" * 500 + b")" * 500, 1),
    ],
    ids=[
        "a syntax error",
        "an indentation error",
        "a binary file",
        "a null byte",
        "bytes that are not UTF-8",
        "an unknown coding cookie",
        "an open bracket",
        "UTF-16",
        "a wrong cookie",
        "too many brackets",
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding_at_its_line(
    content: bytes, line: int
) -> None:
    (finding,) = found(content)
    assert (finding.code, finding.line) == ("DUR905", line)
    assert finding.path == "flow.py"
    assert run_command(["flow.py"]) == 1


@pytest.mark.parametrize(
    "content",
    [
        STEP,
        b"\xef\xbb\xbf" + STEP,
        STEP.replace(b"\n", b"\r\n"),
        STEP.replace(b"\n", b"\r"),
        b"\x0c\n" + STEP,
        b"# -*- coding: latin-1 -*-\nname = '\xe9'\n" + STEP,
        b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n# \x80\n" + STEP,
        STEP.rstrip(b"\n"),
        STEP + b"\x0c\n\n",
        STEP.replace(b"    seen", b"\tseen"),
    ],
    ids=[
        "a plain file",
        "a byte order mark",
        "line ends of Windows",
        "line ends of old",
        "a form feed",
        "a latin-1 cookie",
        "a cookie in the second line",
        "no line end at the end",
        "a form feed at the end",
        "tabs",
    ],
)
def test_a_file_that_python_reads_is_read(content: bytes) -> None:
    (finding,) = found(content)
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert finding.code == "DUR103"
    assert b"append" in lines[finding.line - 1]


@pytest.mark.parametrize("content", [b"", b"\n", b"# nothing\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_clean(content: bytes) -> None:
    assert found(content) == []


def test_a_broken_file_does_not_hide_the_others() -> None:
    write(Path(), {"broken.py": "def f(:\n", "flow.py": STEP.decode()})
    files = [Path("broken.py"), Path("flow.py")]
    assert run_command([str(file) for file in files]) == 1
    config = Config(selected=frozenset(codes().values()), strict=True, names=codes())
    findings = run(files, config).findings
    assert names(findings) == ["parse-error", "module-mutation"]


@pytest.mark.parametrize(
    ("broken", "flow", "count"),
    [
        ("def f(:\n", STEP, 0),
        ("from celery import (\n", STEP, 1),
        ("@task\ndef f(:\n", STEP, 1),
        ("def f(state, context:\n", STEP, 1),
        ("STEPS = [\n", STEP, 1),
        ("def f(:\n", b"import broken\n" + STEP, 1),
        ("def f(:\n", b"from broken import name\n" + STEP, 1),
    ],
    ids=[
        "no sign of steps",
        "an import of a library of steps",
        "a decorator",
        "a step's signature",
        "a list of steps",
        "imported by a step module",
        "a name imported by a step module",
    ],
)
def test_a_broken_file_in_a_folder_is_told_when_steps_may_need_it(
    broken: str, flow: bytes, count: int
) -> None:
    write(Path(), {"broken.py": broken, "flow.py": flow.decode()})
    assert names(lint(Path(), {})) == ["parse-error"] * count + ["module-mutation"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, {"app/flow.py": STEP.decode()})
    (tmp_path / "app" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    findings = lint(tmp_path, {})
    assert names(findings) == ["module-mutation", "parse-error"]
    assert findings[1].path == "self.py"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "flow.py"
    path.write_bytes(STEP)
    path.chmod(0)
    assert names(lint(tmp_path, {})) == ["parse-error"]


def test_a_folder_named_like_a_module_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "flow.py").mkdir()
    assert lint(tmp_path, {}) == []
    assert run_command(["flow.py"]) == 0


def test_a_pipe_and_a_socket_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.py")  # a longer path may be too long for a socket
        findings = lint(tmp_path, {"flow.py": STEP.decode()})
    assert names(findings) == ["module-mutation", "parse-error", "parse-error"]
    assert "no regular file" in findings[1].what


def test_a_very_large_file_is_skipped_and_told(tmp_path: Path) -> None:
    rows = "    ('a', 1, 2.5),\n" * (LARGEST // 18)
    (tmp_path / "data.py").write_bytes(STEP + b"ROWS = [\n" + rows.encode() + b"]\n")
    findings = lint(tmp_path, {"flow.py": STEP.decode()})
    assert names(findings) == ["parse-error", "module-mutation"]
    assert "1 MB is the limit" in findings[0].what


@pytest.mark.skipif(sys.platform == "darwin", reason="names there are UTF-8")
def test_a_name_that_is_not_utf_8_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path(os.fsdecode(b"fl\xffw.py")).write_bytes(STEP)
    for form in ("text", "json", "sarif", "github", "gitlab", "junit"):
        assert run_command([".", "--output-format", form]) == 1
        captured = capsys.readouterr()
        assert not captured.err
        assert "DUR103" in captured.out


def test_a_file_that_is_gone_when_it_is_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    findings = lint(tmp_path, {"flow.py": STEP.decode()})
    assert names(findings) == ["module-mutation", "parse-error"]


DEEP = {
    "parentheses": "(" * 10_000 + "1" + ")" * 10_000,
    "attributes": "state" + ".x" * 10_000,
    "many attributes": "state" + ".x" * 300_000,
    "operations": "1" + " + 1" * 10_000,
    "signs": "-" * 10_000 + "1",
    "calls": "state" + ".x()" * 10_000,
    "items": "state" + "[0]" * 10_000,
    "lambdas": "lambda: " * 10_000 + "1",
    "conditions": "1 if state else " * 10_000 + "1",
    "a chain of elif": "1\nif a: pass\n" + "elif a: pass\n" * 5_000,
    "operations just below the limit": "1" + " + state.x" * 980,
    "items just below the limit": "seen" + "[0]" * 980,
    "elif just below the limit": "1\nif a: pass\n" + "elif a: pass\n" * 980,
    "a nested pattern": "1\nmatch a:\n case " + "[" * 90 + "x" + "]" * 90 + ": pass\n",
}
_DRIVE = """
import sys
from lint_rules.cli import run_command
sys.exit(run_command(["deep.py", "flow.py"]))
"""


@pytest.mark.parametrize("expression", DEEP.values(), ids=DEEP.keys())
def test_deep_nesting_ends_neither_the_process_nor_the_run(expression: str) -> None:
    text = STEP.decode() + f"\nlong = {expression}\n"
    write(Path(), {"deep.py": text, "flow.py": STEP.decode()})
    place = str(Path(lint_rules.__file__).parents[1])
    ended = subprocess.run(
        [sys.executable, "-c", _DRIVE],
        env={**os.environ, "PYTHONPATH": place},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "flow.py:6:5: warn DUR103" in ended.stdout


def test_a_function_that_is_followed_too_deep_hides_no_other(tmp_path: Path) -> None:
    long = "".join(f"elif seen.pop({n}): pass\n" for n in range(250))
    text = (
        STEP.decode()
        + "\n@step\ndef long(state, context):\n"
        + textwrap.indent("if state: pass\n" + long + "seen.append(1)\n", "    ")
    )
    before = sys.getrecursionlimit()
    # Enough to read the chain, three calls a level, but not to follow it.
    sys.setrecursionlimit(len(inspect.stack(0)) + 900)
    try:
        findings = lint(tmp_path, text)
    finally:
        sys.setrecursionlimit(before)
    assert ("parse-error", "warn") in [(f.name, f.severity) for f in findings]
    assert "module-mutation" in names(findings)


def test_two_programs_in_one_folder_do_not_mix(tmp_path: Path) -> None:
    helper = "kept = []\n\ndef keep(name):\n    kept.append(name)\n"
    silent = "def keep(name):\n    return name\n"
    flow = """
        from durable_core import step
        from helper import keep

        @step
        def note(state, context):
            keep(state.name)
    """
    files = {"a/flow.py": flow, "a/helper.py": helper}
    files |= {"b/flow.py": flow, "b/helper.py": silent}
    assert [f.path for f in lint(tmp_path, files)] == ["a/helper.py"]


def test_a_very_long_expression_is_no_internal_error(tmp_path: Path) -> None:
    long = " + ".join(["state.x"] * 900)
    text = STEP.decode() + f"    return {{'x': {long}}}\n"
    (tmp_path / "flow.py").write_text(text)
    assert run_command(["."]) == 1


def test_a_very_long_chain_of_calls_is_no_internal_error(tmp_path: Path) -> None:
    long = "state" + ".x(1)" * 180
    text = STEP.decode() + f"    return {{'x': {long}}}\n"
    (tmp_path / "flow.py").write_text(text)
    assert run_command(["."]) == 1
