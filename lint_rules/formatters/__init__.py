"""The output formats: one file each, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_rules.formatters.outcome import Outcome

_MODULES = {
    "text": "text",
    "full": "full",
    "json": "json_rows",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "junit": "junit",
}
FORMATS = tuple(_MODULES)
# To find out how a finding is fixed takes time, so it is done where it is told.
TELLING_FIXES = frozenset({"full", "json", "sarif"})


def render(name: str, outcome: Outcome) -> str:
    """Return an outcome as text in one of `FORMATS`."""
    module = import_module(f"{__name__}.{_MODULES[name]}")
    rendered: str = module.render(outcome)
    return rendered
