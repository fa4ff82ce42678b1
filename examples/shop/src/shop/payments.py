"""The payment provider: a session per merchant, a receipt per charge."""

from __future__ import annotations

from types import TracebackType


class PaymentRefused(Exception):
    """The provider did not take the money."""


class Session:
    """A signed-in connection to the payment provider."""

    def __init__(self, merchant: str) -> None:
        self.merchant = merchant
        self.is_open = True

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def charge(self, order_id: str, cents: int) -> str:
        """Take the money and return the number of the receipt."""
        if not self.is_open:
            raise PaymentRefused("the session is closed")
        if cents <= 0:
            raise PaymentRefused(f"{cents} is no amount")
        return f"{self.merchant}/{order_id}/{cents}"

    def close(self) -> None:
        """Sign out."""
        self.is_open = False


def connect(merchant: str) -> Session:
    """Return a new session of the merchant."""
    return Session(merchant)
