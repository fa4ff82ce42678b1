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
from durable_core.executors.subprocess import (
    PrivateHost,
    SubprocessExecutor,
    host_local_directories,
    private_host_refusal,
)
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.explain import Scene
from pytest_durable.recheck import changes_when_run_again
from pytest_durable.recording import Recording
from pytest_durable.verdict import Judge, Judgement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from durable_core.protocols import Executor
    from pytest_durable.journal import RunJournal, TestJournal
    from pytest_durable.options import Options

ISOLATED = "subprocess"
_PLACES = {"thread": "in another thread", ISOLATED: "in another process"}


class Session:
    """Keeps executors open and remembers the journal of each reference."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._config = config
        self._options = options
        self._shared = list(options.shared_paths)
        self._executors: dict[str, Executor] = {}
        self._references: dict[str, tuple[TestJournal, Recording]] = {}
        self.user_files = UserFiles(config.rootpath)
        self.recording: Recording | None = None

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

    def has_reference(self, test: str) -> bool:
        """Whether the reference of this test has run in this process."""
        return test in self._references

    @contextmanager
    def recorded(self, test: str, executor: str, normalize: Any) -> Iterator[Recording]:
        """Record what runs in the block, and put back what it leaves behind.

        What an in-process variant leaves in modules and caches would otherwise be
        there when an isolated one is forked, and hide the very leak.
        """
        known = self._references.get(test)
        watch = () if known is None else written_names(known[0])
        recording = Recording(
            test,
            self.executor(executor),
            self.user_files,
            watch=watch,
            normalize=normalize,
        )
        state = ModuleState.capture(self.user_files)
        self.recording = recording
        try:
            with recording.running():
                yield recording
        finally:
            self.recording = None
            state.restore()

    def remember(self, test: str, recording: Recording, *, passed: bool) -> None:
        """Keep the journal of a reference for its variants."""
        self._references[test] = (recording.journal(passed=passed), recording)

    def judge(
        self, test: str, nodeid: str, recording: Recording, failure: str
    ) -> Judgement | None:
        """Return the verdict on a variant; None without a reference to compare."""
        if test not in self._references:
            return None
        reference, origin = self._references[test]
        variant = recording.journal(passed=not failure)
        name = variant.executor
        judge = Judge(
            scene=Scene(
                reference=reference.executor,
                variant=name,
                place=_PLACES.get(name, "before"),
                nodeid=nodeid,
                rootdir=str(self._config.rootpath),
            ),
            ignore_state=self._options.ignore_state,
            ignore_globals=self._options.ignore_globals,
            isolated=name == ISOLATED,
            unstable=functools.partial(self._unstable, origin),
        )
        return judge.judge(reference, variant, failure)

    def _unstable(self, origin: Recording, run: RunJournal) -> frozenset[str]:
        """Return the keys that another run of the reference changes differently."""
        given = origin.workflows[run.workflow, run.key]
        child = SubprocessExecutor("snapshot", host=self._host())
        again = changes_when_run_again(self._options.reference, run.run_id, given, child)
        if again is None:
            return frozenset()
        return frozenset(
            key
            for attempt, update in zip(run.attempts, again, strict=False)
            for key in {**attempt.update, **update}
            if attempt.update.get(key) != update.get(key)
        )

    def _isolated(self) -> Executor:
        text = self._options.timeout
        try:
            timeout = parse_duration(text, "durable_timeout") if text else None
        except Exception as error:
            raise pytest.UsageError(str(error)) from error
        return SubprocessExecutor("snapshot", host=self._host(), timeout=timeout)

    def _host(self) -> PrivateHost | None:
        if self.host_refusal is not None:
            return None
        return PrivateHost(directories=host_local_directories(), shared=tuple(self._shared))


def written_names(reference: TestJournal) -> tuple[str, ...]:
    """Return the names of what the steps of a reference wrote outside their state."""
    names = (
        write.name
        for run in reference.runs
        for attempt in run.attempts
        for write in attempt.evidence.writes
    )
    return tuple(dict.fromkeys(names))
