"""Shows the postage in the basket and adds it to the invoice."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace

from durable_core import Workflow, step
from shop import catalog, notifications, shipping


@lru_cache(maxsize=256)
def postage(grams: int, country: str) -> int:
    """Return the postage of a parcel, in cents."""
    return shipping.postage_cents(grams, country)


@step
def show_postage(state: SimpleNamespace) -> dict[str, object]:
    """Tell the customer what sending the basket costs."""
    cents = postage(catalog.basket_grams(state.skus), state.country)
    return {"shown": notifications.money(cents)}


@step
def add_postage(state: SimpleNamespace) -> dict[str, object]:
    """Add the postage to the price of the basket."""
    cents = postage(catalog.basket_grams(state.skus), state.country)
    return {"total": catalog.basket_cents(state.skus) + cents}


workflow = Workflow("ship-order", [show_postage, add_postage])
