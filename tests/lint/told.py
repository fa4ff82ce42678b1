"""Runs the command line in the working directory and returns what it prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lint_rules.cli import run_command

if TYPE_CHECKING:
    import pytest


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the output of a run that finds something or nothing."""
    capsys.readouterr()
    code = run_command([*arguments, "."])
    out, err = capsys.readouterr()
    assert code in {0, 1}, err
    return out


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """Return the findings as the JSON format tells them."""
    found: list[dict[str, Any]] = json.loads(
        printed(capsys, *arguments, "--output-format", "json")
    )
    return found
