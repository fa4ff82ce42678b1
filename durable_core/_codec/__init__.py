"""The one codec of the engine: values as JSON, and back, by value."""

from __future__ import annotations

from durable_core._codec.annotations import declared_types
from durable_core._codec.codec import Codec
from durable_core._codec.remote import RemoteError
from durable_core._codec.wire import Wire, digest, dumps, loads

__all__ = ["Codec", "RemoteError", "Wire", "declared_types", "digest", "dumps", "loads"]
