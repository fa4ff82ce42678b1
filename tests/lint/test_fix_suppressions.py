"""DUR901: how a comment that hides nothing is taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed

FLOW = "from durable_core import step\n@step\ndef note(state, context):\n"
CASES = {
    "behind code": ("    a = 1  # durable: ignore[DUR103] why\n", "    a = 1\n"),
    "on a line of its own": (
        "    # durable: ignore[DUR103] why\n    a = 1\n",
        "    a = 1\n",
    ),
    "before another tool's": (
        "    a = 1  # durable: ignore[DUR103] why # noqa: F841\n",
        "    a = 1  # noqa: F841\n",
    ),
    "within parentheses": (
        "    a = (\n        1,  # durable: ignore[DUR103] why\n    )\n",
        "    a = (\n        1,\n    )\n",
    ),
    "at the end of a file": ("    a = 1\n# durable: ignore[DUR103] why", "    a = 1\n"),
    "twice": (
        "    a = 1  # durable: ignore[DUR103] why\n    b = 1  # durable: ignore[DUR103] why\n",
        "    a = 1\n    b = 1\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_a_needless_suppression_is_removed(
    before: str, after: str, tmp_path: Path
) -> None:
    assert fixed(tmp_path, FLOW + before, unsafe=False) == FLOW + after


def test_a_comment_in_a_string_is_none(tmp_path: Path) -> None:
    program = FLOW + '    a = "# durable: ignore[DUR103] why"\n'
    assert fixed(tmp_path, program) == program
