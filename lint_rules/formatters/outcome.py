"""What every format is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lint_rules.formatters.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from lint_rules.finding import Finding
    from lint_rules.report import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The findings that are told, those that are not and why, and the exit code.

    `fails` tells whether a finding counts for the exit code, `source` the text of a
    file.
    """

    findings: list[Finding]
    suppressed: list[Finding] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    exit_code: int = 0
    style: Style = field(default_factory=Style)
    source: Callable[[str], str] = str
    fails: Callable[[Finding], bool] = lambda finding: finding.severity != "info"
