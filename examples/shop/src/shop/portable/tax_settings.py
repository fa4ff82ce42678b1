"""Looks up the tax of the customer's country, then writes the invoice."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from durable_core import Workflow, step
from shop import catalog, pricing


@dataclass(frozen=True)
class TaxSettings:
    """The tax settings of one order."""

    percent: int


@step
def choose_country(state: SimpleNamespace) -> dict[str, object]:
    """Look up the tax of the country the parcel goes to."""
    return {"tax_percent": pricing.VAT_PERCENT[state.country]}


@step
def invoice(state: SimpleNamespace) -> dict[str, object]:
    """Write net, tax and gross on the invoice."""
    settings = TaxSettings(percent=state.tax_percent)
    net = catalog.basket_cents(state.skus)
    tax = pricing.tax(net, settings.percent)
    return {"net": net, "tax": tax, "gross": net + tax}


workflow = Workflow("write-invoice-portably", [choose_country, invoice])
