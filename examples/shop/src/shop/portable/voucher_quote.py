"""Takes a voucher off the quote of an order, then confirms the quote."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from durable_core import Workflow, step
from shop import catalog, pricing


@dataclass
class Quote:
    """What an order will cost."""

    cents: int
    percent_off: int = 0

    @property
    def total(self) -> int:
        """The price less the discount."""
        return pricing.reduce(self.cents, self.percent_off)


@step
def apply_voucher(state: SimpleNamespace) -> dict[str, object]:
    """Make the quote and take the voucher's discount off it."""
    quote = Quote(catalog.basket_cents(state.skus))
    quote.percent_off = pricing.VOUCHERS[state.voucher]
    return {"quote": quote}


@step
def confirm(state: SimpleNamespace) -> dict[str, object]:
    """Promise the customer the price of the quote."""
    return {"total": state.quote.total}


workflow = Workflow("confirm-quote-portably", [apply_voucher, confirm], types=[Quote])
