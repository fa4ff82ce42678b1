"""Resolves names of modules, classes and attributes across the program."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from lint_rules.link.copies import original
from lint_rules.link.hierarchy import Hierarchy
from lint_rules.link.values import (
    IMPORT,
    NOTHING,
    External,
    Function,
    Module,
    Place,
    Scalar,
    Text,
    Values,
    one,
    reached,
)

if TYPE_CHECKING:
    from lint_rules.link.cells import Cells
    from lint_rules.link.program import Program

_BUILTINS = frozenset(dir(builtins))


class Names:
    """Lookups that need the whole program."""

    def __init__(self, program: Program, cells: Cells) -> None:
        """Look names up in `program`, values in `cells`."""
        self.program = program
        self.cells = cells
        self.stars: dict[str, list[str]] = {}
        self.hierarchy = Hierarchy(cells)

    def module(self, dotted: str) -> Values:
        """Return the module of that name, ours or not."""
        if self.program.has_package(dotted):
            return one(Module(dotted))
        return one(External(dotted))

    def module_attribute(
        self, module: str, name: str, *, builtins: bool = False
    ) -> Values:
        """Return what `module.name` may be."""
        if module not in self.program.modules:
            dotted = f"{module}.{name}"
            known = self.program.has_package(dotted)
            return one(Module(dotted)) if known else one(External(dotted))
        found = self.cells.read(("global", module, name))
        if found:
            return reached(found, Place("global", module, name))
        if name == "__file__":
            return one(Text("", "code", is_path=True, exact=False))
        self.cells.read(("stars", module))
        for star in self.stars.get(module, ()):
            values = self.module_attribute(star, name)
            if star in self.program.modules and values:
                return values
        if self.program.has_package(f"{module}.{name}"):
            return one(Module(f"{module}.{name}"))
        if builtins and name in _BUILTINS:
            return one(External(f"builtins.{name}"))
        return NOTHING

    def import_all(self, module: str, star: str) -> None:
        """Note that a module has a `from star import *`."""
        stars = self.stars.setdefault(module, [])
        if star not in stars:
            stars.append(star)
            self.cells.join(("stars", module), one(Module(star)))

    def bases(self, klass: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a class's own line of ancestors and its external ancestors."""
        return self.hierarchy.line(klass)[:2]

    def class_attribute(self, klass: str, name: str) -> tuple[Values, str]:
        """Return a class attribute and the class that holds it."""
        for ancestor in self.bases(klass)[0]:
            found = self.cells.read(("class", ancestor, name))
            if found:
                return found, ancestor
        for meta in self.metaclasses(klass):
            found = self.cells.read(("class", meta, name))
            if found:
                return found, meta
        return NOTHING, klass

    def is_lasting(self, klass: str) -> bool:
        """Tell whether a class was made at import, not anew in each step."""
        if not self.program.classes[klass].parent:
            return True
        phases = self.cells.read(("defined", klass))
        return any(value.thing == Scalar(IMPORT) for value in phases)

    def metaclasses(self, klass: str) -> tuple[str, ...]:
        """Return the metaclasses of the program that make a class."""
        return self.hierarchy.line(klass).metaclasses

    def method(self, klass: str, name: str, *, after: str = "") -> Function | None:
        """Return the method that a call on an instance of `klass` reaches."""
        line = self.bases(klass)[0]
        if after:
            line = line[line.index(after) + 1 :] if after in line else ()
        for ancestor in line:
            for value in self.cells.read(("class", ancestor, name)):
                if isinstance(value.thing, Function):
                    return value.thing
            if self.cells.read(("class", ancestor, name)):
                return None
        return None

    def kind_of_method(self, function: Function) -> str:
        """Return static, class, property, cached or plain."""
        facts = self.program.functions[function.id]
        for value in self.cells.read(("decorators", original(function.id))):
            if isinstance(value.thing, External):
                kind = METHOD_KINDS.get(value.thing.dotted)
                if kind:
                    return kind
        if facts.name in {"__new__", "__init_subclass__", "__class_getitem__"}:
            return "static" if facts.name == "__new__" else "class"
        return "plain"


METHOD_KINDS = {
    "builtins.staticmethod": "static",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "functools.cached_property": "cached",
    "django.utils.functional.cached_property": "cached",
    "werkzeug.utils.cached_property": "cached",
    "cached_property.cached_property": "cached",
    "kombu.utils.cached_property": "cached",
    "kombu.utils.objects.cached_property": "cached",
    "celery.utils.cached_property": "cached",
    "abc.abstractproperty": "property",
}
