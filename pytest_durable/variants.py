"""The variants of each workflow test: made at collection, judged as they run.

Every variant gets its verdict where it runs. If its reference has not run in this
process, because of xdist, a selection or a random order, it runs first, unreported.
So the same verdict comes out serially, in parallel and alone.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest

from pytest_durable.axis import FIXTURE, Choice, subset
from pytest_durable.journal import Row
from pytest_durable.matrix import DIVERGED, OK, parity

if TYPE_CHECKING:
    from collections.abc import Generator

    from durable_core import Engine
    from pytest_durable.options import Options
    from pytest_durable.recording import Recording
    from pytest_durable.session import Session
    from pytest_durable.verdict import Judgement

_JUDGEMENT = pytest.StashKey["Judgement | None"]()
_ERRORS = pytest.StashKey["list[BaseException]"]()
_SKIPPED = (pytest.skip.Exception, pytest.xfail.Exception)


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
        # A debugger cannot follow a step into another process.
        self._pdb = bool(config.getoption("usepdb", default=False)) and len(choices) > 1
        self._choices = choices[:1] if self._pdb else choices
        self._references: dict[str, pytest.Item] = {}
        self._session: Session | None = None
        self._rows: list[Row] = []

    # What the fixture needs.

    @property
    def only_name(self) -> str:
        """The executor of a test that has no axis."""
        return self._choices[0].name

    def share(self, path: str) -> None:
        """Keep a directory shared between the steps of all executors."""
        self._open().share(path)

    def engine(self, name: str) -> Engine:
        """Return an engine that uses this session's executor of that name."""
        from durable_core import Engine  # noqa: PLC0415

        return Engine(self._open().executor(name))

    # Collection.

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Collector, name: str, obj: object
    ) -> Generator[None, Any, Any]:
        """Make the marker ask for the fixture, and remember each reference."""
        if name.startswith("test") and _is_marked(collector, obj):
            pytest.mark.usefixtures(FIXTURE)(obj)  # type: ignore[arg-type]
        made = yield
        if isinstance(made, list) and len(self._choices) > 1:
            for item in made:
                if executor_of(item) == self._options.reference:
                    self._references[test_of(item)] = item
        return made

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Put each workflow test on the axis of executors."""
        if FIXTURE not in metafunc.fixturenames or len(self._choices) < 2:  # noqa: PLR2004
            return
        marks = metafunc.definition.iter_markers("executors")
        left = subset(self._choices, marks, metafunc.definition.nodeid)
        none = pytest.mark.skip(
            reason="@pytest.mark.executors leaves none of --executors"
        )
        metafunc.parametrize(
            FIXTURE,
            [choice.as_param() for choice in left]
            or [pytest.param(None, id="no-executor", marks=none)],
            indirect=True,
            # The fixture is for the session, so that any fixture may use it; an axis
            # of that scope would reorder the whole suite by executor.
            scope="function",
        )

    # Running.

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, Any, Any]:
        """Run the reference before a variant, where it has not run in this process."""
        executor = executor_of(item)
        if executor not in (None, self._options.reference):
            reference = self._references.get(test_of(item))
            known = self._open().has_reference(test_of(item))
            if reference is not None and not known and not _is_skipped(item):
                # pytest's own protocol for an item, found by name: it sets up and
                # tears down what the variant shares with its reference.
                runner: Any = self._config.pluginmanager.get_plugin("runner")
                runner.runtestprotocol(reference, log=False, nextitem=item)
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record what the test runs, and judge it once it has run."""
        executor = executor_of(item)
        if executor is None:
            return (yield)
        test, error, result = test_of(item), None, None
        normalize = item.ihook.pytest_durable_normalize
        session = self._open()
        with session.recorded(test, executor, lambda run: normalize(run=run)) as seen:
            try:
                result = yield
            except _SKIPPED:
                raise
            except Exception as raised:  # noqa: BLE001 - around a user's test
                error = raised
            except pytest.fail.Exception as raised:
                error = raised
        item.stash[_ERRORS] = seen.errors
        if executor == self._options.reference:
            session.remember(test, seen, passed=error is None)
        else:
            self._judge(item, seen, error)
        if error is not None:
            raise error
        return result

    def _judge(
        self, item: pytest.Item, seen: Recording, error: BaseException | None
    ) -> None:
        failure = "" if error is None else _as_text(error)
        judgement = self._open().judge(test_of(item), item.nodeid, seen, failure)
        item.stash[_JUDGEMENT] = judgement
        if judgement is not None and judgement.report is not None:
            raise Diverged(judgement.report, pytrace=False) from None

    # Reporting.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Give the report its row for the parity table, which crosses to xdist's
        controller with it."""
        report = yield
        executor = executor_of(item)
        if executor is not None and (report.when == "call" or report.outcome != "passed"):
            diverged = call.excinfo is not None and call.excinfo.errisinstance(Diverged)
            row = _row(item, executor, report, diverged=diverged)
            report.durable = row.to_json()  # type: ignore[attr-defined]
        for error in item.stash.get(_ERRORS, ()) if report.failed else ():
            text = "".join(traceback.format_exception(error))
            report.sections.append(("workflow run that failed", text))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the rows of all reports, this process's or a worker's."""
        row = getattr(report, "durable", None)
        if row is not None:
            self._rows.append(Row.from_json(row))

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Show a divergence as a word of its own; it still counts as failed."""
        row = getattr(report, "durable", None)
        if row is None or row["verdict"] != DIVERGED:
            return None
        return "failed", "D", (DIVERGED, {"red": True})

    def pytest_report_header(self) -> str | None:
        """Say that a debugger gets the reference only."""
        if not self._pdb:
            return None
        return f"durable: with --pdb, workflow tests run on {self.only_name} only"

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Print the parity table."""
        if not self._rows or len(self._choices) < 2:  # noqa: PLR2004
            return
        names = [choice.name for choice in self._choices]
        verbosity = self._config.get_verbosity()
        terminalreporter.section("executor parity")
        lines = parity(self._rows, names, self._options.reference, verbosity)
        for line in lines:
            terminalreporter.write_line(line)
        if self._session is not None and "subprocess" in names:
            refusal = self._session.host_refusal
            if refusal is not None:
                terminalreporter.write_line(
                    f"notice: no private /tmp for steps here ({refusal}); files that "
                    "one step writes and another opens are found by the audit trail"
                )

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


