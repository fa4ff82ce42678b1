"""``lru_cache`` results that a step found, and did not put there itself."""

from __future__ import annotations

from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.values import Kind

__all__ = ["caches_read"]


def caches_read(state: ModuleState) -> list[str]:
    """Return the names of the caches that answered from what they held before.

    A hit in a cache that was empty before is the step's own result.
    """
    found = []
    for record in state.walk.records:
        if record.kind is Kind.CACHE:
            hits, _, _ = record.content.take(record.holder).values
            if hits > record.saved.values[0] and record.saved.values[2]:
                found.append(state.naming.base(record))
    return found
