"""Sums of money: currencies, discounts and tax, all in whole cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DAILY_RATES = {
    "2026-03-02": {"CHF": "0.9400", "EUR": "1", "GBP": "0.8450", "USD": "1.0800"},
    "2026-03-03": {"CHF": "0.9425", "EUR": "1", "GBP": "0.8475", "USD": "1.0750"},
}
VAT_PERCENT = {"AT": 20, "DE": 19, "FR": 20, "LU": 17}
VOUCHERS = {"WELCOME10": 10, "STAFF25": 25}


def fetch_rates(day: str) -> dict[str, Decimal]:
    """Return what one euro is worth on a day, as the bank publishes it."""
    return {code: Decimal(rate) for code, rate in _DAILY_RATES[day].items()}


def convert(cents: int, rate: Decimal) -> int:
    """Return an amount in another currency."""
    return _whole(cents * rate)


def reduce(cents: int, percent: int) -> int:
    """Return an amount less a discount."""
    return _whole(Decimal(cents) * (100 - percent) / 100)


def tax(cents: int, percent: int) -> int:
    """Return the tax on a net amount."""
    return _whole(Decimal(cents) * percent / 100)


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
