"""durable-lint: finds step code that does not survive another process."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
