"""Runs the variants of each workflow test, and has them judged.

Every variant gets its verdict where it runs. If its reference is not known in this
process yet, because of xdist, a selection or a random order, it is run then, in a fork
of this process and unreported. So the verdict is the same serially, in parallel and
alone; and because the isolated variant runs first, what the reference leaves in
memory can never reach it.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_durable.hidden import HiddenReference, run_protocol
from pytest_durable.items import (
    FAILED_RUNS,
    JUDGEMENT,
    Diverged,
    draws_inputs,
    executor_of,
    is_workflow_test,
    test_of,
    typed_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from durable_core import Engine
    from pytest_durable.axis import Choice
    from pytest_durable.journal import TestJournal
    from pytest_durable.options import Options
    from pytest_durable.recording import Recording
    from pytest_durable.session import Session

_RECORDING: pytest.StashKey[Recording] = pytest.StashKey()
_NO_VERDICT = (pytest.skip.Exception, pytest.xfail.Exception)


class Variants:
    """The hooks of running; one object for each pytest session."""

    def __init__(
        self,
        config: pytest.Config,
        options: Options,
        choices: tuple[Choice, ...],
        references: Mapping[str, pytest.Item],
    ) -> None:
        self._config = config
        self._options = options
        self.choices = choices
        self._hidden = HiddenReference(config, references)
        self._base = ""
        self._session: Session | None = None

    # What the fixture and the report need.

    @property
    def only_name(self) -> str:
        """The executor of a test that has no axis."""
        several = len(self.choices) > 1
        return self._options.reference if several else self.choices[0].name

    def share_test_directories(self, base: str) -> None:
        """Keep pytest's own directories shared between the steps of all executors."""
        self._base = base
        if self._session is not None:
            self._session.share_test_directories(base)

    def engine(self, name: str) -> Engine:
        """Return an engine that uses this session's executor of that name."""
        from durable_core import Engine

        return Engine(self._open().named(name))

    @property
    def host_refusal(self) -> str | None:
        """Why steps have no private directories; None when they have, or none ran."""
        return None if self._session is None else self._session.host_refusal

    # Hooks.

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run a variant, then its reference where that is not known, then judge."""
        executor = executor_of(item)
        if executor in (None, self._options.reference):
            return None
        hook, place = item.ihook, item.location
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=place)
        reports = run_protocol(item, nextitem)
        if self._open().journal(test_of(item), executor) is not None:
            reports = self._judged(item, executor, nextitem, reports)
        for report in reports:
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=place)
        return True

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record what fixtures run."""
        if not is_workflow_test(item) or item.get_closest_marker("skip") is not None:
            return (yield)
        self._begin(item)
        with self._watched(item, last=False):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record what the test runs."""
        if not is_workflow_test(item):
            return (yield)
        if executor_of(item) is None:
            with self._watched(item, last=False):
                return (yield)
        with self._open().restored(), self._watched(item, last=True):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show why a run of the test failed; a divergence explains itself."""
        report = yield
        if report.failed and not (
            call.excinfo and call.excinfo.errisinstance(Diverged)
        ):
            for text in item.stash.get(FAILED_RUNS, ()):
                report.sections.append(("workflow run that failed", text.rstrip()))
        return report

    def pytest_unconfigure(self) -> None:
        """End the executors."""
        if self._session is not None:
            self._session.close()

    # Recording.

    def _begin(self, item: pytest.Item) -> None:
        test, executor = test_of(item), executor_of(item)
        normalize = item.ihook.pytest_durable_normalize
        recording = self._open().recording(
            test,
            executor or self.only_name,
            other="" if executor is None else self._other(test, executor),
            normalize=lambda run: normalize(run=run),
            drawn=draws_inputs(item),
            compared=executor is not None,
        )
        item.stash[_RECORDING] = recording
        item.stash[FAILED_RUNS] = recording.failed_runs
        item.stash[JUDGEMENT] = None

    @contextmanager
    def _watched(self, item: pytest.Item, *, last: bool) -> Iterator[None]:
        """Write to the journal; keep it after a failure, and after the last phase."""
        from pytest_durable.journal import Ending

        recording, ending, failure = item.stash[_RECORDING], Ending.PASSED, ""
        looks_at: tuple[str, ...] = ()
        try:
            with recording.running():
                yield
        except _NO_VERDICT:
            ending = Ending.SKIPPED
            raise
        except (Exception, pytest.fail.Exception) as error:
            ending, failure = Ending.FAILED, _as_text(error)
            looks_at = self._open().variables_of(getattr(item, "obj", None))
            raise
        finally:
            if executor_of(item) is not None and (last or ending is not Ending.PASSED):
                journal = recording.journal(ending, failure, looks_at)
                self._open().remember(test_of(item), journal)

    def _other(self, test: str, executor: str) -> str:
        """Return the executor whose journal says what to follow line by line."""
        reference = self._options.reference
        if executor != reference:
            return reference
        known = (choice.name for choice in self.choices if choice.name != reference)
        return next(
            (name for name in known if self._open().journal(test, name)), reference
        )

    # Judging.

    def _judged(
        self,
        item: pytest.Item,
        executor: str,
        nextitem: pytest.Item | None,
        reports: list[pytest.TestReport],
    ) -> list[pytest.TestReport]:
        """Return the reports with the verdict in place of the one it is about."""
        about = next((r for r in reports if r.when != "teardown" and r.failed), None)
        about = about or next((r for r in reports if r.when == "call"), None)
        if about is None or about.skipped:
            return reports
        try:
            ending = self._verdict(item, executor, nextitem, about)
        except pytest.fail.Exception as error:  # a timeout while the reference ran
            ending = _raising(error)
        if ending is None:
            return reports
        told = _remade(item, about, ending)
        return [told if report is about else report for report in reports]

    def _verdict(
        self,
        item: pytest.Item,
        executor: str,
        nextitem: pytest.Item | None,
        about: pytest.TestReport,
    ) -> Callable[[], None] | None:
        """Return how the phase ends after all; None where it ends as it did."""
        test, session = test_of(item), self._open()

        def run_reference() -> TestJournal | None:
            return self._hidden.run(
                test,
                nextitem,
                lambda: session.journal(test, self._options.reference),
                session.seconds_for(test, executor),
            )

        if session.journal(test, self._options.reference) is None:
            found = run_reference()
            if found is not None:
                session.remember(test, found)
        judgement = session.judge(
            test,
            executor,
            nodeid=typed_id(item),
            run_again=run_reference,
            how_it_failed=about.longreprtext,
            why_not=self._hidden.why_not(test, self._options.reference),
        )
        item.stash[JUDGEMENT] = judgement
        if judgement.report is not None:
            return _raising(Diverged(judgement.report, pytrace=False))
        # Made anew, since the row for the parity table now has its advice.
        return None if about.failed else lambda: None

    def _open(self) -> Session:
        if self._session is None:
            from pytest_durable.session import Session

            config = self._config
            self._session = Session(
                config.rootpath, config.invocation_params.dir, self._options
            )
            if self._base:
                self._session.share_test_directories(self._base)
        return self._session


def _raising(error: BaseException) -> Callable[[], None]:
    def ending() -> None:
        raise error

    return ending


def _remade(
    item: pytest.Item, report: pytest.TestReport, ending: Callable[[], None]
) -> pytest.TestReport:
    """Return the report of a phase as it would be had it ended like this."""
    when: Any = report.when
    call = pytest.CallInfo.from_call(ending, when=when)
    call.start, call.stop, call.duration = report.start, report.stop, report.duration
    made: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    return made


def _as_text(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip()
