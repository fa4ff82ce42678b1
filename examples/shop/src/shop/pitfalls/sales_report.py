"""Writes the sales report of a day and mails it to the accountant."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from durable_core import Workflow, step
from shop import notifications, reports


def report_path(day: str) -> Path:
    """Return where the report of a day is kept."""
    return Path(f"/tmp/shop-report-{day}.csv")


@step
def write_report(state: SimpleNamespace) -> dict[str, object]:
    """Write a line per article sold."""
    report_path(state.day).write_text(reports.to_csv(state.sold))
    return {"lines": len(state.sold)}


@step
def send_report(state: SimpleNamespace) -> dict[str, object]:
    """Mail the report, with the day's takings in the subject."""
    report = report_path(state.day).read_text()
    takings = notifications.money(reports.takings(report))
    return {"subject": f"Sales of {state.day}: {takings}", "body": report}


workflow = Workflow("report-sales", [write_report, send_report])
