"""Takes a voucher off the quote of an order, then confirms the quote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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


@lru_cache(maxsize=1024)
def quote_for(order_id: str, skus: tuple[str, ...]) -> Quote:
    """Return the one quote of an order."""
    return Quote(catalog.basket_cents(skus))


@step
def apply_voucher(state: SimpleNamespace) -> None:
    """Take the voucher's discount off the quote."""
    quote = quote_for(state.order_id, state.skus)
    quote.percent_off = pricing.VOUCHERS[state.voucher]


@step
def confirm(state: SimpleNamespace) -> dict[str, object]:
    """Promise the customer the price of the quote."""
    confirmed = quote_for(state.order_id, state.skus)
    return {"total": confirmed.total}


workflow = Workflow("confirm-quote", [apply_voucher, confirm])
