"""Finds the rules that other packages offer through the entry point group.

To ask for entry points takes longer than a whole run that finds nothing to do, so it is
done only where the files of some package mention the group.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from inspect import isabstract, isclass
from types import ModuleType
from typing import TYPE_CHECKING

from lint_rules.errors import RuleFailed, told
from lint_rules.finding import SEVERITIES
from lint_rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

GROUP = "durable_lint.rules"
_RESERVED = "DUR"
_CODE = re.compile(r"[A-Z]{2,10}[0-9]{1,5}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@lru_cache(maxsize=1)
def own_rules() -> tuple[Rule, ...]:
    """Return one instance of every rule that other packages offer, by code.

    Raises `RuleFailed`, which tells everything that is wrong with them.
    """
    if not any(map(_mentions_group, sys.path)):
        return ()
    from importlib.metadata import entry_points

    rules: dict[type[Rule], Rule] = {}
    problems: list[str] = []
    for point in sorted(entry_points(group=GROUP)):
        try:
            found = {kind: kind() for kind in _offered(point)}
        except RuleFailed as error:
            problems.append(str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the code of users
            problems.append(f"{_shown(point)} cannot be loaded: {told(error)}")
        else:
            rules |= found
    problems += _clashes(list(rules.values()))
    if problems:
        raise RuleFailed("; ".join(problems))
    return tuple(sorted(rules.values(), key=lambda rule: rule.code))


def rules_in(module: ModuleType) -> list[type[Rule]]:
    """Return the rules that a module defines; those it imports are not its own."""
    return [
        found
        for found in vars(module).values()
        if isclass(found)
        and issubclass(found, Rule)
        and not isabstract(found)
        and found.__module__ == module.__name__
    ]


def _mentions_group(folder: str) -> bool:
    try:
        with os.scandir(folder or ".") as entries:
            names = [e.path for e in entries if e.name.endswith(("-info", ".egg"))]
    except OSError:
        return False
    return any(map(_offers, names))


def _offers(distribution: str) -> bool:
    inner = "EGG-INFO" if distribution.endswith(".egg") else ""
    try:
        with open(os.path.join(distribution, inner, "entry_points.txt"), "rb") as file:
            return GROUP.encode() in file.read()
    except OSError:
        return False


def _offered(point: EntryPoint) -> list[type[Rule]]:
    loaded = point.load()
    rules = rules_in(loaded) if isinstance(loaded, ModuleType) else [loaded]
    if not rules:
        raise RuleFailed(f"{_shown(point)} has no rule in it")
    for rule in rules:
        if not (isclass(rule) and issubclass(rule, Rule)):
            raise RuleFailed(f"{_shown(point)} is no subclass of Rule")
        problems = list(_problems(rule))
        if problems:
            raise RuleFailed(f"{_shown(point)}: {', '.join(problems)}")
    return rules


def _problems(rule: type[Rule]) -> Iterator[str]:
    """Yield what is wrong with the attributes of a rule."""
    name = rule.__name__
    code, kebab = getattr(rule, "code", ""), getattr(rule, "name", "")
    if not _matches(_CODE, code):
        yield f"{name}.code must be capitals and digits, such as SHOP101, not {code!r}"
    elif code.startswith(_RESERVED):
        yield f"{name}.code must not begin with {_RESERVED}"
    if not _matches(_NAME, kebab):
        yield f"{name}.name must be like `slow-call`, not {kebab!r}"
    if getattr(rule, "severity", "") not in SEVERITIES:
        yield f"{name}.severity must be one of {', '.join(SEVERITIES)}"
    if not rule.__doc__:
        yield f"{name} needs a docstring, which is its page"


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _clashes(rules: list[Rule]) -> Iterator[str]:
    from lint_rules.listing import own_names
    from lint_rules.rules import FILES

    taken = {file.replace("_", "-"): "durable-lint" for file in FILES.values()}
    taken |= dict.fromkeys(own_names(), "durable-lint")
    for rule in rules:
        module = type(rule).__module__
        for word in (rule.code, rule.name):
            if word in taken:
                yield f"`{word}` of {module} is a rule of {taken[word]} already"
            taken.setdefault(word, module)


def _shown(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"rule {point.name!r}{package} ({point.value})"
