"""One session of workflow tests: executors, journals, and the verdict of each variant.

Made when the first workflow test runs, so a session without one never imports the
engine.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from durable_core import create_executor, parse_duration
from durable_core.errors import DefinitionError
from durable_core.executors.subprocess import (
    PrivateHost,
    SubprocessExecutor,
    host_local_directories,
    private_host_refusal,
)
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.explain import Scene
from pytest_durable.options import ISOLATED
from pytest_durable.recording import Recording
from pytest_durable.verdict import Judge, Judgement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from durable_core.protocols import Executor
    from pytest_durable.journal import TestJournal
    from pytest_durable.options import Options

_PLACES = {"thread": "in another thread", ISOLATED: "in another process"}


class Session:
    """Keeps executors open, and the journals of tests."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._config = config
        self._options = options
        self._shared = list(options.shared_paths)
        self._executors: dict[str, Executor] = {}
        self._journals: dict[tuple[str, str], TestJournal] = {}
        self.user_files = UserFiles(config.rootpath)

    @functools.cached_property
    def host_refusal(self) -> str | None:
        """Why steps cannot have private directories here; None when they can."""
        return private_host_refusal()

    def executor(self, name: str) -> Executor:
        """Return the executor, made when it is first wanted."""
        if name not in self._executors:
            made = self._isolated() if name == ISOLATED else create_executor(name)
            self._executors[name] = made
        return self._executors[name]

    def share(self, path: str) -> None:
        """Keep a directory shared between steps that have private ones."""
        if path not in self._shared:
            self._shared.append(path)

    def close(self) -> None:
        """End every executor."""
        for executor in self._executors.values():
            executor.close()

    @contextmanager
    def recorded(
        self, test: str, executor: str, other: str, normalize: Any
    ) -> Iterator[Recording]:
        """Record what runs in the block, and put back what it leaves behind.

        What an in-process variant leaves in modules and caches would otherwise be
        there when an isolated one is forked, and hide the very leak. ``other`` is the
        executor whose journal of this test says which names to follow line by line.
        """
        known = self._journals.get((test, other))
        recording = Recording(
            test,
            self.executor(executor),
            self.user_files,
            watch=() if known is None else known.written_names(),
            normalize=normalize,
        )
        state = ModuleState.capture(self.user_files)
        try:
            with recording.running():
                yield recording
        finally:
            state.restore()

    def journal(self, test: str, executor: str) -> TestJournal | None:
        """Return what is known of a test under an executor."""
        return self._journals.get((test, executor))

    def remember(self, test: str, journal: TestJournal) -> None:
        """Keep a journal."""
        self._journals[test, journal.executor] = journal

    def judge(
        self,
        test: str,
        nodeid: str,
        executor: str,
        run_again: Callable[[], TestJournal | None],
    ) -> Judgement:
        """Return the verdict on a variant that has run, as its reference has."""
        reference = self._journals.get((test, self._options.reference))
        variant = self._journals.get((test, executor))
        if reference is None or variant is None:
            return Judgement(
                incomparable=f"it did not run on {self._options.reference}"
            )
        judge = Judge(
            scene=Scene(
                reference=reference.executor,
                variant=executor,
                place=_PLACES.get(executor, "before"),
                nodeid=nodeid,
                rootdir=str(self._config.rootpath),
            ),
            ignore_state=self._options.ignore_state,
            ignore_globals=self._options.ignore_globals,
            shared=tuple(self._shared),
            isolated=executor == ISOLATED,
            run_again=run_again,
        )
        return judge.judge(reference, variant)

    def _isolated(self) -> Executor:
        text = self._options.timeout
        try:
            timeout = parse_duration(text, "durable_timeout") if text else None
        except DefinitionError as error:
            raise pytest.UsageError(str(error)) from error
        host = None
        if self.host_refusal is None:
            host = PrivateHost(
                directories=host_local_directories(), shared=tuple(self._shared)
            )
        return SubprocessExecutor("snapshot", host=host, timeout=timeout)
