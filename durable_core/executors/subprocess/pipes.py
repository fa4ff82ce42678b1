"""The three descriptors between a child and its parent, and the child seen from there.

The protocol has a descriptor of its own, so that a step's stdin, stdout, stderr and
``breakpoint()`` keep working. What travels on it is one JSON object a line.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.protocols import StepCall, StepProbe


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildEnds:
    """The write ends: the child's messages, its stdout and its stderr."""

    messages: int
    stdout: int
    stderr: int

    def close(self) -> None:
        """Close all of them."""
        close_all(self.messages, self.stdout, self.stderr)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentEnds:
    """The read ends of the same three."""

    messages: int
    stdout: int
    stderr: int

    def close(self) -> None:
        """Close all of them."""
        close_all(self.messages, self.stdout, self.stderr)


class Child(Protocol):
    """A process that runs one attempt.

    ``announces`` says that the child sends a message when the step begins; otherwise
    it begins at once.
    """

    @property
    def announces(self) -> bool:
        """Whether it sends word when its step begins."""
        ...

    @property
    def ends(self) -> ParentEnds:
        """Where it is read from."""
        ...

    @property
    def news(self) -> int | None:
        """A descriptor with something to read when it has ended; None without one."""
        ...

    def has_ended(self) -> bool:
        """Whether the news, of which there must be some, are those of its end."""
        ...

    def kill(self) -> None:
        """End it and every process it started; harmless when it has ended."""
        ...

    def wait(self) -> int:
        """Return its exit status; minus the number of the signal that ended it."""
        ...

    def close(self) -> None:
        """Close the descriptors that it is known by."""
        ...


class Children(Protocol):
    """A way to get children: one of the isolations."""

    def start(
        self, call: StepCall, probes: Sequence[StepProbe], host: PrivateHost | None
    ) -> Child:
        """Return a child that runs the attempt."""
        ...

    def close(self) -> None:
        """End what is kept between attempts."""
        ...


def open_pipes() -> tuple[ParentEnds, ChildEnds]:
    """Return the two sides of three new pipes."""
    messages, stdout, stderr = os.pipe(), os.pipe(), os.pipe()
    return (
        ParentEnds(messages=messages[0], stdout=stdout[0], stderr=stderr[0]),
        ChildEnds(messages=messages[1], stdout=stdout[1], stderr=stderr[1]),
    )


def exit_news(pid: int) -> int | None:
    """Return a descriptor that is readable once a child has ended, where there is one.

    The end of file of its pipes is no such news: a daemon it leaves behind holds them.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            return os.pidfd_open(pid)
    return None


def leads_group() -> bool:
    """Whether a child gets a process group of its own, to be ended as a whole.

    Not with a terminal on stdin: a background group may not read from it, and then
    ``breakpoint()`` in a step would stop the child for ever.
    """
    try:
        return not os.isatty(0)
    except OSError:
        return True


def close_all(*descriptors: int | None) -> None:
    """Close those that are open."""
    for descriptor in descriptors:
        if descriptor is not None:
            try:  # not suppress: this is on the way of every step
                os.close(descriptor)
            except OSError:
                pass
