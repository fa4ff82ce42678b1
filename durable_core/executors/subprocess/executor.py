"""The subprocess executor: one isolation, one optional private host."""

from __future__ import annotations

import os
import sys
from enum import Enum
from typing import TYPE_CHECKING

from durable_core.errors import DefinitionError, ExecutorUnavailable
from durable_core.executors.subprocess.collect import Collector
from durable_core.executors.subprocess.fresh import FreshIsolation
from durable_core.executors.subprocess.snapshot import SnapshotIsolation
from durable_core.executors.subprocess.template import TemplateIsolation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from durable_core.executors._private_host import PrivateHost
    from durable_core.executors.subprocess.pipes import Children
    from durable_core.protocols import StepCall, StepProbe


class Isolation(str, Enum):
    """Where the child comes from; a member equals its own text."""

    SNAPSHOT = "snapshot"
    TEMPLATE = "template"
    FRESH = "fresh"

    def __str__(self) -> str:
        return self.value


_ISOLATIONS: dict[Isolation, Callable[[], Children]] = {
    Isolation.SNAPSHOT: SnapshotIsolation,
    Isolation.TEMPLATE: TemplateIsolation,
    Isolation.FRESH: FreshIsolation,
}


class SubprocessExecutor:
    """Runs each attempt in a process of its own.

    ``isolation``: ``template`` (the default: fork a process that was started early;
    right for programs with threads), ``snapshot`` (fork this process, so that what was
    set up here is visible; right for tests) or ``fresh`` (a new interpreter).
    ``host`` gives each attempt private temporary directories. ``timeout`` ends attempts
    of steps that have none of their own.

    Raises ExecutorUnavailable where there is no ``fork``, DefinitionError for an
    unknown isolation.
    """

    name = "subprocess"

    def __init__(
        self,
        isolation: str = "template",
        *,
        host: PrivateHost | None = None,
        timeout: timedelta | None = None,
    ) -> None:
        if not hasattr(os, "fork"):
            raise ExecutorUnavailable(
                self.name,
                f"{sys.platform} has no fork and passes no descriptors",
                "Use sync, thread or celery-eager here",
            )
        try:
            self.isolation = Isolation(isolation)
        except ValueError:
            choices = ", ".join(one.value for one in Isolation)
            raise DefinitionError(
                "SubprocessExecutor",
                f"the isolation {isolation!r} is unknown",
                f"Choose from: {choices}",
            ) from None
        self._children = _ISOLATIONS[self.isolation]()
        self._host = host
        self._timeout = timeout

    def submit(self, call: StepCall, probes: Sequence[StepProbe] = ()) -> Collector:
        """Start a child; ``result`` reads it to its end."""
        timeout = call.target.timeout or self._timeout
        return Collector(call, self._children.start(call, probes, self._host), timeout)

    def close(self) -> None:
        """End what is kept between attempts."""
        self._children.close()
