"""The one ``invoke``: how a step is called, wherever that happens.

Because every executor calls this function, they cannot differ in calling convention,
state type, merge, codec or the meaning of an exception.
"""

from __future__ import annotations

from inspect import isawaitable
from time import perf_counter
from typing import TYPE_CHECKING, cast

from durable_core._codec.wire import TAG
from durable_core._definition.merge import merge
from durable_core._invocation.context import context_of, current
from durable_core.errors import SerializationError, StateError
from durable_core.protocols import Outcome, Raised, Returned, StepCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence
    from types import TracebackType

    from durable_core._codec import Codec, Wire
    from durable_core.protocols import Observation, StepProbe


def invoke(call: StepCall, probes: Sequence[StepProbe] = ()) -> Outcome:
    """Run one attempt of a step here and return its outcome.

    Only KeyboardInterrupt gets out: everything else that user code raises is an
    outcome, SystemExit included, since a worker must survive its steps.
    """
    watching = [(probe.name, probe.begin(call)) for probe in probes] if probes else []
    started = perf_counter()
    try:
        state = _run(call)
    except KeyboardInterrupt:
        _evidence(watching)
        raise
    except BaseException as error:  # noqa: BLE001 - around user code
        seconds = perf_counter() - started
        evidence = _evidence(watching)
        return failure(call, error, seconds=seconds, evidence=evidence)
    seconds = perf_counter() - started
    evidence = _evidence(watching) if watching else {}
    return Returned(state=state, seconds=seconds, evidence=evidence)


def failure(
    call: StepCall,
    error: BaseException,
    *,
    seconds: float = 0.0,
    evidence: Mapping[str, Wire] | None = None,
) -> Raised:
    """Return the outcome of an attempt that ended in ``error``."""
    error.__traceback__ = _user_part(error.__traceback__)
    wire = call.target.codec.encode_error(error)
    return Raised(error=wire, seconds=seconds, evidence=evidence or {})


def _run(call: StepCall) -> dict[str, Wire]:
    target = call.target
    codec, state_type = target.codec, target.state_type
    state = state_type.build(_decoded(codec, call.state))
    result = _call(call, state)
    fields = state_type.fields(state)
    subject = f"step {target.name!r}"
    if result is not None:
        if not isinstance(result, dict):
            raise StateError(
                subject,
                "",
                f"it returned {type(result).__name__}; "
                "return a dict of state fields, or None",
            )
        fields = merge(target.merge, fields, result)
    fields = state_type.check(fields, subject)
    return _encoded(codec, fields)


def _decoded(codec: Codec, state: Mapping[str, Wire]) -> dict[str, object]:
    """Return the fields of a state, by value."""
    if type(state) is dict and TAG not in state:
        # All at once costs a third of one by one, which only a failure needs.
        try:
            return cast("dict[str, object]", codec.decode(state, "state"))
        except SerializationError:
            pass
    return {key: codec.decode(wire, f"state.{key}") for key, wire in state.items()}


def _encoded(codec: Codec, fields: dict[str, object]) -> dict[str, Wire]:
    """Return the fields on the wire; an error names the path of the culprit."""
    try:
        wire = codec.encode(fields, "state")
        if type(wire) is dict and TAG not in wire:
            return wire
    except SerializationError:
        pass
    return {key: codec.encode(value, f"state.{key}") for key, value in fields.items()}


def _call(call: StepCall, state: object) -> object:
    function = call.target.function
    context = context_of(call) if call.target.takes_context else None
    token = current.set(context or call)
    try:
        result = function(state, context) if context else function(state)
        if result is not None and type(result) is not dict and isawaitable(result):
            return _awaited(result)
        return result
    finally:
        current.reset(token)


def _awaited(result: Awaitable[object]) -> object:
    """Return what an async step returns, in an event loop of its own."""
    # Half of the import time of the engine; a workflow with async steps has it loaded.
    import asyncio
    from concurrent.futures import ThreadPoolExecutor
    from contextvars import copy_context

    async def wait() -> object:
        return await result

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(wait())
    # The caller's thread runs a loop already, and a loop cannot run inside another.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(copy_context().run, asyncio.run, wait()).result()


def _evidence(watching: list[tuple[str, Observation]]) -> dict[str, Wire]:
    # The last to begin is the first to end, so that probes nest.
    return {name: observation.end() for name, observation in reversed(watching)}


def _user_part(traceback: TracebackType | None) -> TracebackType | None:
    """Drop the engine's own frames from the front; keep all if nothing is left."""
    rest = traceback
    while rest is not None and rest.tb_frame.f_globals.get("__name__") == __name__:
        rest = rest.tb_next
    return traceback if rest is None else rest
