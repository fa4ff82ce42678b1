"""The full format: source, marks and call path, at any width, in any script."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import write
from nasty import write_nasty
from told import printed

from lint_rules.formatters.excerpt import Excerpt
from lint_rules.formatters.printable import cells
from lint_rules.formatters.style import Style, style_of
from lint_rules.ranges import Span

TWO = {
    "flow.py": """
        from durable_core import step
        from helper import SEEN, refresh

        @step
        def load(state, context):
            refresh(state.url)

        @step
        def price(state, context):
            return {"seen": SEEN["a"]}

        STEPS = [load, price]
    """,
    "helper.py": """
        SEEN = {}

        def refresh(x):
        \tSEEN["ü"] = x
    """,
}
TOLD = """\
error[DUR103] module-mutation: `SEEN` of module `helper` gets an item.
  --> helper.py:4:2
   |
 4 |     SEEN["ü"] = x
   |     ^^^^^^^^^
  --> flow.py:6: `flow.load` calls `helper.refresh`
   |
 6 |     refresh(state.url)
   |
  --> flow.py:10: step `flow.price` reads it here
   |
10 |     return {"seen": SEEN["a"]}
   |
   = step: flow.load
   = why:  Step `flow.price` reads it (flow.py:10) and relies on another step
           for its value: in another process it finds an old value, or none.
   = do:   Return the value from the step, so that it travels in the state.

1 finding (1 error).
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_a_finding_is_told_with_its_source_its_way_and_its_reader(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), TWO)
    assert printed(capsys, "--output-format", "full") == TOLD


def test_colour_comes_only_where_it_is_understood(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path(), TWO)
    assert "\033[" not in printed(capsys, "--output-format", "full")
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = printed(capsys, "--output-format", "full")
    assert "\033[1;31merror[DUR103] module-mutation\033[0m: " in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033[" not in printed(capsys, "--output-format", "full")


def test_no_text_of_a_program_acts_on_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_nasty()
    out = printed(capsys, "--output-format", "full")
    assert "\x1b" not in out
    assert "\u2028" not in out
    assert "␛[31m" in out
    assert "\x1b" not in printed(capsys)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_of_source_is_wider_than_the_terminal(
    width: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    call = "a = 1; " * 30 + "seen.append('" + "x" * 200 + "')"
    write(Path(), {"flow.py": f"seen = []\n\ndef note(state, context):\n    {call}\n"})
    lines = printed(capsys, "--output-format", "full").splitlines()
    shown = [line for line in lines if " | " in line]
    assert len(shown) == 2
    assert all(len(line) <= width for line in shown)
    source, mark = shown
    begin = mark.index("^")
    assert source[begin:].startswith("seen.append('x")
    assert source.endswith("…")


def drawn(line: str, column: int, end: int, width: int = 80) -> tuple[str, str]:
    """Return the part of a line that stands above the mark, and the mark."""
    excerpt = Excerpt(1, Style(width))
    _, _, source, mark = excerpt.of("a.py", Span(1, column, 1, end), line)
    begin = mark.index("^")
    before, above, position = "", "", 0
    for char in source:
        if position < begin:
            before += char
        elif position < begin + mark.count("^"):
            above += char
        position += cells(char)
    return above, before


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("x = seen.pop()", "seen.pop()"),
        ("日本語; seen.pop()", "seen.pop()"),
        ("\tx\t= seen['\t']", "seen['\t']"),
        ("e\u0301 = größe.pop('ｗｉｄｅ')", "größe.pop('ｗｉｄｅ')"),
        ("x = '\x07'; seen.pop()", "seen.pop()"),
        ("日本語 = 1; " * 20 + "seen.pop()", "seen.pop()"),
    ],
)
def test_the_mark_stands_below_what_is_meant(line: str, meant: str) -> None:
    column = line.index(meant) + 1
    above, _ = drawn(line, column, column + len(meant))
    assert above.split() == meant.split()


def test_an_empty_range_still_has_a_mark() -> None:
    assert list(Excerpt(1, Style()).of("a.py", Span(1, 1, 1, 1), ""))[-1] == "  | ^"


def test_a_place_without_source_is_told_alone() -> None:
    told = list(Excerpt(1, Style()).of("a.py:3", Span(3, 1, 3, 1), None))
    assert told == [" --> a.py:3"]


def test_a_dumb_terminal_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import pty

    leader, follower = pty.openpty()
    with os.fdopen(leader, "wb"), os.fdopen(follower, "w") as terminal:
        monkeypatch.setenv("TERM", "xterm")
        assert style_of(terminal).colour
        monkeypatch.setenv("TERM", "dumb")
        assert not style_of(terminal).colour


def test_the_width_is_the_terminals_within_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    for columns, width in (("10", 40), ("90", 90), ("400", 120)):
        monkeypatch.setenv("COLUMNS", columns)
        assert style_of(sys.stdout).width == width
