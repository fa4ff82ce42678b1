"""Statuses of a run, and the only table of transitions between them.

Rules kept here:

* a transition that the table does not list raises, and nothing has changed by then;
* ``completed``, ``failed`` and ``cancelled`` are final.
"""

from __future__ import annotations

from enum import Enum

from durable_core.errors import IllegalTransition


class Status(str, Enum):
    """Where a run stands; a member equals its own text (``"completed"``)."""

    PENDING = "pending"
    RUNNING = "running"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    def __str__(self) -> str:
        return self.value

    @property
    def final(self) -> bool:
        """Whether nothing can follow."""
        return not TRANSITIONS[self]


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.RUNNING}),
    Status.RUNNING: frozenset(
        {
            Status.COMPLETED,
            Status.FAILED,
            Status.SUSPENDED,
            Status.PAUSED,
            Status.CANCELLED,
        }
    ),
    Status.SUSPENDED: frozenset({Status.RUNNING, Status.PAUSED, Status.CANCELLED}),
    Status.PAUSED: frozenset({Status.RUNNING, Status.CANCELLED}),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}


def transition(run_id: str, current: Status, wanted: Status) -> Status:
    """Return ``wanted``, or raise IllegalTransition when the table forbids it."""
    if wanted not in TRANSITIONS[current]:
        raise IllegalTransition(run_id, current.value, wanted.value)
    return wanted
