"""A setting that one step makes and only another one reads is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import HEADER, lint

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = {
    "a variable of the environment": (
        'os.environ["REGION"] = state.x',
        'os.environ["REGION"]',
        "error",
    ),
    "a variable that is read by get": (
        'os.environ.setdefault("REGION", state.x)',
        'os.environ.get("REGION")',
        "error",
    ),
    "a variable that is read by getenv": (
        'os.environ["REGION"] = state.x',
        'os.getenv("REGION", "eu")',
        "error",
    ),
    "another variable": (
        'os.environ["REGION"] = state.x',
        'os.environ["ZONE"]',
        "warn",
    ),
    "a variable whose name is not known": (
        "os.environ[state.name] = state.x",
        'os.environ["ZONE"]',
        "warn",
    ),
    "the working directory": ("os.chdir(state.x)", "os.getcwd()", "error"),
    "the precision": (
        "decimal.getcontext().prec = state.x",
        "str(decimal.Decimal(1) / 3)",
        "error",
    ),
    "the locale": (
        "locale.setlocale(locale.LC_ALL, state.x)",
        "locale.currency(3)",
        "error",
    ),
    "a seed": ("random.seed(state.x)", "random.random()", "warn"),
    "a library's attribute": ("stripe.api_key = state.x", "stripe.api_key", "error"),
    "a library's attribute that is a constant": (
        'settings.MODE = "fast"',
        "settings.MODE",
        "error",
    ),
    "a constant that nobody reads": ('settings.MODE = "fast"', "settings.ZONE", "info"),
    "another library's attribute": (
        "stripe.api_key = state.x",
        "other.api_key",
        "warn",
    ),
}
IMPORTS = "import decimal, locale, os, random, stripe, other\n" + (
    "from django.conf import settings\n"
)


@pytest.mark.parametrize(("sets", "reads", "severity"), PROGRAMS.values(), ids=PROGRAMS)
def test_what_another_step_reads(
    sets: str, reads: str, severity: str, tmp_path: Path
) -> None:
    program = (
        f"{HEADER}{IMPORTS}"
        f"@step\ndef prepare(state, context):\n    {sets}\n"
        f"@step\ndef use(state, context):\n    return {{'x': {reads}}}\n"
    )
    findings = lint(tmp_path, {"flow.py": program})
    assert [f.severity for f in findings] == [severity]
    assert ("flow.use" in findings[0].why) == (severity == "error")


@pytest.mark.parametrize("sets", ['os.environ["A"] = state.x', "settings.A = state.x"])
def test_a_step_that_sets_what_it_reads_relies_on_nobody(
    sets: str, tmp_path: Path
) -> None:
    reads = sets.partition(" ")[0]
    program = (
        f"{HEADER}{IMPORTS}"
        f"@step\ndef prepare(state, context):\n    {sets}\n"
        f"@step\ndef use(state, context):\n    {sets}\n    return {{'x': {reads}}}\n"
    )
    assert {f.severity for f in lint(tmp_path, {"flow.py": program})} == {"warn"}
