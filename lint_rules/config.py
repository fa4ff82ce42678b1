"""What the user asked for, from the command line and from the configuration."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from lint_rules.finding import SEVERITIES, dotted
from lint_rules.patterns import FilePatterns, matches_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lint_rules.finding import Finding

# A field that only decides what is told of the findings, not which there are.
_TELLING = {"decides": "telling"}

_NO_FILES = FilePatterns()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What decides the findings; sets of rules hold codes.

    `roots` are absolute folders that module names start at. `steps` and `pure` are
    patterns of dotted function names, `shared_paths` of paths as the code writes them,
    `safe_clients` and `unsafe_clients` dotted names of classes and factories. With
    `fixes`, rules offer fixes. `file` is the configuration that was read.
    """

    selected: frozenset[str]
    names: Mapping[str, str] = field(hash=False, compare=False, metadata=_TELLING)
    roots: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    pure: tuple[str, ...] = ()
    shared_paths: tuple[str, ...] = ()
    safe_clients: frozenset[str] = frozenset()
    unsafe_clients: frozenset[str] = frozenset()
    exclude: FilePatterns = _NO_FILES
    per_file_ignores: tuple[tuple[FilePatterns, frozenset[str]], ...] = ()
    all_functions: bool = False
    fixes: bool = False
    strict: bool = field(default=False, metadata=_TELLING)
    fail_on: str = field(default="warn", metadata=_TELLING)
    baseline: str = field(default="", metadata=_TELLING)
    file: str = field(default="", metadata=_TELLING)

    @property
    def fingerprint(self) -> str:
        """Everything that decides which findings there are, as one stable text."""
        decisive = (f.name for f in fields(self) if f.metadata != _TELLING)
        return repr([(name, _stable(getattr(self, name))) for name in decisive])

    def enabled(self, code: str) -> bool:
        """Tell whether a rule runs."""
        return code in self.selected

    def knows(self, rule: str) -> bool:
        """Tell whether there is a rule of this name or code."""
        return rule in self.names or rule in self.names.values()

    def judges(self, rules: tuple[str, ...]) -> bool:
        """Tell whether every rule that a suppression names was run, or is none."""
        return all(
            self.names.get(rule, rule) in self.selected or not self.knows(rule)
            for rule in rules
        )

    def ignored_in(self, path: Path) -> frozenset[str]:
        """Return the rules whose findings in a file are not told."""
        found = [codes for files, codes in self.per_file_ignores if files.match(path)]
        return frozenset().union(*found)

    def is_pure(self, function: str) -> bool:
        """Tell whether a function (by its id) may keep results in its process."""
        return bool(self.pure) and matches_name(dotted(function), self.pure)

    def shows(self, finding: Finding) -> bool:
        """Tell whether a finding is told: those of severity info only on request."""
        return self.strict or self.fail_on == "info" or finding.severity != "info"

    def fails(self, finding: Finding) -> bool:
        """Tell whether a finding makes the exit code 1."""
        return SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.fail_on)


def _stable(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(map(_stable, value), key=repr)
    if isinstance(value, tuple):
        return [_stable(part) for part in value]
    return value
