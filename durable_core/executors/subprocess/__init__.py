"""``subprocess``: each attempt in a process that ran no other step.

What a step leaves behind is lost, except its result and what is shipped: state, logs,
stdout and stderr, warnings, and the exception with its traceback.

``child.py`` is what happens in the child, ``collect.py`` what its parent does
meanwhile; ``snapshot.py``, ``template.py`` and ``fresh.py`` are three ways to get one.
"""

from durable_core.executors._fork import quiet_fork
from durable_core.executors._private_host import (
    PrivateHost,
    host_local_directories,
    private_host_refusal,
)
from durable_core.executors.subprocess.executor import Isolation, SubprocessExecutor

__all__ = [
    "Isolation",
    "PrivateHost",
    "SubprocessExecutor",
    "host_local_directories",
    "private_host_refusal",
    "quiet_fork",
]
