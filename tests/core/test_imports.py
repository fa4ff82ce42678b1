"""Importing the engine does nothing; its public names are these."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import durable_core
from durable_core import errors

LATER = ("celery", "redis", "pydantic", "pytest", "libcst", "sqlite3", "asyncio")
MODULES = [
    "durable_core",
    "durable_core.testing",
    "durable_core.protocols",
    "durable_core.stores",
    "durable_core.executors",
    "durable_core.executors.sync",
    "durable_core.executors.thread",
    "durable_core.executors.subprocess",
]
WATCH = """
import sys, threading
opened = []
def watch(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        opened.append(str(args[0]))
    elif event.startswith(("socket.", "subprocess.", "os.fork", "os.putenv")):
        opened.append(event)
before = set(sys.modules)
import importlib, json, signal
handlers = [signal.getsignal(n) for n in signal.valid_signals() if n not in (9, 19)]
sys.addaudithook(watch)
importlib.import_module(sys.argv[1])
print(json.dumps({
    "threads": threading.active_count(),
    "opened": [name for name in opened if "__pycache__" not in name],
    "modules": sorted(sys.modules),
    "handlers": handlers == [
        signal.getsignal(n) for n in signal.valid_signals() if n not in (9, 19)
    ],
}))
"""


@pytest.mark.parametrize("module", MODULES)
def test_importing_has_no_effects(module):
    done = subprocess.run(
        [sys.executable, "-c", WATCH, module],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    seen = json.loads(done.stdout)
    assert seen["threads"] == 1
    assert seen["opened"] == []
    assert seen["handlers"] is True
    thread_pool = {"asyncio"} if module.endswith(("thread", "subprocess")) else set()
    assert {name for name in LATER if name in seen["modules"]} <= thread_pool
    assert done.stderr == ""


def test_the_public_names_are_these():
    assert durable_core.__all__ == [
        "Engine",
        "Run",
        "Status",
        "Step",
        "StepContext",
        "StepReport",
        "StepStatus",
        "Workflow",
        "backoff",
        "create_executor",
        "errors",
        "executor_names",
        "executor_refusal",
        "get_context",
        "parse_duration",
        "step",
    ]
    for name in durable_core.__all__:
        assert getattr(durable_core, name) is not None


def test_every_error_is_public():
    public = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.DurableError)
    }
    assert public == set(errors.__all__)
