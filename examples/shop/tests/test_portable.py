"""The same orders, payments and reports, fit for any process."""

from __future__ import annotations

from typing import Any

from shop.portable import (
    exchange_rates,
    payment_session,
    sales_report,
    tax_settings,
    voucher_quote,
)


def test_dollar_price(workflow_executor: Any) -> None:
    run = workflow_executor.run(
        exchange_rates.workflow,
        exchange_rates.Order("1001", "2026-03-02", "USD", ["mug", "tea"]),
    )
    assert run.status == "completed"
    assert run.state.total == 3418
    assert run.state.message == "Order 1001: 34.18 USD"


def test_receipt(workflow_executor: Any) -> None:
    run = workflow_executor.run(
        payment_session.workflow,
        {"order_id": "1002", "merchant": "teahouse", "skus": ["pot"]},
    )
    assert run.status == "completed"
    assert run.state.paid is True
    assert run.state.receipt == "teahouse/1002/3450"


def test_voucher(workflow_executor: Any) -> None:
    run = workflow_executor.run(
        voucher_quote.workflow,
        {"order_id": "1003", "skus": ("mug", "pot"), "voucher": "WELCOME10"},
    )
    assert run.status == "completed"
    assert run.state.total == 4266


def test_takings(workflow_executor: Any) -> None:
    run = workflow_executor.run(
        sales_report.workflow, {"day": "2026-03-02", "sold": ["mug", "mug", "tea"]}
    )
    assert run.status == "completed"
    assert run.state.lines == 3
    assert run.state.subject == "Sales of 2026-03-02: 44.55 EUR"


def test_foreign_tax(workflow_executor: Any) -> None:
    run = workflow_executor.run(
        tax_settings.workflow, {"country": "LU", "skus": ["towel", "tea"]}
    )
    assert run.status == "completed"
    assert run.state.tax == 572
    assert run.state.gross == 3937
