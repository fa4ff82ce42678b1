"""Finds the importable name of a step, and the step again from its name.

A step runs in any process, so it must be reachable as ``module:qualname``. What a
worker could not import is refused when the workflow is defined, not when it runs.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from durable_core.errors import DefinitionError

if TYPE_CHECKING:
    from types import ModuleType


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where an object is found; ``file`` helps where the module has no search path."""

    module: str
    qualname: str
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.module}:{self.qualname}"

    def load(self) -> object:
        """Import and return the object; raises DefinitionError when it is gone."""
        found: object = load_module(self.module, self.file)
        for part in self.qualname.split("."):
            try:
                found = getattr(found, part)
            except AttributeError:
                raise DefinitionError(
                    f"step {self}", f"{self.module} has no {self.qualname}"
                ) from None
        return found


def parse_reference(text: str) -> Reference:
    """Return the reference that ``"package.module:function"`` means."""
    module, colon, qualname = text.partition(":")
    if not (colon and module and qualname):
        raise DefinitionError(
            f"step {text!r}", "it is not a reference", 'Write "package.module:function"'
        )
    return Reference(module=module, qualname=qualname)


def reference_to(obj: object, subject: str) -> Reference:
    """Return the name under which a worker finds ``obj``, or raise DefinitionError."""
    __tracebackhide__ = True  # pytest: the line that declared the workflow matters
    owner = getattr(obj, "__self__", None)
    # A task queue's task is a stand-in; the function it was made of knows its name.
    known = getattr(obj, "__wrapped__", obj) if is_task(obj) else obj
    name = str(getattr(known, "__qualname__", "") or getattr(known, "__name__", ""))
    home = _home(known, owner)
    if home == "__main__":
        raise DefinitionError(
            subject,
            "it is defined in __main__, which a worker cannot import",
            "Move it into a module",
        )
    module = sys.modules.get(home)
    if module is None:
        raise DefinitionError(subject, f"its module {home!r} is not loaded")
    file = getattr(module, "__file__", None)
    if "<" not in name and name and _is_found(module, name, obj):
        return Reference(module=home, qualname=name, file=file)
    # A step whose own name means another object is refused even where an alias would
    # find it: task queues and pickle go by that name, and would run the other one.
    taken = "<" not in name and owner is None and _named(module, name) is not None
    found = None if taken else _search(module, obj, owner)
    if found is not None:
        return Reference(module=home, qualname=found, file=file)
    raise DefinitionError(subject, *_why_not(home, name))


def is_task(obj: object) -> bool:
    """Whether this is a Celery task: known by what it can do, celery need not be."""
    return callable(getattr(obj, "apply_async", None)) and callable(
        getattr(obj, "run", None)
    )


def load_module(name: str, file: str | None) -> ModuleType:
    """Return the module, from its file where its name is on no search path."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        return loaded
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing_itself = error.name is not None and (name + ".").startswith(
            error.name + "."
        )
        if not missing_itself or file is None or not Path(file).is_file():
            raise
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name=name, path=file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]  # else the next import would find half a module
        raise
    return module


def _home(obj: object, owner: object) -> str:
    """Return the module to look in: for a bound method, that of its instance."""
    if owner is not None and not isinstance(owner, type):
        return str(getattr(obj, "__module__", None) or type(owner).__module__)
    return str(getattr(obj, "__module__", None) or type(obj).__module__)


def _is_found(module: ModuleType, name: str, obj: object) -> bool:
    found = _named(module, name)
    return found is obj or (_is_method(obj) and found == obj)


def _named(module: ModuleType, name: str) -> object:
    found: object = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _search(module: ModuleType, obj: object, owner: object) -> str | None:
    """Return a module-level name of the object, or of the instance it is bound to."""
    for name, value in vars(module).items():
        if value is obj:
            return name
        if owner is not None and value is owner:
            return f"{name}.{getattr(obj, '__name__', '')}"
    return None


def _is_method(obj: object) -> bool:
    return getattr(obj, "__self__", None) is not None


def _why_not(module: str, name: str) -> tuple[str, str]:
    if "<lambda>" in name:
        return (
            "it is a lambda, which a worker cannot import by name",
            "Write it as a function with a name at module level",
        )
    if "<locals>" in name:
        return (
            "it is defined inside a function, so a worker cannot import it",
            "Move it to module level and pass what it captures in the state",
        )
    if not name:
        return (
            f"it has no name in {module} that a worker could import",
            "Assign it to a name at module level",
        )
    return (
        f"the name {module}:{name} now means something else",
        "Give each step a name of its own",
    )
