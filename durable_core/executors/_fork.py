"""``os.fork`` without the warning about threads."""

from __future__ import annotations

import os
import sys
import threading
import warnings

# Filters belong to the process: two threads that change them at once would each put
# the other's back. The child holds its copy of the lock, and lets go of it as well.
_filters = threading.Lock()


def quiet_fork() -> int:
    """Fork this process; returns as ``os.fork`` does.

    CPython 3.12 and newer warn when the process has other threads. Those of a test run
    (xdist, timeouts) do not matter to a child that leaves by ``os._exit``; under
    ``-W error`` the warning would end the run. Asked for without counting threads:
    ``threading`` does not know those that were started below it.
    """
    if sys.version_info >= (3, 12):
        with _filters, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return os.fork()
    return os.fork()
