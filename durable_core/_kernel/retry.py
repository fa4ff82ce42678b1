"""How long to wait before the next attempt of a step; pure, so that replay agrees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

_NONE = timedelta()
# Backoff without a cap would soon leave the years that a date can have.
_LONGEST = timedelta(days=36500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Fixed waits: attempt n waits for the n-th, and the last one repeats."""

    waits: tuple[timedelta, ...] = ()

    def before_retry(self, failures: int, key: str) -> timedelta:
        """Wait after the ``failures``-th failure (from 1)."""
        del key
        if not self.waits:
            return _NONE
        return self.waits[min(failures, len(self.waits)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Exponential waits: ``first * factor ** (failures - 1)``, at most ``cap``.

    ``jitter`` is the share of the wait (0 to 1) that varies. It is derived from the
    run, step and attempt, not drawn, so that every runner of a run agrees on it.
    """

    first: timedelta
    factor: float = 2.0
    cap: timedelta | None = None
    jitter: float = 0.0

    def before_retry(self, failures: int, key: str) -> timedelta:
        """Wait after the ``failures``-th failure (from 1)."""
        seconds = self.first.total_seconds()
        limit = (_LONGEST if self.cap is None else self.cap).total_seconds()
        for _ in range(failures - 1):
            if seconds >= limit or self.factor == 1:
                break
            seconds *= self.factor
        seconds = min(seconds, limit)
        return timedelta(seconds=seconds * (1 - self.jitter * _share(key, failures)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often a step is tried again, and how long each retry waits."""

    retries: int = 0
    delay: Delays | Backoff = Delays()

    def wait(self, *, failures: int, key: str) -> timedelta | None:
        """Return the wait before the next attempt; None when none is left."""
        if failures > self.retries:
            return None
        return self.delay.before_retry(failures, key)


def _share(key: str, failures: int) -> float:
    """Return a number in [0, 1) that depends on nothing but its arguments."""
    raw = blake2b(f"{key}:{failures}".encode(), digest_size=8).digest()
    return int.from_bytes(raw, "big") / 2**64
