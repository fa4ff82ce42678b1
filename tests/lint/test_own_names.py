"""The names that the linter knows our own library by exist there."""

from __future__ import annotations

import pytest

from lint_rules.catalog import steps

durable_core = pytest.importorskip("durable_core")


@pytest.mark.parametrize("name", steps.OWN_NAMES)
def test_the_library_exports_the_name(name: str) -> None:
    assert durable_core.__name__ == steps.OWN_PACKAGE
    assert name in durable_core.__all__
    assert hasattr(durable_core, name)


def test_the_tables_use_no_other_name_of_the_library() -> None:
    used = steps.STEP_DECORATORS | steps.WORKFLOW_CLASSES | steps.CONTEXT_CLASSES
    ours = {name for name in used if name.startswith(f"{steps.OWN_PACKAGE}.")}
    assert ours == {f"{steps.OWN_PACKAGE}.{name}" for name in steps.OWN_NAMES}
