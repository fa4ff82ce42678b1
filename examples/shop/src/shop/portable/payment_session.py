"""Adds up the order, then charges it in a session with the payment provider."""

from __future__ import annotations

from types import SimpleNamespace

from durable_core import Workflow, step
from shop import catalog, payments


@step
def add_up(state: SimpleNamespace) -> dict[str, object]:
    """Add up the basket."""
    return {"cents": catalog.basket_cents(state.skus)}


@step
def charge(state: SimpleNamespace) -> dict[str, object]:
    """Take the money for the basket, in a session of its own."""
    with payments.connect(state.merchant) as session:
        receipt = session.charge(state.order_id, state.cents)
    return {"receipt": receipt, "paid": True}


workflow = Workflow("charge-order-portably", [add_up, charge])
