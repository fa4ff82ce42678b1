"""The content of what has attributes: modules, classes, instances, functions."""

from __future__ import annotations

from types import CellType, FunctionType
from typing import Any

from pytest_durable.evidence.contents import (
    EMPTY,
    Content,
    DictContent,
    Saved,
    ignored,
    is_module,
    replace,
)
from pytest_durable.evidence.shapes import Shape, class_dict

__all__ = [
    "CELL",
    "CLASS",
    "DEFAULTS",
    "FUNCTION",
    "MODULE",
    "InstanceContent",
]


class ModuleContent(DictContent):
    """A module's globals, without what the import system keeps there."""

    def put(self, holder: dict[str, Any], saved: Saved) -> None:
        before = dict(zip(*saved, strict=True))
        for name, value in list(holder.items()):
            old = before.get(name, EMPTY)
            if old is value or ignored(name) or is_module(value):
                continue
            if old is EMPTY:
                del holder[name]
            else:
                holder[name] = old
        for name, old in before.items():
            holder.setdefault(name, old)


class ClassContent(Content):
    """A class's own attributes."""

    def take(self, holder: type) -> Saved:
        found = class_dict(holder)
        return Saved(tuple(found.keys()), tuple(found.values()))

    def put(self, holder: type, saved: Saved) -> None:
        before = dict(zip(saved.labels, saved.values, strict=True))
        now = dict(class_dict(holder))
        for name in now:
            if name not in before and not name.startswith("__"):
                type.__delattr__(holder, name)
        for name, old in before.items():
            if now.get(name, EMPTY) is not old and not name.startswith("__"):
                type.__setattr__(holder, name, old)


class InstanceContent(Content):
    """The attributes of one class's instances, in their dict and in slots."""

    def __init__(self, shape: Shape) -> None:
        self._dictionary = shape.dictionary
        self._slots = shape.slots
        self.hidden = shape.cached  # type: ignore[misc]

    def take(self, holder: Any) -> Saved:
        labels = tuple(name for name, _ in self._slots)
        values = tuple(_slot_value(slot, holder) for _, slot in self._slots)
        if self._dictionary is not None:
            found = self._dictionary(holder)
            labels += tuple(dict.keys(found))
            values += tuple(dict.values(found))
        return Saved(labels, values)

    def put(self, holder: Any, saved: Saved) -> None:
        count = len(self._slots)
        for (_, slot), old in zip(self._slots, saved.values[:count], strict=True):
            _set_slot(slot, holder, old)
        if self._dictionary is not None:
            rest = Saved(saved.labels[count:], saved.values[count:])
            replace(self._dictionary(holder), rest, ordered=False)


def _slot_value(slot: Any, holder: object) -> object:
    try:
        value: object = slot.__get__(holder)
    except (AttributeError, TypeError):  # never set, or closed by its own class
        return EMPTY
    return value


def _set_slot(slot: Any, holder: object, old: object) -> None:
    if _slot_value(slot, holder) is old:
        return
    try:
        if old is EMPTY:
            slot.__delete__(holder)
        else:
            slot.__set__(holder, old)
    except (AttributeError, TypeError):
        # Read-only members of types that C code defines cannot have been set either.
        return


class DefaultsContent(Content):
    """The default values of a function's parameters."""

    def take(self, holder: FunctionType) -> Saved:
        code = holder.__code__
        values = holder.__defaults__ or ()
        count = code.co_argcount
        labels = code.co_varnames[count - len(values) : count]
        keyword = holder.__kwdefaults__
        if keyword:
            labels += tuple(keyword)
            values += tuple(keyword.values())
        return Saved(labels, values)

    def put(self, holder: FunctionType, saved: Saved) -> None:
        count = len(holder.__defaults__ or ())
        if count:
            holder.__defaults__ = saved.values[:count]
        if len(saved.values) > count:
            keyword = zip(saved.labels[count:], saved.values[count:], strict=True)
            holder.__kwdefaults__ = dict(keyword)


class CellContent(Content):
    """The one value of a closure cell."""

    def take(self, holder: CellType) -> Saved:
        try:
            return Saved(("",), (holder.cell_contents,))
        except ValueError:
            return Saved(("",), (EMPTY,))

    def put(self, holder: CellType, saved: Saved) -> None:
        if saved.values[0] is not EMPTY:
            holder.cell_contents = saved.values[0]
        elif self.take(holder).values[0] is not EMPTY:
            del holder.cell_contents


def _attributes(function: FunctionType) -> dict[Any, Any]:
    return function.__dict__


def _itself(names: dict[Any, Any]) -> dict[Any, Any]:
    return names


MODULE = ModuleContent(_itself)
FUNCTION = DictContent(_attributes)
CLASS = ClassContent()
DEFAULTS = DefaultsContent()
CELL = CellContent()
