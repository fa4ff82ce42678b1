"""The hooks that a ``conftest.py`` may implement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from durable_core import Run


@pytest.hookspec(firstresult=True)
def pytest_durable_normalize(run: Run) -> dict[str, object] | None:
    """Return the state of an ended run as it is to be compared, by field.

    For what differs from run to run without meaning anything: a time stamp, the order
    of a list. Start from ``run.state_wire`` (encoded) or from ``vars(run.state)``, and
    replace or leave out fields; values may be anything that a state may hold. Fields
    that are returned unchanged are compared after each step, replaced ones once, at
    the end of the run, and those left out not at all.

    Return None to change nothing. The first answer that is not None counts, so a
    ``conftest.py`` nearer to the test wins.
    """
