"""The one file that asks the operating system for the time."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class SystemClock:
    """The clock of this machine, in UTC."""

    def now(self) -> datetime:
        """Return the current time."""
        return datetime.now(timezone.utc)

    def sleep_until(self, at: datetime) -> None:
        """Block until then; returns at once for a time that has passed."""
        while (left := (at - self.now()).total_seconds()) > 0:
            time.sleep(left)
