"""One variant of a test at a time, across xdist's workers.

The variants of a test use the same paths, ports and rows. The test never ran beside
itself before; its variants must not either, or they would disturb each other.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_durable.items import executor_of, test_of

if TYPE_CHECKING:
    from collections.abc import Generator

_KEY = "durable_turns"


class Turns:
    """In xdist's controller: makes the place to meet. In a worker: waits there."""

    def __init__(self, config: pytest.Config) -> None:
        self._folder: str | None = getattr(config, "workerinput", {}).get(_KEY)
        self._made: str | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where to meet the others."""
        if self._made is None:
            self._made = tempfile.mkdtemp(prefix="pytest-durable-")
        node.workerinput[_KEY] = self._made

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Wait until no other worker runs a variant of this test, and keep it so."""
        if self._folder is None or executor_of(item) is None:
            return (yield)
        import fcntl  # not on Windows, where nothing is told to wait

        test = hashlib.blake2b(test_of(item).encode(), digest_size=12).hexdigest()
        with (Path(self._folder) / test).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            return (yield)

    def pytest_unconfigure(self) -> None:
        """Remove the place; the workers have ended by now."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
