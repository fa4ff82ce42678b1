"""Names of the standard library that stand for a state of the whole process."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, MethodWrapperType
from typing import Any

from pytest_durable.evidence.access import Access
from pytest_durable.evidence.lookup import Slot
from pytest_durable.evidence.process_state import (
    CWD_NAME,
    RANDOM_NAMES,
    SEARCH_PATH,
    environment_name,
)
from pytest_durable.evidence.records import THREAD_NAME
from pytest_durable.evidence.shapes import is_one_of
from pytest_durable.evidence.values import Kind

__all__ = ["BOUND", "bound_to", "process_slots"]

BOUND: tuple[type, ...] = (BuiltinFunctionType, MethodWrapperType, MethodType)
# By id: == would ask the value.
_DIRECTORY = frozenset(map(id, (os.getcwd, os.chdir, os.path.abspath)))


def bound_to(method: Any) -> Any:
    """Return the object that a bound method belongs to."""
    read: Any = type(method).__getattribute__
    return read(method, "__self__")


def process_slots(value: Any, access: Access, function: FunctionType) -> Iterator[Slot]:
    """Yield the state of the process that a dotted name has just led to."""
    if value is os.environ or value is os.getenv:
        yield Kind.ENVIRONMENT, environment_name(_key(access, function))
    elif value is sys.path or value is importlib.import_module:
        yield Kind.PROCESS, SEARCH_PATH
    elif id(value) in _DIRECTORY:
        yield Kind.CWD, CWD_NAME
    elif value is threading.current_thread and access.after is not None:
        yield Kind.THREAD_LOCAL, f"{THREAD_NAME}.{access.after}"
    elif is_one_of(type(value), BOUND):
        owner = bound_to(value)
        for module, path in _generators():
            if owner is module:
                yield Kind.PROCESS, path


def _key(access: Access, function: FunctionType) -> str:
    if access.key is not None:
        return access.key
    known = function.__globals__.get(access.key_name or "")
    return known if type(known) is str else "*"


def _generators() -> Iterator[tuple[object, str]]:
    """Yield the generators behind the functions of ``random`` modules."""
    for name, (module, path) in RANDOM_NAMES.items():
        loaded = sys.modules.get(module)
        if loaded is not None:
            yield vars(loaded).get(path), name
