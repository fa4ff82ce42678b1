"""Writes the journal of one test while its workflows run."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from durable_core.protocols import Returned
from durable_core.testing import run_under
from durable_core.wire import changes, digest
from pytest_durable.evidence.recorder import StepRecorder
from pytest_durable.evidence.values import Place, StepEvidence
from pytest_durable.journal import Attempt, Failure, RunJournal, TestJournal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from durable_core import Run, Workflow
    from durable_core.protocols import Executor, Outcome, StepCall, Wire
    from pytest_durable.evidence.user_files import UserFiles

PROBE = "pytest_durable"


class EvidenceProbe:
    """Watches each step, in whichever process runs it."""

    name = PROBE

    def __init__(self, user_files: UserFiles, watch: tuple[str, ...]) -> None:
        self._user_files = user_files
        self._watch = watch

    def begin(self, call: StepCall) -> EvidenceObservation:
        """Start watching one attempt."""
        recorder = StepRecorder(user_files=self._user_files, watch=self._watch)
        recorder.begin(call.target.function)
        return EvidenceObservation(recorder)


class EvidenceObservation:
    """One attempt being watched."""

    def __init__(self, recorder: StepRecorder) -> None:
        self._recorder = recorder

    def end(self) -> Wire:
        """Return the evidence as JSON values."""
        return self._recorder.end().to_json()


class Recording:
    """The journal of one test under one executor, as it is written.

    Run ids are made from the test's name and a count, so that a step which looks at
    its run id gives the same result under every executor.
    """

    def __init__(
        self,
        test: str,
        executor: Executor,
        user_files: UserFiles,
        *,
        watch: tuple[str, ...] = (),
        normalize: Callable[[Run], Mapping[str, Wire] | None],
    ) -> None:
        self._test = test
        self._executor = executor
        self._user_files = user_files
        self._probe = EvidenceProbe(user_files, watch)
        self._watched = bool(watch)
        self._normalize = normalize
        self._started = 0
        self._attempts: dict[str, list[Attempt]] = {}
        self._inputs: dict[str, Wire] = {}
        self._runs: list[RunJournal] = []
        self.errors: list[BaseException] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make engines run under this executor and write to this journal."""
        with run_under(
            self._executor,
            probes=(self._probe,),
            new_run_id=self._new_run_id,
            after_step=self._after_step,
            after_run=self._after_run,
        ):
            yield

    def journal(self, failure: str) -> TestJournal:
        """Return what was recorded; ``failure`` is how the test failed, if it did."""
        return TestJournal(
            executor=self._executor.name,
            runs=tuple(self._runs),
            failure=failure,
            watched=self._watched,
        )

    def _new_run_id(self, workflow: str) -> str:
        self._started += 1
        return f"{workflow}-{digest(self._test)[:8]}-{self._started}"

    def _after_step(self, call: StepCall, outcome: Outcome) -> None:
        before = dict(call.state)
        self._inputs.setdefault(call.run_id, before)
        seen = outcome.evidence.get(PROBE)
        evidence = StepEvidence() if seen is None else StepEvidence.from_json(seen)  # type: ignore[arg-type]
        if isinstance(outcome, Returned):
            update, removed = changes(before, outcome.state)
            attempt = Attempt(
                step=call.target.name,
                position=call.position,
                update=update,
                removed=removed,
                evidence=evidence,
            )
        else:
            error = call.target.codec.decode_error(outcome.error)
            attempt = Attempt(
                step=call.target.name,
                position=call.position,
                failure=_failure(error, self._user_files),
                evidence=evidence,
            )
        self._attempts.setdefault(call.run_id, []).append(attempt)

    def _after_run(self, workflow: Workflow, run: Run) -> None:
        given = self._inputs.get(run.run_id, {})
        normalized = self._normalize(run)
        self._runs.append(
            RunJournal(
                workflow=workflow.name,
                run_id=run.run_id,
                key=digest(given),
                attempts=tuple(self._attempts.pop(run.run_id, ())),
                status=run.status.value,
                state=run.state_wire if normalized is None else normalized,
            )
        )
        if run.error is not None:
            self.errors.append(run.error)


def _failure(error: BaseException, user_files: UserFiles) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if user_files.owns(frame.filename)]
    last = own[-1] if own else None
    place = None
    if last is not None and last.lineno is not None:
        place = Place.at(last.filename, last.lineno)
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return Failure(
        type=type(error).__name__,
        text=str(error),
        traceback="".join(lines),
        place=place,
    )
