"""The rules: one class in one file each. A rule's file is named as the rule is."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from lint_rules.own_rules import own_rules, rules_in

if TYPE_CHECKING:
    from lint_rules.rule import Rule

# The codes are known without importing any rule: most runs find nothing to do.
# A new rule has its row here.
FILES = {
    "DUR101": "cross_step_state",
    "DUR102": "global_rebind",
    "DUR103": "module_mutation",
    "DUR104": "class_state",
    "DUR105": "function_attribute_state",
    "DUR106": "mutable_default_state",
    "DUR107": "closure_state",
    "DUR108": "thread_local_state",
    "DUR109": "foreign_state",
    "DUR110": "read_through_memo",
    "DUR111": "instance_state",
    "DUR112": "redundant_global",
    "DUR113": "in_process_queue",
    "DUR201": "in_process_cache",
    "DUR301": "singleton",
    "DUR311": "module_resource",
    "DUR312": "in_process_lock",
    "DUR401": "local_file_handoff",
    "DUR402": "local_file",
    "DUR403": "local_database",
    "DUR404": "temp_path_escapes",
    "DUR405": "temp_file_leak",
    "DUR501": "process_environment",
    "DUR601": "unimportable_step",
    "DUR602": "unserializable_state",
    "DUR603": "unresolved_step",
    "DUR604": "import_side_effect",
    "DUR701": "random_or_clock",
    "DUR702": "swallowed_suspension",
    "DUR703": "unawaited_step",
    "DUR704": "side_effect_in_body",
    "DUR705": "fire_and_forget",
}


def codes_by_name() -> dict[str, str]:
    """Return the code of every rule by its kebab name."""
    ours = {file.replace("_", "-"): code for code, file in FILES.items()}
    return {**ours, **{rule.name: rule.code for rule in own_rules()}}


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Return one instance of every rule, by code; the users' own come last."""
    ours = [
        rule()
        for file in FILES.values()
        for rule in rules_in(import_module(f"{__name__}.{file}"))
    ]
    return (*sorted(ours, key=lambda rule: rule.code), *own_rules())
