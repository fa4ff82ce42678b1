"""What the linter's tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import lint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lint_rules.finding import Finding


@pytest.fixture
def linted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[Finding]]:
    """Return a function that lints a program, alone in the working directory."""
    monkeypatch.chdir(tmp_path)

    def run(program: str | dict[str, str], *ignored: str) -> list[Finding]:
        return lint(tmp_path, program, *ignored)

    return run
