"""Sets the tax of the customer's country, then writes the invoice."""

from __future__ import annotations

from types import SimpleNamespace

from durable_core import Workflow, step
from shop import catalog, pricing


class TaxSettings:
    """The tax settings of the shop; there is one."""

    _instance: TaxSettings | None = None
    percent: int

    def __new__(cls) -> TaxSettings:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.percent = pricing.VAT_PERCENT["DE"]
        return cls._instance


@step
def choose_country(state: SimpleNamespace) -> None:
    """Set the tax of the country the parcel goes to."""
    TaxSettings().percent = pricing.VAT_PERCENT[state.country]


@step
def invoice(state: SimpleNamespace) -> dict[str, object]:
    """Write net, tax and gross on the invoice."""
    net = catalog.basket_cents(state.skus)
    tax = pricing.tax(net, TaxSettings().percent)
    return {"net": net, "tax": tax, "gross": net + tax}


workflow = Workflow("write-invoice", [choose_country, invoice])
