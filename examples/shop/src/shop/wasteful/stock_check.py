"""Checks that all articles are in stock and lists the shelves to walk to."""

from __future__ import annotations

from types import SimpleNamespace

from durable_core import Workflow, step
from shop.inventory import Warehouse

_warehouse: Warehouse | None = None


def warehouse() -> Warehouse:
    """Return the connection to the stock system, made when first needed."""
    global _warehouse
    if _warehouse is None:
        _warehouse = Warehouse("HAM")
    return _warehouse


@step
def check_stock(state: SimpleNamespace) -> dict[str, object]:
    """Note the articles that are sold out."""
    stock = warehouse()
    return {"sold_out": [sku for sku in state.skus if not stock.on_hand(sku)]}


@step
def list_shelves(state: SimpleNamespace) -> dict[str, object]:
    """List where the articles are, for the picker."""
    stock = warehouse()
    wanted = [sku for sku in state.skus if sku not in state.sold_out]
    return {"shelves": sorted(stock.shelf(sku) for sku in wanted)}


workflow = Workflow("pick-order", [check_stock, list_shelves])
