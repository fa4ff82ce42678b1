"""Prices an order in the customer's currency, at the rates of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from durable_core import Workflow, step
from shop import catalog, notifications, pricing

RATES: dict[str, Decimal] = {}


@dataclass
class Order:
    """An order that is to be priced."""

    order_id: str
    day: str
    currency: str
    skus: list[str] = field(default_factory=list)
    total: int = 0
    message: str = ""


@step
def load_rates(state: Order) -> None:
    """Fetch what one euro is worth today."""
    RATES.update(pricing.fetch_rates(state.day))


@step
def price(state: Order) -> dict[str, object]:
    """Add up the basket, in the customer's currency."""
    rate = RATES[state.currency]
    return {"total": pricing.convert(catalog.basket_cents(state.skus), rate)}


@step
def announce(state: Order) -> dict[str, object]:
    """Tell the customer the price."""
    total = notifications.money(state.total, state.currency)
    return {"message": f"Order {state.order_id}: {total}"}


workflow = Workflow("price-order", [load_rates, price, announce], state=Order)
