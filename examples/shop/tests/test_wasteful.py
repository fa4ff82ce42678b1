"""Stock, postage and loyalty points."""

from __future__ import annotations

from typing import Any

from shop.wasteful import postage_cache, price_list, stock_check


def test_shelves(workflow_executor: Any) -> None:
    run = workflow_executor.run(stock_check.workflow, {"skus": ["tea", "towel", "mug"]})
    assert run.status == "completed"
    assert run.state.sold_out == ["towel"]
    assert run.state.shelves == ["HAM-A1", "HAM-C7"]


def test_postage(workflow_executor: Any) -> None:
    run = workflow_executor.run(
        postage_cache.workflow, {"skus": ["mug", "tea"], "country": "FR"}
    )
    assert run.status == "completed"
    assert run.state.shown == "7.33 EUR"
    assert run.state.total == 3898


def test_points(workflow_executor: Any) -> None:
    run = workflow_executor.run(price_list.workflow, {"skus": ["pot", "mug", "mug"]})
    assert run.status == "completed"
    assert run.state.total == 61
    assert run.state.points == 71
