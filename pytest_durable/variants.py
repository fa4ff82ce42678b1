"""The variants of each workflow test: made at collection, judged as they run.

Every variant gets its verdict where it runs. If its reference is not known in this
process yet, because of xdist, a selection or a random order, it is run then, in a fork
of this process and unreported. So the verdict is the same serially, in parallel and
alone; and because the isolated variant runs first, what the reference leaves in
memory can never reach it.
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from pytest_durable.axis import FIXTURE, Choice, subset
from pytest_durable.forked import text_from_fork
from pytest_durable.journal import TestJournal
from pytest_durable.options import ISOLATED

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from durable_core import Engine
    from pytest_durable.options import Options
    from pytest_durable.session import Session
    from pytest_durable.verdict import Judgement

JUDGEMENT = pytest.StashKey["Judgement | None"]()
ERRORS = pytest.StashKey["list[BaseException]"]()
_NO_VERDICT = (pytest.skip.Exception, pytest.xfail.Exception)


class Diverged(pytest.fail.Exception):
    """A variant of a workflow test differs from its reference."""

    __module__ = "builtins"  # the short summary says "Diverged: ...", no module


class Variants:
    """The plugin object behind the axis; one for each pytest session."""

    def __init__(
        self, config: pytest.Config, options: Options, choices: tuple[Choice, ...]
    ) -> None:
        self._config = config
        self._options = options
        self.choices = choices
        self._references: dict[str, pytest.Item] = {}
        self._session: Session | None = None

    # What the fixture needs.

    @property
    def only_name(self) -> str:
        """The executor of a test that has no axis."""
        return self._options.reference if self._has_axis else self.choices[0].name

    def share(self, path: str) -> None:
        """Keep a directory shared between the steps of all executors."""
        self._open().share(path)

    def engine(self, name: str) -> Engine:
        """Return an engine that uses this session's executor of that name."""
        from durable_core import Engine  # noqa: PLC0415

        return Engine(self._open().executor(name))

    @property
    def host_refusal(self) -> str | None:
        """Why steps have no private directories; None when they have, or none ran."""
        return None if self._session is None else self._session.host_refusal

    # Collection.

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Collector, name: str, obj: object
    ) -> Generator[None, Any, Any]:
        """Make the marker ask for the fixture, and remember each reference."""
        if _is_marked(collector, name, obj):
            pytest.mark.usefixtures(FIXTURE)(obj)  # type: ignore[arg-type]
        made = yield
        if isinstance(made, list) and self._has_axis:
            for item in made:
                if executor_of(item) == self._options.reference:
                    self._references[test_of(item)] = item
        return made

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Put each workflow test on the axis of executors."""
        if FIXTURE not in metafunc.fixturenames or not self._has_axis:
            return
        marks = metafunc.definition.iter_markers("executors")
        left = subset(self.choices, marks, metafunc.definition.nodeid)
        none = pytest.mark.skip(
            reason="@pytest.mark.executors leaves none of --executors"
        )
        metafunc.parametrize(
            FIXTURE,
            [choice.as_param() for choice in sorted(left, key=_isolated_first)]
            or [pytest.param(None, id="no-executor", marks=none)],
            indirect=True,
            # The fixture is for the session, so that any fixture may use it; an axis
            # of that scope would reorder the whole suite by executor.
            scope="function",
        )

    # Running.

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
        reports = self._protocol(item, nextitem)
        if self._open().journal(test_of(item), executor) is not None:
            reports = self._judged(item, executor, nextitem, reports)
        for report in reports:
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=place)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record what the test runs."""
        executor = executor_of(item)
        if executor is None:
            return (yield)
        test, failure, session = test_of(item), "", self._open()
        normalize = item.ihook.pytest_durable_normalize
        other = self._other(test, executor)
        recorded = session.recorded(
            test, executor, other, lambda run: normalize(run=run)
        )
        with recorded as seen:
            try:
                return (yield)
            except _NO_VERDICT:
                raise
            except (Exception, pytest.fail.Exception) as error:
                failure = _as_text(error)
                raise
            finally:
                item.stash[ERRORS] = seen.errors
                session.remember(test, seen.journal(failure))

    def _judged(
        self,
        item: pytest.Item,
        executor: str,
        nextitem: pytest.Item | None,
        reports: list[pytest.TestReport],
    ) -> list[pytest.TestReport]:
        """Return the reports with the verdict: a divergence replaces the call's."""
        test, session = test_of(item), self._open()

        def run_reference() -> TestJournal | None:
            return self._reference_in_fork(test, nextitem)

        if session.journal(test, self._options.reference) is None:
            found = run_reference()
            if found is not None:
                session.remember(test, found)
        judgement = session.judge(test, item.nodeid, executor, run_reference)
        item.stash[JUDGEMENT] = judgement
        told = []
        for report in reports:
            if report.when == "call" and not report.skipped:
                told.append(_call_report(item, report, judgement))
            else:
                told.append(report)
        return told

    def _reference_in_fork(
        self, test: str, nextitem: pytest.Item | None
    ) -> TestJournal | None:
        """Run the reference of a test in a fork; None where it has none, or dies."""
        reference = self._references.get(test)
        if reference is None or reference.get_closest_marker("skip") is not None:
            return None

        def run() -> str:
            self._protocol(reference, nextitem)
            journal = self._open().journal(test, self._options.reference)
            return json.dumps(None if journal is None else journal.to_json())

        text = text_from_fork(run, silent=True)
        data = None if text is None else json.loads(text)
        return None if data is None else TestJournal.from_json(data)

    def _protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> list[pytest.TestReport]:
        """Set up, call and tear down an item as pytest does, unreported."""
        # By its plugin name, as plugins that rerun tests do: nothing is imported
        # from pytest's private modules.
        runner: Any = self._config.pluginmanager.get_plugin("runner")
        reports: list[pytest.TestReport] = runner.runtestprotocol(
            item, log=False, nextitem=nextitem
        )
        return reports

    def _other(self, test: str, executor: str) -> str:
        """Return the executor whose journal says what to follow line by line."""
        reference = self._options.reference
        if executor != reference:
            return reference
        known = (choice.name for choice in self.choices if choice.name != reference)
        return next(
            (name for name in known if self._open().journal(test, name)), reference
        )

    @property
    def _has_axis(self) -> bool:
        return len(self.choices) > 1

    def pytest_unconfigure(self) -> None:
        """End the executors."""
        if self._session is not None:
            self._session.close()

    def _open(self) -> Session:
        if self._session is None:
            from pytest_durable.session import Session  # noqa: PLC0415

            self._session = Session(self._config, self._options)
        return self._session


