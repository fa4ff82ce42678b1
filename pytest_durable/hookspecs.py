"""The hooks that a ``conftest.py`` may implement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from durable_core import Run


@pytest.hookspec(firstresult=True)
def pytest_durable_normalize(run: Run) -> dict[str, object] | None:
    """Return the state to compare, by field, in place of ``run.state_wire``.

    For fields that differ from run to run without meaning anything, such as a time
    stamp. The values must be JSON values. The first answer that is not None counts.
    """
