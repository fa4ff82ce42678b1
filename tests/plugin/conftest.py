"""Small suites of workflow tests, and what a pytest run on them says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from suites import Suite

# An in-process run forgets the modules that it imports itself; these take a second.
import durable_core.executors.celery_eager
import durable_core.executors.subprocess
import durable_core.executors.thread  # noqa: F401
import pytest_durable.session  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def suite(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Suite]:
    """An empty suite; the options of this very run do not reach it."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PY_COLORS", "0")
    made = Suite(pytester)
    yield made
    made.remove_leftovers()
