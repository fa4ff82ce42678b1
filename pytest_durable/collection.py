"""Puts workflow tests on the axis of executors, as pytest collects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_durable.axis import FIXTURE, Choice, subset
from pytest_durable.items import executor_of, test_of
from pytest_durable.options import ISOLATED

if TYPE_CHECKING:
    from collections.abc import Generator

MARK = "workflow"


class Collection:
    """The hooks of collection.

    ``references`` are the items of the reference executor by test, those included that
    a selection by node id leaves out.
    """

    def __init__(self, choices: tuple[Choice, ...], reference: str) -> None:
        self._choices = choices
        self._reference = reference
        self.references: dict[str, pytest.Item] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Collector, obj: object
    ) -> Generator[None, object, object]:
        """Make the mark ask for the fixture."""
        for node in collector.listchain():
            if _is_marked(node.own_markers):
                # At the node: on the function, a class that inherits it has it too.
                node.add_marker(pytest.mark.usefixtures(FIXTURE))
        if not isinstance(obj, type) and _is_marked(getattr(obj, "pytestmark", ())):
            pytest.mark.usefixtures(FIXTURE)(obj)
        made = yield
        for item in made if isinstance(made, list) else ():
            if executor_of(item) == self._reference:
                self.references[test_of(item)] = item
        return made

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a variant for each executor."""
        if FIXTURE not in metafunc.fixturenames:
            return
        marks = list(metafunc.definition.iter_markers("executors"))
        left = subset(self._choices, marks, metafunc.definition.nodeid)
        if len(self._choices) == 1 and left:
            return
        metafunc.parametrize(
            FIXTURE,
            [choice.as_param() for choice in sorted(left, key=_isolated_first)]
            or [_nothing_left(marks)],
            indirect=True,
            # The fixture is for the session, so that any fixture may use it; an axis
            # of that scope would reorder the whole suite by executor.
            scope="function",
        )


def _is_marked(marks: object) -> bool:
    """Whether there is the mark, and not yet the request for the fixture."""
    found = marks if isinstance(marks, (list, tuple)) else (marks,)
    names = {mark.name for mark in found}
    asked = any(m.name == "usefixtures" and FIXTURE in m.args for m in found)
    return MARK in names and not asked


def _isolated_first(choice: Choice) -> bool:
    """Order: what runs first finds nothing that another has left in memory."""
    return choice.name != ISOLATED


def _nothing_left(marks: list[pytest.Mark]) -> object:
    why = "@pytest.mark.executors leaves none of --executors"
    given = [mark.kwargs["reason"] for mark in marks if mark.kwargs.get("reason")]
    reason = f"{why}: {', '.join(given)}" if given else why
    return pytest.param(None, id="no-executor", marks=pytest.mark.skip(reason=reason))
