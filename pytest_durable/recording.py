"""Writes the journal of one test while its workflows run."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from durable_core.protocols import Returned
from durable_core.testing import run_under
from durable_core.wire import changes, digest
from pytest_durable.evidence.recorder import StepRecorder
from pytest_durable.evidence.values import Place, StepEvidence
from pytest_durable.journal import Attempt, Ending, Failure, RunJournal, TestJournal
from pytest_durable.normalizing import replaced_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from durable_core import Run, Workflow
    from durable_core.protocols import Executor, Outcome, StepCall, Wire
    from pytest_durable.evidence.user_files import UserFiles
    from pytest_durable.normalizing import Directories

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
    its run id gives the same result under every executor. Without ``compared`` steps
    are not watched: there is nothing to compare them with.
    """

    def __init__(
        self,
        test: str,
        executor: Executor,
        user_files: UserFiles,
        *,
        directories: Directories,
        normalize: Callable[[Run], Mapping[str, object] | None],
        watch: tuple[str, ...] = (),
        drawn: bool = False,
        compared: bool = True,
    ) -> None:
        self._test = test
        self._executor = executor
        self._user_files = user_files
        self._probes = (EvidenceProbe(user_files, watch),) if compared else ()
        self._watched = bool(watch)
        self._drawn = drawn
        self._directories = directories
        self._normalize = normalize
        self._started = 0
        self._attempts: dict[str, list[Attempt]] = {}
        self._inputs: dict[str, Mapping[str, Wire]] = {}
        self._runs: list[RunJournal] = []
        self.failed_runs: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make engines run under this executor and write to this journal."""
        with run_under(
            self._executor,
            probes=self._probes,
            new_run_id=self._new_run_id,
            after_step=self._after_step if self._probes else None,
            after_run=self._after_run,
        ):
            yield

    def journal(
        self, ending: Ending, failure: str = "", looks_at: tuple[str, ...] = ()
    ) -> TestJournal:
        """Return what was recorded of a test that ended like this."""
        return TestJournal(
            executor=self._executor.name,
            runs=tuple(self._runs),
            ending=ending,
            failure=failure,
            looks_at=looks_at,
            drawn=self._drawn,
            watched=self._watched,
        )

    def _new_run_id(self, workflow: str) -> str:
        self._started += 1
        return f"{workflow}-{digest(self._test)[:8]}-{self._started}"

    def _after_step(self, call: StepCall, outcome: Outcome) -> None:
        before = dict(call.state)
        self._inputs.setdefault(call.run_id, before)
        update: dict[str, Wire] = {}
        removed: tuple[str, ...] = ()
        failure = None
        if isinstance(outcome, Returned):
            update, removed = changes(before, outcome.state)
        else:
            error = call.target.codec.decode_error(outcome.error)
            failure = _failure(error, self._user_files)
        seen: Any = outcome.evidence.get(PROBE)
        attempt = Attempt(
            step=call.target.name,
            position=call.position,
            update={k: self._directories.without(v) for k, v in update.items()},
            removed=removed,
            failure=failure,
            evidence=StepEvidence() if seen is None else StepEvidence.from_json(seen),
        )
        self._attempts.setdefault(call.run_id, []).append(attempt)

    def _after_run(self, workflow: Workflow, run: Run) -> None:
        if run.error is not None:
            self.failed_runs.append(_told(run.error))
        if not self._probes:
            return
        given = self._inputs.pop(run.run_id, {})
        attempts = tuple(self._attempts.pop(run.run_id, ()))
        raw = {k: self._directories.without(v) for k, v in run.state_wire.items()}
        wanted = self._normalized(workflow, run, raw)
        self._runs.append(
            RunJournal(
                workflow=workflow.name,
                run_id=run.run_id,
                inputs={
                    key: digest(self._directories.without(wire))
                    for key, wire in given.items()
                },
                attempts=attempts,
                status=run.status.value,
                state=wanted,
                replaced=replaced_fields(raw, wanted),
            )
        )

    def _normalized(
        self, workflow: Workflow, run: Run, raw: Mapping[str, Wire]
    ) -> Mapping[str, Wire]:
        """Return the state to compare, encoded; plain values are encoded here."""
        answer = self._normalize(run)
        if answer is None:
            return raw
        kept = run.state_wire
        return {
            key: raw[key]
            if key in kept and value == kept[key]
            else self._directories.without(workflow.codec.encode(value, f"state.{key}"))
            for key, value in answer.items()
        }


def _failure(error: BaseException, user_files: UserFiles) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if user_files.owns(frame.filename)]
    last = own[-1] if own else None
    place = None
    if last is not None and last.lineno is not None:
        place = Place.at(last.filename, last.lineno)
    return Failure(
        type=type(error).__name__,
        text=str(error),
        traceback=_traceback(error),
        place=place,
    )


def _told(error: BaseException) -> str:
    """Return which step failed and why, without the frames of the engine."""
    cause = error.__cause__
    if cause is None:
        return str(error)
    first, _, _ = str(error).partition(f": {type(cause).__name__}")
    return f"{first}:\n\n{_traceback(cause)}"


def _traceback(error: BaseException) -> str:
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return "".join(lines)
