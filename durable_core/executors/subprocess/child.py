"""What happens in the child: take over the streams, run the attempt, leave."""

from __future__ import annotations

import faulthandler
import gc
import os
import traceback
from typing import TYPE_CHECKING, NoReturn

from durable_core._codec import Codec
from durable_core._invocation import failure, invoke
from durable_core.errors import ExecutorUnavailable, SerializationError
from durable_core.executors.subprocess.shipping import Surroundings, flush_streams
from durable_core.protocols import Raised

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.executors.subprocess.pipes import ChildEnds
    from durable_core.executors.subprocess.shipping import Shipper
    from durable_core.protocols import StepCall, StepProbe

BROKEN = 70  # EX_SOFTWARE: the engine's part of the child failed, not the step


def run_and_leave(
    load: Callable[[], StepCall],
    probes: Sequence[StepProbe],
    ends: ChildEnds,
    *,
    group: bool,
    host: PrivateHost | None,
    surroundings: Surroundings | None = None,
    announce: bool = True,
) -> NoReturn:
    """Run the attempt in this process, ship its outcome, and end the process.

    With ``announce`` it sends word when the step begins. Leaves by ``os._exit``, which
    runs none of the parent's exit handlers; coverage saves on this path with its
    option ``patch = _exit``.
    """
    status = BROKEN
    try:
        if group:
            os.setpgid(0, 0)
        # The parent's objects are not this process's garbage: looking at them would
        # copy their pages.
        gc.freeze()
        os.dup2(ends.stdout, 1)
        os.dup2(ends.stderr, 2)
        shipper = (surroundings or Surroundings()).take_over(ends.messages)
        faulthandler.enable(file=2)
        call = _load(load, host, shipper)
        if call is not None:
            if announce:
                shipper.send({"began": True})
            _run(call, probes, shipper)
        status = 0
    except BaseException:  # noqa: BLE001 - the outermost frame of the child
        traceback.print_exc()
    finally:
        flush_streams()
        os._exit(status)


def _load(
    load: Callable[[], StepCall], host: PrivateHost | None, shipper: Shipper
) -> StepCall | None:
    """Return what is to be run; None after a failure, which then is the outcome."""
    try:
        if host is not None:
            _enter(host)
        return load()
    except Exception as error:  # noqa: BLE001 - around user code: its imports
        shipper.send_outcome(Raised(error=Codec().encode_error(error)))
        return None


def _run(call: StepCall, probes: Sequence[StepProbe], shipper: Shipper) -> None:
    try:
        outcome = invoke(call, probes)
    except KeyboardInterrupt:
        shipper.send({"interrupted": True})
        return
    flush_streams()  # what was printed arrives before what came of it
    try:
        shipper.send_outcome(outcome)
    except SerializationError as error:
        shipper.send_outcome(failure(call, error))


def _enter(host: PrivateHost) -> None:
    try:
        host.enter()
    except OSError as error:
        problem = error.strerror or str(error)
        raise ExecutorUnavailable("subprocess", problem) from error
