"""What the walk finds: a holder, what it held, and where it hangs."""

from __future__ import annotations

from typing import Any

from pytest_durable.evidence.contents import Content, Saved
from pytest_durable.evidence.values import Kind

__all__ = ["THREAD_NAME", "Record"]

THREAD_NAME = "threading.current_thread()"


class Record:
    """One holder, what it held when it was found, and where it hangs.

    ``kind`` is None for containers: a change inside them is a change of the
    variable that leads to them. ``parent`` is the index of a record, or -1.
    """

    __slots__ = ("content", "holder", "kind", "label", "parent", "saved")

    def __init__(
        self,
        holder: Any,
        content: Content,
        parent: int,
        label: Any,
        kind: Kind | None,
    ) -> None:
        self.holder = holder
        self.content = content
        self.saved: Saved = content.take(holder)
        self.parent = parent
        self.label = label
        self.kind = kind
