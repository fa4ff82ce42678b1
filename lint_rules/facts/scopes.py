"""Which scope a name belongs to, decided as the compiler decides it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lint_rules.facts.ir import Name, ScopeKind

_OWN: dict[str, ScopeKind] = {
    "function": "local",
    "class": "class",
    "types": "cell",
}


@dataclass(slots=True, eq=False)
class Scope:
    """A scope: of a module, function, class, comprehension, or of type parameters.

    `private` is the class whose `__names` are spelled in full here; `bound` and the
    declarations hold names as the compiler spells them.
    """

    kind: str
    qualname: str
    parent: Scope | None
    private: str = ""
    bound: set[str] = field(default_factory=set)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    is_generator: bool = False
    number: int = 0

    def mangled(self, name: str) -> str:
        """Return a name as the compiler spells it: `__x` in a class is private."""
        if not self.private or not name.startswith("__") or name.endswith("__"):
            return name
        return name if "." in name else f"_{self.private}{name}"

    def resolve(self, name: str) -> Name:
        """Return the scope that owns `name` when it is used here."""
        full = self.mangled(name)
        if self.kind == "comprehension" and full in self.renamed:
            return Name(self.renamed[full], "local", self.qualname)
        if full in self.declared_global or self.kind == "module":
            return Name(full, "global")
        if full in self.bound and full not in self.declared_nonlocal:
            return Name(name, _OWN[self.kind], self.qualname)
        return self._resolve_outside(name, full)

    def _resolve_outside(self, name: str, full: str) -> Name:
        # A comprehension is evaluated in the frame of the function around it.
        own: ScopeKind = "local" if self.kind == "comprehension" else "cell"
        # Only type parameters see the names of the class that they are written in.
        sees_class = self.kind == "types"
        outer = self.parent
        while outer is not None and outer.kind != "module":
            if outer.kind == "comprehension":
                if full in outer.renamed:
                    return Name(outer.renamed[full], own, outer.qualname)
            elif outer.kind != "class" or sees_class:
                if full in outer.declared_global:
                    break
                if full in outer.bound and full not in outer.declared_nonlocal:
                    spelled = name if outer.private == self.private else full
                    kind = own if outer.kind == "function" else _OWN[outer.kind]
                    return Name(spelled, kind, outer.qualname)
            if outer.kind != "comprehension":
                own = "cell"
            sees_class = sees_class and outer.kind == "types"
            outer = outer.parent
        return Name(full, "global")
