"""What the user sees of verdicts: rows on reports, a word, and the parity table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_durable.items import (
    JUDGEMENT,
    Diverged,
    executor_of,
    test_of,
)
from pytest_durable.journal import Row
from pytest_durable.matrix import DIVERGED, OK, parity
from pytest_durable.options import ISOLATED

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_durable.options import Options
    from pytest_durable.variants import Variants

_NOTICE = (
    "no private /tmp for steps here ({refusal}); files that one step writes and "
    "another opens are found by the audit trail"
)


class Reporting:
    """Puts a row on each report and prints the table of all rows.

    A row crosses to xdist's controller with its report, so the table is the same
    serially and in parallel.
    """

    def __init__(
        self, config: pytest.Config, options: Options, variants: Variants, note: str
    ) -> None:
        self._config = config
        self._options = options
        self._variants = variants
        self._note = note
        self._rows: list[Row] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Give the report its row."""
        report = yield
        ended = call.when == "call" or report.outcome != "passed"
        if not ended:
            return report
        diverged = call.excinfo is not None and call.excinfo.errisinstance(Diverged)
        executor = executor_of(item)
        if executor is not None:
            row = self._row(item, executor, report, diverged=diverged)
            report.durable = row.to_json()  # type: ignore[attr-defined]
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
        """Say what was not done as asked."""
        return f"durable: {self._note}" if self._note else None

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Print the parity table."""
        if not self._rows or len(self._variants.choices) == 1:
            return
        names = [choice.name for choice in self._variants.choices]
        verbosity = self._config.get_verbosity()
        if verbosity >= 0:
            terminalreporter.section("executor parity")
        width = self._config.get_terminal_writer().fullwidth
        reference = self._options.reference
        for line in parity(self._rows, names, reference, verbosity, width):
            terminalreporter.write_line(line)

    def _row(
        self,
        item: pytest.Item,
        executor: str,
        report: pytest.TestReport,
        *,
        diverged: bool,
    ) -> Row:
        judgement = item.stash.get(JUDGEMENT, None)
        verdict, why = OK, ""
        if report.skipped:
            verdict = "skipped"
            why = str(getattr(report, "wasxfail", "")) or _reason(report)
        elif report.failed:
            verdict = DIVERGED if diverged else "failed"
        elif judgement is not None and judgement.incomparable:
            verdict, why = "n/a", judgement.incomparable
        refusal = self._variants.host_refusal if executor == ISOLATED else None
        file, _, test = test_of(item).partition("::")
        return Row(
            file=file,
            test=test,
            executor=executor,
            verdict=verdict,
            why=why,
            advice=() if judgement is None else judgement.advice,
            notice="" if refusal is None else _NOTICE.format(refusal=refusal),
        )


def _reason(report: pytest.TestReport) -> str:
    longrepr = report.longrepr
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ")
