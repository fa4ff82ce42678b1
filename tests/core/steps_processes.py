"""Steps that end, break or multiply their own process. For isolated executors only."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

from durable_core import step


def exit_three(state):
    print("last words")
    sys.stdout.flush()
    os._exit(3)


def exit_silently(state):
    os._exit(0)


def crash(state):
    ctypes.string_at(0)


def kill_itself(state):
    os.kill(os.getpid(), signal.SIGKILL)


def terminate_itself(state):
    os.kill(os.getpid(), signal.SIGTERM)


@step(timeout="300ms")
def never_return(state):
    print("still here", flush=True)
    while True:
        time.sleep(60)


def never_return_without_limit(state):
    while True:
        time.sleep(60)


@step(timeout="300ms")
def never_return_and_ignore(state):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
    while True:
        time.sleep(60)


@step(timeout="300ms")
def child_never_returns(state):
    if os.fork() == 0:
        while True:
            time.sleep(60)
    while True:
        time.sleep(60)


def write_rubbish(state):
    for descriptor in range(3, 256):
        try:
            os.fstat(descriptor)
            os.set_blocking(descriptor, False)
            os.write(descriptor, b'rubbish \xff {"outcome": 1}')
        except OSError:
            continue
    return {"wrote": True}


def close_descriptors(state):
    os.closerange(3, 1024)
    return {"closed": True}


def close_streams(state):
    sys.stdout.close()
    sys.stderr.close()
    os.close(1)
    os.close(2)
    return {"closed": True}


def replace_streams(state):
    sys.stdout = None
    sys.stderr = object()
    return {"replaced": True}


def leave_child(state):
    pid = os.fork()
    if pid == 0:
        while True:
            time.sleep(60)
    return {"pid": pid}


def leave_daemon(state):
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        pid = os.fork()
        if pid:
            os.write(write, str(pid).encode())
            os._exit(0)
        while True:
            time.sleep(60)
    return {"pid": int(os.read(read, 20))}


def leave_chatty_daemon(state):
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.write(write, str(os.getpid()).encode())
        while True:
            os.write(1, b"noise\n" * 1000)
    return {"pid": int(os.read(read, 20))}


def leave_thread(state):
    threading.Thread(target=time.sleep, args=(600,)).start()
    return {"left": True}


def leave_program(state):
    import subprocess

    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    process.returncode = 0  # so that nobody is warned of it
    return {"pid": process.pid}


def write_file(state):
    Path(state.path).write_text("left by step A")
    return {"wrote": Path(state.path).exists()}


def look_for_file(state):
    return {"found": Path(state.path).exists(), "given": Path(state.given).read_text()}


def report_process(state):
    return {
        "pids": [*state.pids, os.getpid()],
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "hash": hash("the seed"),
    }


def report_parent(state):
    return {"parent": os.getppid()}


def ignore_children(state):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    return {"pid": os.getpid()}


def write_from_thread_until_the_end(state):
    def write():
        while True:
            print("x" * 1000)

    threading.Thread(target=write, daemon=True).start()
    return {"left": True}


def set_hook(state):
    sys.excepthook = sys.displayhook = None
    os.write = None
    return {"left": True}
