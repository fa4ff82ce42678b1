"""Calls and outcomes as JSON values, for every way between two processes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from durable_core._codec import Codec
from durable_core._definition.merge import Merge
from durable_core._definition.references import Reference, reference_to
from durable_core._definition.state_choice import state_type_for
from durable_core._definition.step import StepOptions
from durable_core._definition.workflow import find_step
from durable_core.protocols import Outcome, Raised, Returned, StepCall, StepTarget, Wire


def outcome_to_wire(outcome: Outcome) -> dict[str, Wire]:
    """Return the outcome as a JSON object."""
    wire: dict[str, Wire] = {
        "seconds": outcome.seconds,
        "evidence": dict(outcome.evidence),
    }
    if isinstance(outcome, Returned):
        wire["state"] = dict(outcome.state)
    else:
        wire["error"] = outcome.error
    return wire


def outcome_from_wire(wire: Any) -> Outcome:
    """Return the outcome; raises KeyError or TypeError when it is not one."""
    seconds, evidence = float(wire["seconds"]), dict(wire["evidence"])
    if "state" in wire:
        return Returned(state=dict(wire["state"]), seconds=seconds, evidence=evidence)
    return Raised(error=wire["error"], seconds=seconds, evidence=evidence)


def call_to_wire(call: StepCall) -> dict[str, Wire]:
    """Return the call by names, for a process that shares no objects with this one."""
    target = call.target
    timeout = target.timeout
    return {
        "workflow": target.workflow,
        "name": target.name,
        "step": _reference_to_wire(target.reference),
        "takes_context": target.takes_context,
        "timeout": None if timeout is None else timeout.total_seconds(),
        "state_type": _type_to_wire(target.state_type.declared),
        "merge": target.merge.value,
        "types": [_type_to_wire(kind) for kind in target.types],
        "run_id": call.run_id,
        "position": call.position,
        "attempt": call.attempt,
        "sequence": call.sequence,
        "state": dict(call.state),
    }


def call_from_wire(wire: Any) -> StepCall:
    """Import what the call names and return it, ready to be invoked here.

    Raises DefinitionError or ImportError when the step or a type is not found.
    """
    reference = _reference_from_wire(wire["step"])
    found = find_step(reference.load(), f"step {reference}")
    types = tuple(cast("type", _reference_from_wire(w).load()) for w in wire["types"])
    timeout = wire["timeout"]
    declared = _reference_from_wire(wire["state_type"]).load()
    target = StepTarget(
        workflow=wire["workflow"],
        name=wire["name"],
        reference=reference,
        function=found.function,
        takes_context=wire["takes_context"],
        options=StepOptions(
            timeout=None if timeout is None else timedelta(seconds=timeout)
        ),
        state_type=state_type_for(declared, wire["workflow"]),
        merge=Merge(wire["merge"]),
        types=types,
        codec=Codec(types),
    )
    return StepCall(
        target=target,
        run_id=wire["run_id"],
        position=wire["position"],
        attempt=wire["attempt"],
        sequence=wire["sequence"],
        state=wire["state"],
    )


def _type_to_wire(kind: type) -> Wire:
    return _reference_to_wire(reference_to(kind, f"type {kind.__qualname__}"))


def _reference_to_wire(reference: Reference) -> Wire:
    return [reference.module, reference.qualname, reference.file]


def _reference_from_wire(wire: Any) -> Reference:
    module, qualname, file = wire
    return Reference(module=module, qualname=qualname, file=file)
