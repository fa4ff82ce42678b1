"""Where histories are kept."""

from durable_core.stores.memory import MemoryStore

__all__ = ["MemoryStore"]
