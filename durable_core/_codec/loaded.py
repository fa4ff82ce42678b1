"""Exception classes that this process has loaded, found without importing anything."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

__all__ = ["loaded_class"]


def loaded_class(name: str) -> type[BaseException] | None:
    """The exception class of ``module:Qualname``; None if it is not loaded here."""
    module_name, _, qualname = name.partition(":")
    module = sys.modules.get(module_name)
    found: Any = module
    for part in qualname.split("."):
        if isinstance(type(found), type) and issubclass(type(found), ModuleType | type):
            # Past __getattr__ of modules and metaclasses, which may import or compute.
            found = _namespace(found).get(part)
    if issubclass(type(found), type) and issubclass(found, BaseException):
        return found  # type: ignore[no-any-return]
    return _local(module_name, qualname)


def _namespace(owner: Any) -> Any:
    reader = type if issubclass(type(owner), type) else object
    return reader.__getattribute__(owner, "__dict__")


def _local(module_name: str, qualname: str) -> type[BaseException] | None:
    """The newest class of this name that no module holds: one made in a function."""
    found = None
    pending: list[type[BaseException]] = [BaseException]
    seen: set[type] = set()
    while pending:
        cls = pending.pop()
        if cls in seen:
            continue
        seen.add(cls)
        pending.extend(type.__subclasses__(cls))
        if cls.__qualname__ == qualname and cls.__module__ == module_name:
            found = cls
            break
    return found