def executor_of(item: pytest.Item) -> str | None:
    """Return the executor of a variant; None for a test that has no axis."""
    callspec = getattr(item, "callspec", None)
    name = None if callspec is None else callspec.params.get(FIXTURE)
    return name if isinstance(name, str) else None


def test_of(item: pytest.Item) -> str:
    """Return the id that all variants of a test share."""
    executor = executor_of(item)
    for end, rest in ((f"[{executor}]", ""), (f"-{executor}]", "]")):
        if item.nodeid.endswith(end):
            return item.nodeid.removesuffix(end) + rest
    return item.nodeid


def _isolated_first(choice: Choice) -> bool:
    """Order: what runs first finds nothing that another has left in memory."""
    return choice.name != ISOLATED


def _call_report(
    item: pytest.Item, report: pytest.TestReport, judgement: Judgement
) -> pytest.TestReport:
    """Return the report of the call phase with its verdict."""
    if judgement.report is None:
        # Made anew, since the row for the parity table now has its advice.
        return report if report.failed else _remade(item, report, lambda: None)

    def diverge() -> None:
        raise Diverged(judgement.report, pytrace=False)

    return _remade(item, report, diverge)


def _remade(
    item: pytest.Item, report: pytest.TestReport, ending: Callable[[], None]
) -> pytest.TestReport:
    call = pytest.CallInfo.from_call(ending, when="call")
    call.start, call.stop, call.duration = report.start, report.stop, report.duration
    made: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    return made


def _is_marked(collector: pytest.Collector, name: str, obj: object) -> bool:
    """Whether a test function has the ``workflow`` mark and not yet the fixture."""
    if not name.startswith("test") or isinstance(obj, type) or not callable(obj):
        return False
    marks = list(getattr(obj, "pytestmark", ()))
    if any(mark.name == "usefixtures" and FIXTURE in mark.args for mark in marks):
        return False
    own = any(mark.name == "workflow" for mark in marks)
    return own or collector.get_closest_marker("workflow") is not None


def _as_text(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip()
