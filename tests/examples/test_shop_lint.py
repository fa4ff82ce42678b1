"""The shop of ``examples/`` under ``durable-lint``, as a newcomer runs it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from shop_cases import PITFALLS, ROOT, SHOP, SOURCES, WASTEFUL, Pitfall
from shop_runs import run_python


@dataclass(frozen=True)
class Marked:
    """A source line that the linter points at."""

    file: str
    line: int


def lint(*options: str) -> tuple[int, set[Marked], str]:
    """Return exit code, marked lines and output of ``durable-lint`` on the shop."""
    path = str((SHOP / "src").relative_to(ROOT))
    done = run_python("lint_rules", path, *options)
    found = re.findall(r"(?m)^(\S+\.py):(\d+):(?:\d+:)? .*DUR\d+", done.stdout)
    folder = SOURCES.relative_to(ROOT).as_posix() + "/"
    marked = {Marked(file.partition(folder)[2], int(line)) for file, line in found}
    return done.returncode, marked, done.stdout + done.stderr


@pytest.mark.parametrize("pitfall", PITFALLS.values(), ids=lambda p: p.module)
def test_the_linter_marks_each_pitfall_at_its_line(pitfall: Pitfall) -> None:
    code, marked, output = lint()
    assert code == 1, output
    file = f"pitfalls/{pitfall.module}.py"
    lines = {Marked(file, pitfall.line(text)) for text in pitfall.marks}
    assert lines & marked, output


def test_the_linter_is_silent_about_what_only_wastes() -> None:
    _, marked, output = lint()
    assert not [one for one in marked if one.file.startswith("wasteful/")], output


def test_the_strict_linter_tells_what_only_wastes() -> None:
    _, marked, output = lint("--strict")
    wasteful = {one.file for one in marked if one.file.startswith("wasteful/")}
    assert len(wasteful) == len(WASTEFUL), output


@pytest.mark.parametrize("options", [(), ("--strict",)], ids=["default", "strict"])
def test_the_linter_is_silent_about_all_the_rest(options: tuple[str, ...]) -> None:
    _, marked, output = lint(*options)
    folders = ("pitfalls/", "wasteful/")
    assert not [one for one in marked if not one.file.startswith(folders)], output
