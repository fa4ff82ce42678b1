"""What a person would call a record, and a change in it, in words of code.

The same holder must get the same name in every step and every process, because
writes and reads are joined by it. A name therefore depends on the walk alone.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from pytest_durable.evidence.attributes import InstanceContent
from pytest_durable.evidence.probes import LRU_CACHE_TYPE
from pytest_durable.evidence.records import Record
from pytest_durable.evidence.shapes import type_name
from pytest_durable.evidence.source import imported_names
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.walk import Walk
from pytest_durable.evidence.wording import spell

__all__ = ["Naming"]

# Their one value is the variable: the record's own name is the variable's name.
_SINGLE = (Kind.CLOSURE, Kind.CONTEXT, Kind.CACHE)


class Naming:
    """Names for the records of one walk."""

    def __init__(self, walk: Walk) -> None:
        self._records = walk.records
        self._walk = walk

    def variable(self, record: Record) -> tuple[Kind, str]:
        """Return kind and name of the variable that leads to a container."""
        parent, label = self._hook(record)
        holder = self._records[parent]
        if holder.kind is None:
            return self.variable(holder)
        return holder.kind, self.slot(holder, label)

    def slot(self, holder: Record, label: Any) -> str:
        """Return the name of one attribute of a holder."""
        if holder.kind in _SINGLE:
            return self.base(holder)
        if holder.kind is Kind.DEFAULT_ARGUMENT:
            return f"{self.base(self._records[holder.parent])}({label}=...)"
        if holder.kind is None:
            return self._item(holder, label)
        return f"{self.base(holder)}.{label}"

    def short(self, holder: Record, label: Any) -> str:
        """Return what the code that changes an attribute is likely to call it."""
        if holder.kind in (Kind.GLOBAL, Kind.DEFAULT_ARGUMENT):
            return str(label)
        if holder.kind is Kind.CLOSURE:
            return str(holder.label)
        if holder.kind is None:
            return self._item(holder, label, short=True)
        owner = self.owner(holder)
        return owner if holder.kind in _SINGLE else f"{owner}.{label}"

    def owner(self, record: Record) -> str:
        """Return a holder's short name: the last part of its full one."""
        if record.kind in (Kind.CLASS_ATTRIBUTE, Kind.FUNCTION_ATTRIBUTE):
            return self.base(record).rpartition(".")[2]
        if record.kind is Kind.GLOBAL or record.parent < 0:
            return str(record.label)
        parent, label = self._hook(record)
        return self.short(self._records[parent], label)

    def base(self, record: Record) -> str:
        """Return the full name of what a record holds."""
        if record.kind is Kind.GLOBAL or record.parent < 0:
            return str(record.label)
        if record.kind is Kind.CLOSURE:
            return f"{record.label} (closure of {self._closed_over_by(record)})"
        if record.kind is Kind.CACHE:
            return f"{self._function(record)} (lru_cache)"
        if record.kind is Kind.FUNCTION_ATTRIBUTE:
            return self._function(record)
        if record.kind is Kind.CLASS_ATTRIBUTE:
            name = type_name(record.holder)
            return name if "<locals>" not in name else self._path(record)
        if record.kind is Kind.INSTANCE:
            return self._object(record)
        return self._path(record)

    def _object(self, record: Record) -> str:
        # A singleton is known by its class; where it keeps itself, only it knows.
        parent, label = self._hook(record)
        holder = self._records[parent]
        own = holder.kind is Kind.CLASS_ATTRIBUTE and (
            holder.holder is type(record.holder)
        )
        if own and type(label) is str and "instance" in label.lower():
            return self.base(holder)
        return self.slot(holder, label)

    def _closed_over_by(self, record: Record) -> str:
        function = self._records[record.parent]
        name = self.base(function)
        # Two steps of one test share a variable of the test, not of either step.
        return name.rpartition(".")[0] if function.parent < 0 else name

    def _function(self, record: Record) -> str:
        holder = record.holder
        module: object
        name: object
        if type(holder) is FunctionType:
            module, name = holder.__module__, holder.__qualname__
        else:
            names = _names(record)
            module, name = names.get("__module__"), names.get("__qualname__")
        if type(module) is not str or type(name) is not str or "<locals>" in name:
            return self._path(record)
        return f"{module}.{name}"

    def _path(self, record: Record) -> str:
        parent, label = self._hook(record)
        return self.slot(self._records[parent], label)

    def _item(self, holder: Record, label: Any, *, short: bool = False) -> str:
        parent, own = self._hook(holder)
        above = self._records[parent]
        base = self.short(above, own) if short else self.slot(above, own)
        if type(holder.content) is InstanceContent:
            return f"{base}.{label}"
        return f"{base}[{spell(label)}]"

    def _hook(self, record: Record) -> tuple[int, Any]:
        # The module that merely imported a name is not where the name lives.
        hooks = self._walk.hooks(record)
        if len(hooks) > 1 and self._records[record.parent].kind is Kind.GLOBAL:
            for parent, label in hooks:
                names = self._records[parent].holder
                if label not in imported_names(names.get("__file__")):
                    return parent, label
        return hooks[0]


def _names(record: Record) -> dict[str, Any]:
    """Return the attributes of what stands in a function's place."""
    if type(record.holder) is LRU_CACHE_TYPE:
        names: dict[str, Any] = record.holder.__dict__
        return names
    return dict(zip(*record.content.take(record.holder), strict=True))
