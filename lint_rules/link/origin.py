"""Dotted names of what an expression is, in code that the analysis does not run.

A view that puts a function into a queue is no step and is not run at import. Its names
are looked up without evaluating anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import statements
from lint_rules.link.values import (
    IMPORT,
    NOTHING,
    External,
    Function,
    Klass,
    Made,
    Method,
    Module,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from lint_rules.link.machine import Machine
    from lint_rules.link.values import Thing

_DEEPEST = 6


def outside_name(type_: str, machine: Machine) -> str:
    """Return a type's dotted name; for a class of ours that of an outside ancestor."""
    klass, _, name = type_.rpartition(".")
    for ours, rest in ((type_, ""), (klass, f".{name}")):
        if ours in machine.program.classes:
            outside = machine.names.bases(ours)[1]
            return f"{outside[0]}{rest}" if outside else type_
    return type_


def dotted_name(thing: Thing, machine: Machine) -> str:
    """Return the dotted name of an external thing, or of the type of an object."""
    if isinstance(thing, External):
        return thing.dotted
    if isinstance(thing, Made):
        return outside_name(thing.type, machine)
    if isinstance(thing, Klass):
        return outside_name(thing.id, machine)
    if isinstance(thing, Method):
        owner = dotted_name(thing.receiver.thing, machine)
        return f"{owner}.{thing.name}" if owner else ""
    return ""


_BINDING = (ir.Import, ir.Define, ir.Assign, ir.With)


class Origins:
    """The names of one function, or of a module's body."""

    def __init__(self, machine: Machine, module: str, function: str) -> None:
        """Look names up in `function` of `module`; the body of the module is `""`."""
        self.machine, self.module = machine, module
        facts = machine.program.functions.get(f"{module}:{function}")
        self.body = facts.body if facts is not None else ()
        self.parent = facts.parent if facts is not None else ""
        self.function = function
        self._binding: list[ir.Stmt] | None = None

    def names(self, expr: ir.Expr, depth: int = 0) -> set[str]:
        """Return the dotted names that an expression, or its type, may have."""
        if isinstance(expr, ir.Attr) and not self.values(expr):
            return {f"{owner}.{expr.name}" for owner in self.names(expr.base, depth)}
        if isinstance(expr, ir.Call | ir.Awaited) and depth < _DEEPEST:
            inner = expr.func if isinstance(expr, ir.Call) else expr.value
            return self.names(inner, depth + 1)
        values = self.values(expr, depth)
        return {dotted_name(value.thing, self.machine) for value in values} - {""}

    def values(self, expr: ir.Expr, depth: int = 0) -> Values:
        """Return what a name, or an attribute of a module, is bound to."""
        machine = self.machine
        match expr:
            case ir.Name(kind="global", id=name):
                return machine.names.module_attribute(self.module, name, builtins=True)
            case ir.Name() if depth < _DEEPEST:
                return self._local(expr, depth)
            case ir.Attr(base=base, name=name):
                found = NOTHING
                for value in self.values(base, depth):
                    if isinstance(value.thing, Module):
                        module = value.thing.module
                        found |= machine.names.module_attribute(module, name)
                return found
            case ir.Lambda(qualname=qualname):
                return one(Function(f"{self.module}:{qualname}", IMPORT))
            case ir.Call() | ir.Awaited():
                made = self.names(expr, depth + 1)
                return frozenset(Value(Made(name, "", IMPORT)) for name in made)
            case _:
                return NOTHING

    def _local(self, name: ir.Name, depth: int) -> Values:
        found = NOTHING
        if self._binding is None:
            self._binding = [
                n for n in statements(self.body) if isinstance(n, _BINDING)
            ]
        for node in self._binding:
            found |= self._bound(node, name, depth)
        if not found and name.kind == "cell" and self.parent:
            outer = Origins(self.machine, self.module, self.parent)
            return outer.values(ir.Name(name.id, "local"), depth + 1)
        return found

    def _bound(self, node: object, name: ir.Name, depth: int) -> Values:
        """Return what a statement binds a local name to."""
        names, found = self.machine.names, NOTHING
        if isinstance(node, ir.Import):
            for bound, module, attribute in node.bindings:
                if bound == name and attribute is None:
                    found |= names.module(module)
                elif bound == name and attribute is not None:
                    found |= names.module_attribute(module, attribute)
        elif isinstance(node, ir.Define) and node.name == name:
            identity = f"{self.module}:{node.qualname}"
            return one(Klass(identity) if node.is_class else Function(identity, IMPORT))
        elif isinstance(node, ir.Assign) and name in node.targets:
            return self.values(node.value, depth + 1)
        elif isinstance(node, ir.With):
            for context, target in node.items:
                if target == name:
                    found |= self.values(context, depth + 1)
        return found
