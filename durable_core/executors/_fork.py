"""``os.fork`` without the warning about threads."""

from __future__ import annotations

import os
import sys
import warnings


def quiet_fork() -> int:
    """Fork this process; returns as ``os.fork`` does.

    CPython 3.12 and newer warn when the process has other threads. Those of a test run
    (xdist, timeouts) do not matter to a child that leaves by ``os._exit``; under
    ``-W error`` the warning would end the run. Asked for without counting threads:
    ``threading`` does not know those that were started below it.
    """
    if sys.version_info < (3, 12):
        return os.fork()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
