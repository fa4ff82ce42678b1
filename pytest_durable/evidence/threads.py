"""Threads that a step leaves running: their process may end with the step."""

from __future__ import annotations

import threading

from pytest_durable.evidence.values import Kind, Write
from pytest_durable.evidence.wording import spell

__all__ = ["ThreadAudit"]


class ThreadAudit:
    """Compares the running threads at the end of a step with those before it."""

    def __init__(self) -> None:
        self._before = frozenset(map(id, threading.enumerate()))

    def writes(self) -> list[Write]:
        """Return one write per thread that was started and still runs."""
        return [
            Write(kind=Kind.THREAD, name=name, detail=f"{name} still runs")
            for thread in threading.enumerate()
            if id(thread) not in self._before
            for name in (f"thread {spell(vars(thread).get('_name'))}",)
        ]
