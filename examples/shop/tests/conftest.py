"""What several groups of tests share."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def no_report() -> Iterator[None]:
    """Remove the sales report of the tests, before and after.

    It has the same name in every test process of this host: they take turns.
    """
    report = Path("/tmp/shop-report-2026-03-02.csv")
    with open("/tmp/shop-report.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        report.unlink(missing_ok=True)
        yield
        report.unlink(missing_ok=True)
        fcntl.flock(lock, fcntl.LOCK_UN)  # a child may still hold a copy of the lock
