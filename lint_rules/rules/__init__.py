"""The rules: one class in one file each, found by looking into this folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from lint_rules.rule import Rule, StateRule


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Return one instance of every rule, by code."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    known = [*Rule.__subclasses__(), *StateRule.__subclasses__()]
    classes = [c for c in known if c.__module__.startswith(__name__)]
    return tuple(sorted((c() for c in classes), key=lambda rule: rule.code))
