"""The modules of a program and how their names refer to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lint_rules.facts.ir import ClassFacts, Declared, FunctionFacts, ModuleFacts


@dataclass(slots=True)
class Program:
    """Facts by name; a function's or class's id is `module:qualname`."""

    modules: dict[str, ModuleFacts] = field(default_factory=dict)
    functions: dict[str, FunctionFacts] = field(default_factory=dict)
    classes: dict[str, ClassFacts] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    declared: tuple[Declared, ...] = ()
    copies: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, modules: Iterable[ModuleFacts], declared: Iterable[Declared] = ()
    ) -> Program:
        """Index the facts of some modules, and the paths in definition files."""
        program = cls(declared=tuple(declared))
        for module in modules:
            program.modules[module.name] = module
            parts = module.name.split(".")
            for end in range(1, len(parts) + 1):
                program.packages.add(".".join(parts[:end]))
            for function in module.functions:
                program.functions[f"{module.name}:{function.qualname}"] = function
            for klass in module.classes:
                program.classes[f"{module.name}:{klass.qualname}"] = klass
        return program

    def module_of(self, identity: str) -> ModuleFacts:
        """Return the module that a function or class id belongs to."""
        return self.modules[identity.partition(":")[0]]

    def has_package(self, dotted: str) -> bool:
        """Tell whether a dotted name is a module, or a folder of modules."""
        return dotted in self.packages
