"""One session of workflow tests: executors, journals, and the verdict of each variant.

Made when the first workflow test runs, so a session without one never imports the
engine.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING

from durable_core import create_executor, parse_duration
from durable_core.executors.subprocess import (
    PrivateHost,
    SubprocessExecutor,
    host_local_directories,
    private_host_refusal,
)
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.uses import uses_of
from pytest_durable.explain import Scene
from pytest_durable.normalizing import Directories
from pytest_durable.options import ISOLATED
from pytest_durable.recording import Recording
from pytest_durable.verdict import Judge, Judgement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from durable_core import Run
    from durable_core.protocols import Executor, Pending, StepCall, StepProbe
    from pytest_durable.journal import TestJournal
    from pytest_durable.options import Options


class Named:
    """The session's executor of a name, made when the first step starts."""

    def __init__(self, name: str, session: Session) -> None:
        self.name = name
        self._session = session

    def submit(self, call: StepCall, probes: Sequence[StepProbe] = ()) -> Pending:
        """Start the attempt."""
        return self._session.executor(self.name).submit(call, probes)

    def close(self) -> None:
        """The session closes it."""


class Session:
    """Keeps executors open, and the journals of tests."""

    def __init__(self, rootdir: Path, shown_from: Path, options: Options) -> None:
        self._shown_from = str(shown_from)
        self._options = options
        self._shared = list(options.shared_paths)
        self._directories = Directories()
        self._executors: dict[str, Executor] = {}
        self._journals: dict[tuple[str, str], TestJournal] = {}
        self._user_files = UserFiles(rootdir)

    @functools.cached_property
    def host_refusal(self) -> str | None:
        """Why steps cannot have private directories here; None when they can."""
        return private_host_refusal()

    def named(self, name: str) -> Executor:
        """Return an executor that a fixture of any scope may keep."""
        return Named(name, self)

    def executor(self, name: str) -> Executor:
        """Return the executor, made when it is first wanted."""
        if name not in self._executors:
            made = self._isolated() if name == ISOLATED else create_executor(name)
            self._executors[name] = made
        return self._executors[name]

    def share_test_directories(self, base: str) -> None:
        """Keep what pytest's own directories hold visible to every step.

        What a test gets as ``tmp_path`` it hands to steps on purpose, as it would a
        mount; and its name, which has the executor's in it, is no difference.
        """
        self._shared.append(base)
        self._directories.below(base)

    def close(self) -> None:
        """End every executor."""
        for executor in self._executors.values():
            executor.close()

    def recording(
        self,
        test: str,
        executor: str,
        *,
        other: str,
        normalize: Callable[[Run], Mapping[str, object] | None],
        drawn: bool,
        compared: bool,
    ) -> Recording:
        """Return an empty journal of a test under an executor.

        ``other`` is the executor whose journal of this test says which names to follow
        line by line.
        """
        known = self._journals.get((test, other))
        return Recording(
            test,
            self.named(executor),
            self._user_files,
            directories=self._directories,
            normalize=normalize,
            watch=() if known is None else known.written_names(),
            drawn=drawn,
            compared=compared,
        )

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Put back what the block leaves behind in the user's modules and caches.

        It would otherwise be there when an isolated variant is forked, and hide the
        very leak.
        """
        state = ModuleState.capture(self._user_files)
        try:
            yield
        finally:
            state.release()
            state.restore()

    def variables_of(self, function: object) -> tuple[str, ...]:
        """Return the names of the variables that a function's code uses."""
        state = ModuleState.capture(self._user_files)
        try:
            return tuple(dict.fromkeys(use.name for use in uses_of(function, state)))
        finally:
            state.release()

    def journal(self, test: str, executor: str) -> TestJournal | None:
        """Return what is known of a test under an executor."""
        return self._journals.get((test, executor))

    def remember(self, test: str, journal: TestJournal) -> None:
        """Keep a journal."""
        self._journals[test, journal.executor] = journal

    def judge(
        self,
        test: str,
        executor: str,
        *,
        nodeid: str,
        run_again: Callable[[], TestJournal | None],
        how_it_failed: str,
        why_not: str,
    ) -> Judgement:
        """Return the verdict on a variant that has run, as its reference has.

        ``nodeid`` is what a user would type; ``how_it_failed`` is pytest's own report;
        ``why_not`` says why the reference is not known, where it is not.
        """
        reference = self._journals.get((test, self._options.reference))
        variant = self._journals.get((test, executor))
        if reference is None or variant is None:
            return Judgement(incomparable=why_not)
        judge = Judge(
            scene=Scene(
                reference=reference.executor,
                variant=executor,
                nodeid=nodeid,
                directory=self._shown_from,
            ),
            ignore_state=self._options.ignore_state,
            ignore_globals=self._options.ignore_globals,
            shared=tuple(self._shared),
            run_again=run_again,
        )
        return judge.judge(reference, variant, how_it_failed)

    def seconds_for(self, test: str, executor: str) -> float | None:
        """Return how long a hidden run of a test may take: as long as its steps may."""
        journal = self._journals.get((test, executor))
        if self._timeout is None or journal is None:
            return None
        attempts = sum(len(run.attempts) for run in journal.runs)
        return self._timeout.total_seconds() * (attempts + 1)

    @property
    def _timeout(self) -> timedelta | None:
        text = self._options.timeout
        return parse_duration(text, "durable_timeout") if text else None

    def _isolated(self) -> Executor:
        host = None
        if self.host_refusal is None:
            host = PrivateHost(
                directories=host_local_directories(), shared=tuple(self._shared)
            )
        return SubprocessExecutor("snapshot", host=host, timeout=self._timeout)
