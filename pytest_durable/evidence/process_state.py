"""State of the process as a whole: environment, directory, interpreter settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_durable.evidence.changes import Change, sequence_change
from pytest_durable.evidence.values import Kind
from pytest_durable.evidence.wording import spell

__all__ = [
    "CWD_NAME",
    "RANDOM_NAMES",
    "SEARCH_PATH",
    "ProcessState",
    "environment_name",
]

CWD_NAME = "the working directory"
SEARCH_PATH = "sys.path"
# What it is called: its module, and the name of the generator in there.
RANDOM_NAMES = {
    "the state of random": ("random", "_inst"),
    "the state of numpy.random": ("numpy.random.mtrand", "_rand"),
}

# Written by pytest itself around every test.
_IGNORED = frozenset({"PYTEST_CURRENT_TEST"})


def environment_name(key: str) -> str:
    """Return what an environment variable is called."""
    return f"os.environ[{key!r}]"


def _becomes(name: str, _: object, new: object) -> str:
    return f"{name} = {spell(new)}"


def _differs(name: str, _: object, __: object) -> str:
    return f"{name} changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of the process: how to read it and how to set it."""

    name: str
    module: str
    look: Callable[[Any], Any]
    put: Callable[[Any, Any], object]
    say: Callable[[str, Any, Any], str] = _becomes


def _set_path(module: Any, old: tuple[str, ...]) -> None:
    module.path[:] = old


def _filters(module: Any) -> tuple[object, ...]:
    return tuple(module.filters)


def _set_filters(module: Any, old: tuple[object, ...]) -> None:
    module.filters[:] = old
    module._filters_mutated() if hasattr(module, "_filters_mutated") else None


def _numpy_state(module: Any) -> tuple[object, ...]:
    name, keys, *rest = module.get_state()
    return (name, keys.tobytes(), *rest)


def _set_numpy_state(module: Any, old: tuple[Any, ...]) -> None:
    name, keys, *rest = old
    numpy = sys.modules["numpy"]
    module.set_state((name, numpy.frombuffer(keys, numpy.uint32), *rest))


def _decimal(module: Any) -> tuple[object, ...]:
    context = module.getcontext()
    return context.prec, context.rounding


def _set_decimal(module: Any, old: tuple[Any, Any]) -> None:
    context = module.getcontext()
    context.prec, context.rounding = old


_SETTINGS = (
    Setting(
        name=SEARCH_PATH,
        module="sys",
        look=lambda module: tuple(module.path),
        put=_set_path,
        say=sequence_change,
    ),
    Setting(
        name="sys.getrecursionlimit()",
        module="sys",
        look=lambda module: module.getrecursionlimit(),
        put=lambda module, old: module.setrecursionlimit(old),
    ),
    Setting(
        name="the state of random",
        module="random",
        look=lambda module: module.getstate(),
        put=lambda module, old: module.setstate(old),
        say=_differs,
    ),
    Setting(
        name="the state of numpy.random",
        module="numpy.random.mtrand",
        look=_numpy_state,
        put=_set_numpy_state,
        say=_differs,
    ),
    Setting(
        name="warnings.filters",
        module="warnings",
        look=_filters,
        put=_set_filters,
        say=_differs,
    ),
    Setting(
        name="the locale",
        module="locale",
        look=lambda module: module.setlocale(module.LC_ALL, None),
        put=lambda module, old: module.setlocale(module.LC_ALL, old),
    ),
    Setting(
        name="socket.getdefaulttimeout()",
        module="socket",
        look=lambda module: module.getdefaulttimeout(),
        put=lambda module, old: module.setdefaulttimeout(old),
    ),
    Setting(
        name="decimal.getcontext()", module="decimal", look=_decimal, put=_set_decimal
    ),
)


class ProcessState:
    """What the process as a whole held at one moment."""

    def __init__(self) -> None:
        self._environment = dict(os.environ)
        self._cwd = _working_directory()
        self._settings = [
            (setting, module, setting.look(module))
            for setting in _SETTINGS
            if (module := sys.modules.get(setting.module)) is not None
        ]
        self._umask = _umask()

    @classmethod
    def capture(cls) -> ProcessState:
        """Record the environment, the directory and the settings."""
        return cls()

    def changes(self) -> list[Change]:
        """Return what is different now."""
        return [*self._environment_changes(), *self._setting_changes()]

    def restore(self) -> None:
        """Set everything back that is different."""
        if dict(os.environ) != self._environment:
            for name in set(os.environ) - set(self._environment) - _IGNORED:
                del os.environ[name]
            os.environ.update(
                (name, value)
                for name, value in self._environment.items()
                if os.environ.get(name) != value and name not in _IGNORED
            )
        if self._cwd is not None and _working_directory() != self._cwd:
            os.chdir(self._cwd)
        for setting, module, old in self._settings:
            if setting.look(module) != old:
                setting.put(module, old)
        if self._umask is not None and _umask() != self._umask:
            os.umask(self._umask)

    def _environment_changes(self) -> list[Change]:
        now, found = dict(os.environ), []
        if now != self._environment:
            for name in {**self._environment, **now}:
                if name in _IGNORED or now.get(name) == self._environment.get(name):
                    continue
                slot = environment_name(name)
                new = now.get(name)
                detail = f"del {slot}" if new is None else f"{slot} = {spell(new)}"
                found.append(Change(kind=Kind.ENVIRONMENT, name=slot, detail=detail))
        cwd = _working_directory()
        if cwd != self._cwd:
            detail = f"os.chdir({spell(cwd)})"
            found.append(Change(kind=Kind.CWD, name=CWD_NAME, detail=detail))
        return found

    def _setting_changes(self) -> list[Change]:
        found = []
        for setting, module, old in self._settings:
            new = setting.look(module)
            if new != old:
                detail = setting.say(setting.name, old, new)
                found.append(
                    Change(kind=Kind.PROCESS, name=setting.name, detail=detail)
                )
        umask = _umask()
        if umask != self._umask and umask is not None:
            detail = f"os.umask({umask:#o})"
            found.append(Change(kind=Kind.PROCESS, name="os.umask()", detail=detail))
        return found


def _working_directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return None


def _umask() -> int | None:
    # Setting it to read it would race with other threads.
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"Umask:"):
                    return int(line.split()[1], 8)
    except OSError:
        return None
    return None
