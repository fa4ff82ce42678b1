"""Mail to customers and to the accountant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    """A mail that is ready to be sent."""

    to: str
    subject: str
    body: str


def money(cents: int, currency: str = "EUR") -> str:
    """Return an amount as a customer reads it."""
    return f"{cents // 100}.{cents % 100:02d} {currency}"


def confirmation(to: str, order_id: str, total: str) -> Mail:
    """Return the mail that confirms an order."""
    return Mail(to, f"Your order {order_id}", f"Thank you. We have received {total}.")


def attachment(path: Path) -> dict[str, object]:
    """Return name and size of a file as the mail server wants them."""
    return {"name": path.name, "bytes": path.stat().st_size}
