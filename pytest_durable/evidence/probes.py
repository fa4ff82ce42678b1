"""Facts about objects that cannot be copied: locks, iterators, buffers, connections.

A probe reads one plain value from an object made in C and puts it back where the
object allows that.
"""

from __future__ import annotations

import _thread
import ast
import io
import itertools
import sys
import threading
from collections.abc import Callable
from contextvars import Context, ContextVar
from functools import lru_cache
from types import GeneratorType
from typing import Any

from pytest_durable.evidence.contents import (
    EMPTY,
    Content,
    DictContent,
    Saved,
    is_scalar,
)

__all__ = [
    "CONTEXT_VARIABLE",
    "LRU_CACHE",
    "LRU_CACHE_TYPE",
    "THREAD",
    "THREAD_LOCAL",
    "CacheContent",
    "Probe",
    "probes",
]

LRU_CACHE_TYPE: Any = type(lru_cache(lambda: None))
_RLOCK: Any = type(_thread.RLock())


class Probe(Content):
    """One fact, read by ``look`` and put back by ``rewind``.

    What cannot be rewound may be made again by ``remake``. ``word`` is the code that
    is likely to have changed the object; it may mention its ``name``.
    """

    def __init__(
        self,
        word: str,
        look: Callable[[Any], object],
        rewind: Callable[[Any, Any], object] | None = None,
        *,
        remake: Callable[[Any], object] | None = None,
    ) -> None:
        self.word = word
        self.remake = remake
        self._look = look
        self._rewind = rewind

    def take(self, holder: Any) -> Saved:
        try:
            return Saved(("",), (self._look(holder),))
        except Exception:  # noqa: BLE001  a closed connection or buffer has no facts
            return Saved(("",), (EMPTY,))

    def same(self, holder: Any, saved: Saved) -> bool:
        return bool(self.take(holder).values == saved.values)

    def put(self, holder: Any, saved: Saved) -> None:
        if self._rewind is not None and saved.values[0] is not EMPTY:
            self._rewind(holder, saved.values[0])


class CacheContent(Content):
    """The entries of an ``lru_cache``: counted, and cleared when they changed."""

    def take(self, holder: Any) -> Saved:
        info = LRU_CACHE_TYPE.cache_info(holder)
        return Saved(("hits", "misses", "entries"), (info[0], info[1], info[3]))

    def same(self, holder: Any, saved: Saved) -> bool:
        return self.take(holder).values == saved.values

    def put(self, holder: Any, saved: Saved) -> None:  # noqa: ARG002 - only empty
        LRU_CACHE_TYPE.cache_clear(holder)


class ContextVariableContent(Content):
    """The value of a context variable in the current context."""

    def take(self, holder: ContextVar[Any]) -> Saved:
        try:
            return Saved(("",), (holder.get(),))
        except LookupError:
            return Saved(("",), (EMPTY,))

    def put(self, holder: ContextVar[Any], saved: Saved) -> None:
        # A context variable cannot be unset without the token of the set().
        old = saved.values[0]
        if old is EMPTY:
            try:
                old = Context().run(holder.get)
            except LookupError:
                return
        holder.set(old)


class ThreadContent(Content):
    """The attributes that user code has put on a thread object."""

    def take(self, holder: threading.Thread) -> Saved:
        found = [item for item in _thread_dict(holder).items() if item[0][:1] != "_"]
        return Saved(tuple(k for k, _ in found), tuple(v for _, v in found))

    def put(self, holder: threading.Thread, saved: Saved) -> None:
        names, before = _thread_dict(holder), dict(zip(*saved, strict=True))
        for name in self.take(holder).labels:
            if name not in before:
                del names[name]
        names.update(before)


def _thread_dict(thread: threading.Thread) -> dict[str, Any]:
    found: dict[str, Any] = threading.Thread.__dict__["__dict__"].__get__(thread)
    return found


def _local_attributes(local: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = _thread._local.__getattribute__(local, "__dict__")
    return found


def _lock_put(lock: _thread.LockType, held: bool) -> None:  # noqa: FBT001
    if held:
        lock.acquire(blocking=False)
    else:
        lock.release()


def _rlock_look(lock: object) -> str:
    return repr(lock).partition(" at ")[0]


def _buffer_look(buffer: Any) -> tuple[object, int]:
    return type(buffer).getvalue(buffer), type(buffer).tell(buffer)


def _buffer_put(buffer: Any, fact: tuple[Any, int]) -> None:
    buffer.seek(0)
    buffer.truncate()
    buffer.write(fact[0])
    buffer.seek(fact[1])


def _count_again(text: str) -> object:
    arguments = ast.literal_eval(f"({text[6:-1]},)")
    return itertools.count(*arguments)


def _bytes_put(array: bytearray, old: bytes) -> None:
    array[:] = old


def _iterator_look(iterator: Any) -> int:
    left: int = type(iterator).__length_hint__(iterator)
    return left


def _iterator_put(iterator: Any, left: int) -> None:
    # __setstate__ takes the position from the start; what moved is the difference.
    position = iterator.__reduce__()[2:]
    if position:
        now = _iterator_look(iterator)
        iterator.__setstate__(position[0] - (left - now))


def _generator_look(generator: GeneratorType[Any, Any, Any]) -> tuple[object, ...]:
    frame = generator.gi_frame
    if frame is None:
        return ()
    # In a loop it comes back to the same place, with other values.
    plain = [item for item in frame.f_locals.items() if is_scalar(item[1])]
    return (frame.f_lasti, *plain)


def _connection_look(connection: Any) -> tuple[int, bool]:
    return connection.total_changes, connection.in_transaction


CONTEXT_VARIABLE = ContextVariableContent()
LRU_CACHE = CacheContent()
THREAD = ThreadContent()
THREAD_LOCAL = DictContent(_local_attributes)

_PROBES: dict[int, Content] = {
    id(_thread.LockType): Probe("{name}.acquire()", _thread.LockType.locked, _lock_put),
    id(_RLOCK): Probe("{name}.acquire()", _rlock_look),
    id(io.StringIO): Probe("{name}.write(...)", _buffer_look, _buffer_put),
    id(io.BytesIO): Probe("{name}.write(...)", _buffer_look, _buffer_put),
    id(type(iter([]))): Probe("next({name})", _iterator_look, _iterator_put),
    id(type(iter(()))): Probe("next({name})", _iterator_look, _iterator_put),
    id(type(iter(range(0)))): Probe("next({name})", _iterator_look, _iterator_put),
    id(type(iter({}))): Probe("next({name})", _iterator_look),
    id(itertools.count): Probe("next({name})", repr, remake=_count_again),
    id(bytearray): Probe("{name}[:] = ...", bytes, _bytes_put),
    id(type(_ for _ in ())): Probe("next({name})", _generator_look),
}


def probes() -> dict[int, Content]:
    """Return the probes by the id of the type they read, for what is loaded now."""
    found = dict(_PROBES)
    for module, name, probe in _OPTIONAL:
        loaded = sys.modules.get(module)
        if loaded is not None:
            found[id(vars(loaded)[name])] = probe
    return found


_OPTIONAL: tuple[tuple[str, str, Content], ...] = (
    ("sqlite3", "Connection", Probe("{name}.execute(...)", _connection_look)),
    (
        "random",
        "Random",
        Probe(
            "{name} drew numbers",
            lambda generator: generator.getstate(),
            lambda generator, state: generator.setstate(state),
        ),
    ),
)
