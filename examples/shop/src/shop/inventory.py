"""The warehouse: what is on the shelf, and where."""

from __future__ import annotations

_SHELVES = {
    "mug": ("A1", 40),
    "pot": ("A2", 12),
    "tea": ("C7", 150),
    "towel": ("B3", 0),
}


class Warehouse:
    """A connection to the stock system of one warehouse."""

    def __init__(self, site: str) -> None:
        self.site = site

    def on_hand(self, sku: str) -> int:
        """Return how many pieces are on the shelf."""
        return _SHELVES[sku][1]

    def shelf(self, sku: str) -> str:
        """Return where the article is kept."""
        return f"{self.site}-{_SHELVES[sku][0]}"
