"""What the shop sells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One article; prices are in euro cents, weights in grams."""

    sku: str
    name: str
    cents: int
    grams: int


_ARTICLES = (
    Product("mug", "Enamel mug", 1290, 310),
    Product("pot", "Tea pot", 3450, 980),
    Product("tea", "Green tea, 250 g", 1875, 270),
    Product("towel", "Linen towel", 1490, 140),
)
PRODUCTS = {product.sku: product for product in _ARTICLES}


class UnknownProduct(LookupError):
    """The shop does not sell this article."""


def find(sku: str) -> Product:
    """Return the product of an article number; raises UnknownProduct."""
    try:
        return PRODUCTS[sku]
    except KeyError:
        raise UnknownProduct(sku) from None


def basket_cents(skus: Iterable[str]) -> int:
    """Return what the articles cost together, in euro cents."""
    return sum(find(sku).cents for sku in skus)


def basket_grams(skus: Iterable[str]) -> int:
    """Return what the articles weigh together."""
    return sum(find(sku).grams for sku in skus)
