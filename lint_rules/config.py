"""What the user asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Which rules run, and whether they offer fixes; each set holds codes."""

    selected: frozenset[str]
    strict: bool = False
    names: Mapping[str, str]
    fixes: bool = False

    def enabled(self, code: str) -> bool:
        """Tell whether a rule runs."""
        return code in self.selected

    def judges(self, rules: tuple[str, ...]) -> bool:
        """Tell whether every rule that a suppression names was run, or is none."""
        return all(
            self.names.get(rule, rule) in self.selected or not self.knows(rule)
            for rule in rules
        )

    def knows(self, rule: str) -> bool:
        """Tell whether there is a rule of this name or code."""
        return rule in self.names or rule in self.names.values()
