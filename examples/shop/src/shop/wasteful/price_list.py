"""Adds up an order and its loyalty points from the printed price list."""

from __future__ import annotations

from types import SimpleNamespace

from durable_core import Workflow, step
from shop import catalog


class PriceList:
    """The prices in whole euros, as printed; read once."""

    _instance: PriceList | None = None
    euros: dict[str, int]

    def __new__(cls) -> PriceList:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            products = catalog.PRODUCTS.values()
            cls._instance.euros = {one.sku: -(-one.cents // 100) for one in products}
        return cls._instance


@step
def add_up(state: SimpleNamespace) -> dict[str, object]:
    """Add up the printed prices."""
    prices = PriceList()
    return {"total": sum(prices.euros[sku] for sku in state.skus)}


@step
def award_points(state: SimpleNamespace) -> dict[str, object]:
    """Give a point per euro, and ten for every article above twenty euros."""
    prices = PriceList()
    dear = [sku for sku in state.skus if prices.euros[sku] > 20]
    return {"points": state.total + 10 * len(dear)}


workflow = Workflow("award-points", [add_up, award_points])
