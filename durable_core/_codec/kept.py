"""The tables of every type that is kept without being declared."""

from __future__ import annotations

from durable_core._codec import containers, decoders, encoders, scalars

__all__ = ["DECODERS", "ENCODERS"]

ENCODERS = {**encoders.BASIC, **containers.ENCODERS, **scalars.ENCODERS}
DECODERS = {**decoders.BASIC, **containers.DECODERS, **scalars.DECODERS}
