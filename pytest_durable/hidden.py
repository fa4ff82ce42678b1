"""Runs the reference of a test unseen, in a fork of this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from pytest_durable.journal import TestJournal


class HiddenReference:
    """The references of this session's tests, each run when its journal is missing."""

    def __init__(
        self, config: pytest.Config, references: Mapping[str, pytest.Item]
    ) -> None:
        self._config = config
        self._references = references

    def run(
        self,
        test: str,
        nextitem: pytest.Item | None,
        written: Callable[[], TestJournal | None],
        seconds: float | None,
    ) -> TestJournal | None:
        """Return the journal of the reference; None where it has none, or dies.

        ``written`` returns what the run has written, in the process that ran it. After
        ``seconds`` the run is ended.
        """
        from pytest_durable.forked import text_from_fork
        from pytest_durable.journal import TestJournal

        reference = self._references.get(test)
        if reference is None or reference.get_closest_marker("skip") is not None:
            return None

        def run() -> str:
            run_protocol(reference, nextitem)
            journal = written()
            return json.dumps(None if journal is None else journal.to_json())

        text = text_from_fork(run, seconds)
        if text is None:
            self._drop_output()
        data = None if text is None else json.loads(text)
        return None if data is None else TestJournal.from_json(data)

    def why_not(self, test: str, executor: str) -> str:
        """Return why there is nothing to compare a test with."""
        if test in self._references:
            return f"it could not be run on {executor} beforehand"
        return f"it did not run on {executor}"

    def _drop_output(self) -> None:
        """Forget what a child that died has printed into this process's capture."""
        capture: Any = self._config.pluginmanager.get_plugin("capturemanager")
        if capture is not None and capture.is_globally_capturing():
            capture.read_global_capture()


def run_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> list[pytest.TestReport]:
    """Set up, call and tear down an item as pytest does, unreported."""
    # By its plugin name, as plugins that rerun tests do: nothing is imported from
    # pytest's private modules.
    runner: Any = item.config.pluginmanager.get_plugin("runner")
    reports: list[pytest.TestReport] = runner.runtestprotocol(
        item, log=False, nextitem=nextitem
    )
    return reports
