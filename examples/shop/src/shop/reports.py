"""Sales reports as CSV text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from shop import catalog


def to_csv(skus: Iterable[str]) -> str:
    """Return a line per article sold, below a header."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["sku", "name", "cents"])
    for product in map(catalog.find, skus):
        lines.writerow([product.sku, product.name, product.cents])
    return text.getvalue()


def takings(text: str) -> int:
    """Return the sum of a report, in cents."""
    return sum(int(line["cents"]) for line in csv.DictReader(io.StringIO(text)))
