"""What this plugin knows of a pytest item: its executor, and the test it varies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_durable.axis import FIXTURE

if TYPE_CHECKING:
    from pytest_durable.verdict import Judgement

JUDGEMENT: pytest.StashKey[Judgement | None] = pytest.StashKey()
FAILED_RUNS: pytest.StashKey[list[str]] = pytest.StashKey()


class Diverged(pytest.fail.Exception):  # type: ignore[misc, name-defined]
    """A variant of a workflow test differs from its reference."""

    __module__ = "builtins"  # the short summary says "Diverged: ...", no module


def executor_of(item: pytest.Item) -> str | None:
    """Return the executor of a variant; None for a test that has no axis."""
    callspec = getattr(item, "callspec", None)
    name = None if callspec is None else callspec.params.get(FIXTURE)
    return name if isinstance(name, str) else None


def test_of(item: pytest.Item) -> str:
    """Return the id that all variants of a test share."""
    executor = executor_of(item)
    head, bracket, rest = item.nodeid.partition("[")
    if executor is None or not bracket:
        return item.nodeid
    # The axis is the last parameter, unless a plugin that repeats tests adds another
    # one; xdist's groups come after the bracket.
    ids, closing, group = rest.rpartition("]")
    parts = f"-{ids}-".rpartition(f"-{executor}-")
    left = f"{parts[0]}-{parts[2]}".strip("-")
    return f"{head}[{left}{closing}{group}" if left else f"{head}{group}"


test_of.__test__ = False  # type: ignore[attr-defined]


def typed_id(item: pytest.Item) -> str:
    """Return the node id that a user would type where pytest was started."""
    file, _, rest = item.nodeid.partition("::")
    path = item.config.rootpath / file
    return f"{os.path.relpath(path, item.config.invocation_params.dir)}::{rest}"


def is_workflow_test(item: pytest.Item) -> bool:
    """Whether a test asks for the fixture, by name or by its mark."""
    return FIXTURE in getattr(item, "fixturenames", ())


def draws_inputs(item: pytest.Item) -> bool:
    """Whether Hypothesis calls the test, with other inputs for each variant."""
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))
