"""Where findings begin and end: in characters, whatever encoding the file has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lint_rules.ranges import Ranges, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from lint_rules.finding import Finding


def ranged(text: str, marked: str) -> str:
    """Return the text in the range of what begins where `marked` does."""
    line, byte = next(
        (number, len(row[: row.index(marked)].encode()) + 1)
        for number, row in enumerate(text.split("\n"), 1)
        if marked in row
    )
    span = Ranges(text, [(line, byte)]).at(line, byte)
    rows = text.split("\n")[span.line - 1 : span.end_line]
    rows[-1] = rows[-1][: span.end_column - 1]
    rows[0] = rows[0][span.column - 1 :]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "marked", "range_"),
    [
        ("seen.append(1)\n", "seen", "seen.append(1)"),
        ("if seen.pop() > 3: pass\n", "seen", "seen.pop()"),
        ("TOTALS['ü'] = x\n", "TOTALS", "TOTALS['ü']"),
        ("é = 1; größe.add(é)  # ü\n", "größe", "größe.add(é)"),
        ("x = '\u2028'; seen.append(x)\n", "seen", "seen.append(x)"),
        ("x = '\f'; seen.append('𝔘')\n", "seen", "seen.append('𝔘')"),
        ("seen.update(\n    a=1,\n)\n", "seen", "seen.update(\n    a=1,\n)"),
        ("def load(state):\n    return 1\n", "def", "def load"),
        ("class A:\n    async  def lädt(self): pass\n", "async", "async  def lädt"),
        ("class Ä(Base):\n    x = 1\n", "class", "class Ä"),
        ("@lru_cache(maxsize=3)\ndef f(): pass\n", "lru", "lru_cache(maxsize=3)"),
        ("def f(a, größe={}): pass\n", "größe", "größe"),
        ("for x in y:\n    pass\n", "for", "for x in y"),
        ("with a as b, c:\n    pass\n", "with", "with a as b, c"),
        ("while a < b:\n    pass\n", "while", "while a < b"),
        ("try:\n    pass\nfinally:\n    pass\n", "try", "try"),
        ("import os, sys\n", "import", "import os, sys"),
        ("global X\n", "global", "global X"),
        ("return f'{a}'\n", "return", "return f'{a}'"),
        ("f(lambda: 1)\n", "lambda", "lambda: 1"),
    ],
)
def test_the_range_is_what_a_reader_would_underline(
    text: str, marked: str, range_: str
) -> None:
    assert ranged(text, marked) == range_


@pytest.mark.parametrize("text", ["x = (\n", "if True seen\n", "x = '\ud800'; seen\n"])
def test_a_file_that_does_not_parse_has_ranges_of_words(text: str) -> None:
    column = text.find("seen") + 1 or 1
    assert Ranges(text).word(1, column).end_column > column
    assert Ranges(text, [(1, column)]).at(1, column).line == 1


@pytest.mark.parametrize("place", [(1, 1), (1, 99), (99, 1), (2, 5)])
def test_a_place_outside_the_text_has_an_empty_range(place: tuple[int, int]) -> None:
    assert Ranges("", [place]).at(*place) == Span(*place, *place)
    assert Ranges("").rest(*place) == Span(*place, *place)


PROGRAM = """
    from durable_core import step

    größen = []

    @step
    def note(state, context):
        "äöü"; größen.append(state.name)

    @step
    def nothing(state, context):
        x = "ü"  # durable: ignore[DUR103] für später

    STEPS = [note, nothing]
"""


def test_columns_of_findings_count_characters(
    linted: Callable[..., list[Finding]],
) -> None:
    note, unused = linted(PROGRAM)
    assert (note.line, note.column, note.end_line, note.end_column) == (7, 12, 7, 37)
    assert (unused.code, unused.line, unused.column) == ("DUR901", 11, 14)
    assert unused.end_column == 14 + len("# durable: ignore[DUR103] für später")


def test_a_byte_order_mark_is_no_character(
    linted: Callable[..., list[Finding]],
) -> None:
    program = "\ufeffseen = []\n\ndef a(state, context): seen.append(1)\n"
    (found,) = linted({"flow.py": program})
    assert (found.line, found.column, found.end_column) == (3, 24, 38)


def test_an_unreadable_file_has_a_range_too(
    linted: Callable[..., list[Finding]],
) -> None:
    (found,) = linted("from durable_core import step\n\nx = = 1\n")
    assert (found.line, found.column) == (3, 5)
    assert (found.end_line, found.end_column) == (3, 8)


TWO_MODULES = {
    "flow.py": """
        from durable_core import step
        from helper import SEEN, refresh

        def middle(x):
            refresh(x)

        @step
        def load(state, context):
            middle(state.url)

        @step
        def price(state, context):
            return {"seen": SEEN["a"]}

        STEPS = [load, price]
    """,
    "helper.py": """
        SEEN = {}

        def refresh(x):
            SEEN["a"] = x
    """,
}


def test_a_finding_knows_its_call_sites_and_where_it_is_read(
    linted: Callable[..., list[Finding]],
) -> None:
    (found,) = linted(TWO_MODULES)
    assert [tuple(spot) for spot in found.calls] == [
        ("flow.py", 9, "`flow.load` calls `flow.middle`"),
        ("flow.py", 5, "`flow.middle` calls `helper.refresh`"),
    ]
    assert [tuple(spot) for spot in found.related] == [
        ("flow.py", 13, "step `flow.price` reads it here")
    ]


def test_a_path_in_a_list_of_steps_is_its_range(
    linted: Callable[..., list[Finding]],
) -> None:
    files = {"flow.py": "x = 1\n", "steps.yaml": 'steps: ["é", "flow:missing", f]\n'}
    (found,) = linted(files)
    assert (found.line, found.column, found.end_column) == (1, 15, 27)
