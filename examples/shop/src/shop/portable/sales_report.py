"""Writes the sales report of a day and mails it to the accountant."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from durable_core import Workflow, step
from shop import notifications, reports


@step
def write_report(state: SimpleNamespace) -> dict[str, object]:
    """Write a line per article sold."""
    return {"report": reports.to_csv(state.sold), "lines": len(state.sold)}


@step
def attach_report(state: SimpleNamespace) -> dict[str, object]:
    """Put the report into a file, as the mail server wants it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"sales-{state.day}.csv")
        path.write_text(state.report)
        return {"attachment": notifications.attachment(path)}


@step
def send_report(state: SimpleNamespace) -> dict[str, object]:
    """Mail the report, with the day's takings in the subject."""
    takings = notifications.money(reports.takings(state.report))
    return {"subject": f"Sales of {state.day}: {takings}", "body": state.report}


workflow = Workflow("report-sales-portably", [write_report, attach_report, send_report])
