"""The one ``invoke``: how a step is called, wherever that happens.

Because every executor calls this function, they cannot differ in calling convention,
state type, merge, codec or the meaning of an exception.
"""

from __future__ import annotations

import inspect
from time import perf_counter
from typing import TYPE_CHECKING

from durable_core._definition.merge import merge
from durable_core._invocation.context import StepContext, current
from durable_core.errors import StateError
from durable_core.protocols import Outcome, Raised, Returned, StepCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence
    from types import TracebackType

    from durable_core._codec import Wire
    from durable_core.protocols import Observation, StepProbe


def invoke(call: StepCall, probes: Sequence[StepProbe] = ()) -> Outcome:
    """Run one attempt of a step here and return its outcome.

    Only KeyboardInterrupt gets out: everything else that user code raises is an
    outcome, SystemExit included, since a worker must survive its steps.
    """
    watching = [(probe.name, probe.begin(call)) for probe in probes]
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
    return Returned(state=state, seconds=seconds, evidence=_evidence(watching))


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
    decode = codec.decode
    state = state_type.build(
        {key: decode(wire, "state." + key) for key, wire in call.state.items()}
    )
    context = StepContext(
        run_id=call.run_id,
        workflow=target.workflow,
        step=target.name,
        position=call.position,
        attempt=call.attempt,
    )
    result = _call(target.function, target.takes_context, state, context)
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
    encode = codec.encode
    return {key: encode(value, "state." + key) for key, value in fields.items()}


def _call(
    function: object, takes_context: bool, state: object, context: StepContext  # noqa: FBT001
) -> object:
    token = current.set(context)
    try:
        result = function(state, context) if takes_context else function(state)  # type: ignore[operator]
        if inspect.isawaitable(result):
            return _awaited(result)
        return result
    finally:
        current.reset(token)


def _awaited(result: Awaitable[object]) -> object:
    """Return what an async step returns, in an event loop of its own."""
    # Half of the import time of the engine; a workflow with async steps has it loaded.
    import asyncio  # noqa: PLC0415
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415
    from contextvars import copy_context  # noqa: PLC0415

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
