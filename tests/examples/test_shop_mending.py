"""The shop's pitfalls are found, mended by ``durable-lint``, and right everywhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from shop_cases import SHOP
from shop_runs import Session, Shop, run_python

MENDED = ("test_dollar_price", "test_receipt", "test_takings", "test_foreign_tax")
LEFT = "test_voucher"
FIXES = ("--fix", "--unsafe-fixes")


def contents(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.rglob("*.py"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the shop that may be changed."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    return Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=ignored))


def verdicts(session: Session, executor: str) -> dict[str, str]:
    file = "tests/test_pitfalls.py"
    names = (*MENDED, LEFT)
    return {n: session.verdict(f"{file}::{n}[{executor}]") for n in names}


@pytest.mark.timeout(400)  # three programs, one after the other
def test_what_diverged_agrees_after_the_fixes(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shop = Shop(tmp_path_factory)
    options = ("--executors=sync,subprocess", "--rootdir=.")
    before = shop.run(*options, target="tests/test_pitfalls.py", cwd=copy)
    assert set(verdicts(before, "subprocess").values()) == {"DIVERGED"}, before.output

    done = run_python("lint_rules", "src", *FIXES, cwd=copy)
    assert done.returncode == 1, done.stderr
    assert done.stdout.endswith("Fixed 4 findings.\n"), done.stdout

    after = shop.run(*options, target="tests/test_pitfalls.py", cwd=copy)
    wanted = dict.fromkeys(MENDED, "PASSED") | {LEFT: "DIVERGED"}
    assert verdicts(after, "subprocess") == wanted, after.output
    assert set(verdicts(after, "sync").values()) == {"PASSED"}, after.output


def test_only_the_pitfalls_are_changed_and_only_once(copy: Path) -> None:
    before = contents(copy)
    run_python("lint_rules", "src", *FIXES, cwd=copy)
    after = contents(copy)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {
        f"src/shop/pitfalls/{name}.py"
        for name in (
            "exchange_rates",
            "payment_session",
            "sales_report",
            "tax_settings",
        )
    }
    assert before.keys() == after.keys()
    again = run_python("lint_rules", "src", *FIXES, cwd=copy)
    assert again.stdout.endswith("Fixed 0 findings.\n")
    assert contents(copy) == after


def test_safe_fixes_leave_the_shop_alone_and_say_what_more_there_is(copy: Path) -> None:
    before = contents(copy)
    done = run_python("lint_rules", "src", "--fix", cwd=copy)
    assert done.stdout.endswith("Fixed 0 findings (4 more with --unsafe-fixes).\n")
    assert contents(copy) == before
