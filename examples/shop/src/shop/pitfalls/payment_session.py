"""Signs in to the payment provider, then charges the order."""

from __future__ import annotations

from types import SimpleNamespace

from durable_core import Workflow, step
from shop import catalog, payments

session: payments.Session = None  # type: ignore[assignment]


@step
def sign_in(state: SimpleNamespace) -> dict[str, object]:
    """Open the session of the merchant."""
    global session
    session = payments.connect(state.merchant)
    return {"cents": catalog.basket_cents(state.skus)}


@step
def charge(state: SimpleNamespace) -> dict[str, object]:
    """Take the money for the basket."""
    receipt = session.charge(state.order_id, state.cents)
    return {"receipt": receipt, "paid": True}


workflow = Workflow("charge-order", [sign_in, charge])
