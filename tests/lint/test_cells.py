"""The store of the analysis only grows, so that the analysis comes to an end."""

from __future__ import annotations

from lint_rules.link.cells import LARGEST, MOST_PLACES, Cells
from lint_rules.link.values import Place, Unknown, one

KEY = ("global", "m", "x")


def _places(count: int) -> list[Place]:
    return [Place("global", "m", f"name{number}") for number in range(count)]


def test_a_key_with_too_many_places_wakes_nobody_any_more() -> None:
    cells = Cells()
    for number, place in enumerate(_places(LARGEST + 1)):
        cells.join(KEY, one(Unknown(f"{number}"), place))
    cells.reader = ("step", "m:f")
    before = cells.read(KEY)
    for place in _places(MOST_PLACES):
        cells.join(KEY, one(Unknown("more"), place))
    assert cells.peek(KEY) == before
    assert not cells.dirty


def test_a_key_with_too_many_things_remembers_a_few_places() -> None:
    cells = Cells()
    places = _places(2)
    for number in range(LARGEST + 1):
        cells.join(KEY, one(Unknown(f"{number}"), places[number % 2]))
    assert {value.via for value in cells.peek(KEY)} == {*places, None}
