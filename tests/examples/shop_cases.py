"""What the tools must say about the shop of ``examples/``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "shop"
SOURCES = SHOP / "src" / "shop"


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """What the tools must say about one of the five.

    ``sets`` and ``reads`` are source lines, each with its equals: the report must show
    one of them. ``marks`` are lines, one of which the linter must point at.
    """

    module: str
    name: str
    writer: str
    reader: str
    sets: tuple[str, ...]
    reads: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def source(self) -> Path:
        return SOURCES / "pitfalls" / f"{self.module}.py"

    def line(self, text: str) -> int:
        """Return the number of the one source line that starts with ``text``."""
        lines = self.source.read_text().splitlines()
        found = [n for n, line in enumerate(lines, 1) if line.strip().startswith(text)]
        assert len(found) == 1, f"{text!r} is on lines {found} of {self.source.name}"
        return found[0]


PITFALLS = {
    "test_dollar_price": Pitfall(
        module="exchange_rates",
        name="RATES",
        writer="load_rates",
        reader="price",
        sets=("RATES.update(",),
        reads=("rate = RATES[",),
        marks=("RATES.update(", "rate = RATES["),
    ),
    "test_receipt": Pitfall(
        module="payment_session",
        name="session",
        writer="sign_in",
        reader="charge",
        sets=("session = payments.connect(",),
        reads=("receipt = session.charge(",),
        marks=("session = payments.connect(", "receipt = session.charge("),
    ),
    "test_voucher": Pitfall(
        module="voucher_quote",
        name="quote_for",
        writer="apply_voucher",
        reader="confirm",
        sets=("quote = quote_for(", "quote.percent_off = "),
        reads=("confirmed = quote_for(",),
        marks=("@lru_cache", "quote.percent_off = "),
    ),
    "test_takings": Pitfall(
        module="sales_report",
        name="/tmp/shop-report-2026-03-02.csv",  # noqa: S108 - the pitfall itself
        writer="write_report",
        reader="send_report",
        sets=("report_path(state.day).write_text(",),
        reads=("report = report_path(",),
        marks=("report_path(state.day).write_text(", "report = report_path("),
    ),
    "test_foreign_tax": Pitfall(
        module="tax_settings",
        name="TaxSettings",
        writer="choose_country",
        reader="invoice",
        sets=("TaxSettings().percent = ",),
        reads=("tax = pricing.tax(",),
        marks=("TaxSettings().percent = ", "class TaxSettings"),
    ),
}
WASTEFUL = {
    "test_shelves": "_warehouse",
    "test_postage": "postage",
    "test_points": "PriceList",
}