def _is_marked(collector: pytest.Collector, obj: object) -> bool:
    """Whether a test function has the ``workflow`` mark and not yet the fixture."""
    marks = list(getattr(obj, "pytestmark", ()))
    if any(mark.name == "usefixtures" and FIXTURE in mark.args for mark in marks):
        return False
    if isinstance(obj, type) or not callable(obj):
        return False
    own = any(mark.name == "workflow" for mark in marks)
    return own or collector.get_closest_marker("workflow") is not None


def _is_skipped(item: pytest.Item) -> bool:
    return item.get_closest_marker("skip") is not None


def _as_text(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip()


def _row(
    item: pytest.Item, executor: str, report: pytest.TestReport, *, diverged: bool
) -> Row:
    judgement = item.stash.get(_JUDGEMENT, None)
    verdict, why = OK, ""
    if report.skipped:
        verdict, why = "skipped", str(getattr(report, "wasxfail", "")) or _reason(report)
    elif report.failed:
        verdict = DIVERGED if diverged else "failed"
    elif judgement is not None and judgement.incomparable:
        verdict, why = "n/a", judgement.incomparable
    file, _, test = test_of(item).partition("::")
    return Row(
        file=file,
        test=test,
        executor=executor,
        verdict=verdict,
        why=why,
        advice=() if judgement is None else judgement.advice,
    )


def _reason(report: pytest.TestReport) -> str:
    longrepr = report.longrepr
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ")
