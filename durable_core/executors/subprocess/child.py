"""What happens in the child: take over the streams, run the attempt, leave."""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from durable_core._invocation import failure, invoke
from durable_core.executors.subprocess.shipping import Shipper, take_over_streams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from durable_core.executors._private_host import PrivateHost
    from durable_core.executors.subprocess.pipes import ChildEnds
    from durable_core.protocols import StepCall, StepProbe

BROKEN = 70  # EX_SOFTWARE: the engine's part of the child failed, not the step


def run_and_leave(
    load: Callable[[], StepCall],
    probes: Sequence[StepProbe],
    ends: ChildEnds,
    *,
    group: bool,
    host: PrivateHost | None,
) -> NoReturn:
    """Run the attempt in this process, ship its outcome, and end the process.

    Leaves by ``os._exit``, which runs none of the parent's exit handlers; coverage
    saves on this path with its option ``patch = _exit``.
    """
    status = BROKEN
    try:
        if group:
            os.setpgid(0, 0)
        # The parent's objects are not this process's garbage: looking at them would
        # copy their pages.
        gc.freeze()
        take_over_streams(ends.stdout, ends.stderr)
        with suppress(Exception):
            faulthandler.enable(file=2)
        if host is not None:
            host.enter()
        _run(load, probes, Shipper(ends.messages))
        status = 0
    except KeyboardInterrupt:
        status = 130
    except BaseException:  # noqa: BLE001 - the outermost frame of the child
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(status)


def _run(
    load: Callable[[], StepCall], probes: Sequence[StepProbe], shipper: Shipper
) -> None:
    shipper.install()
    call = load()
    outcome = invoke(call, probes)
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    try:
        shipper.send_outcome(outcome)
    except (TypeError, ValueError) as error:  # evidence that is no JSON
        shipper.send_outcome(failure(call, error))
