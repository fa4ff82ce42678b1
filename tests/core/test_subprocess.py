"""The subprocess executor: whatever a step does to its process, its parent goes on."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import steps_calls
import steps_processes as steps

from durable_core import Engine, Workflow
from durable_core.errors import StepTimeout, WorkerLost
from durable_core.executors.subprocess import (
    PrivateHost,
    SubprocessExecutor,
    private_host_refusal,
)
from durable_core.testing import FakeClock

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PATIENCE = 20  # seconds before a test gives up; nothing here waits for that long


def run(engine, *steps_, **state):
    return engine.run(Workflow("processes", steps_), state)


def lost(engine, step, **state):
    error = run(engine, step, **state).error.__cause__
    assert isinstance(error, WorkerLost)
    assert error.step == step.__name__
    return error


def has_ended(pid):
    """Whether the process is gone, or goes while we look."""
    try:
        news = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    waiting = select.poll()
    waiting.register(news, select.POLLIN)
    try:
        return bool(waiting.poll(PATIENCE * 1000))
    finally:
        os.close(news)


@pytest.fixture
def end_after():
    """Ends the daemons of a test."""
    pids = []
    yield pids.append
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (steps.exit_three, "exited with status 3 before it gave a result"),
        (steps.exit_silently, "exited with status 0 before it gave a result"),
        (steps.crash, "was killed by SIGSEGV"),
        (steps.kill_itself, "was killed by SIGKILL"),
        (steps.terminate_itself, "was killed by SIGTERM"),
    ],
)
def test_a_process_that_ends_early_is_lost_and_says_how(apart, step, reason):
    assert lost(apart, step).reason == reason


def test_the_last_words_of_a_lost_process_are_kept(apart, capsys):
    error = lost(apart, steps.exit_three)
    assert error.last_output == "last words\n"
    assert str(error).endswith("its last output was:\nlast words\n")
    assert capsys.readouterr().out == "last words\n"


def test_a_crash_shows_where_it_happened(apart):
    error = lost(apart, steps.crash)
    assert "Segmentation fault" in error.last_output
    assert "in crash" in error.last_output


@pytest.mark.parametrize("step", [steps.never_return, steps.never_return_and_ignore])
def test_a_step_that_never_returns_is_ended_when_its_time_is_up(apart, step):
    error = run(apart, step).error.__cause__
    assert isinstance(error, StepTimeout)
    assert error.seconds == 0.3


def test_what_a_step_printed_before_its_timeout_is_kept(apart, capsys):
    error = run(apart, steps.never_return).error.__cause__
    assert error.last_output == "still here\n"
    assert capsys.readouterr().out == "still here\n"


def test_a_limit_for_steps_without_one_comes_from_the_executor(isolated):
    executor = SubprocessExecutor(
        isolated.isolation.value, timeout=timedelta(milliseconds=200)
    )
    try:
        failed = run(Engine(executor), steps.never_return_without_limit)
    finally:
        executor.close()
    assert isinstance(failed.error.__cause__, StepTimeout)


@linux
def test_rubbish_in_every_descriptor_does_not_hide_the_result(executors, clock):
    # Not snapshot: the descriptors of this process are those of the test run.
    for name in ("template", "fresh"):
        done = run(Engine(executors(name), clock=clock), steps.write_rubbish)
        done.raise_for_status()
        assert done.state.wrote is True


def test_closed_descriptors_are_a_lost_process_not_a_hang(apart):
    assert "exited with status 70" in lost(apart, steps.close_descriptors).reason


@pytest.mark.parametrize("step", [steps.close_streams, steps.replace_streams])
def test_a_step_may_close_or_replace_its_streams(apart, step):
    run(apart, step).raise_for_status()


def test_a_step_that_breaks_the_way_out_is_lost_not_a_hang(apart):
    assert "exited with status 70" in lost(apart, steps.set_hook).reason


@linux
@pytest.mark.skipif(os.isatty(0), reason="no group of its own beside a terminal")
@pytest.mark.parametrize("step", [steps.leave_child, steps.leave_program])
def test_a_process_that_a_step_leaves_behind_ends_with_it(apart, step):
    done = run(apart, step)
    done.raise_for_status()
    assert has_ended(done.state.pid)


@linux
@pytest.mark.parametrize("step", [steps.leave_daemon, steps.leave_chatty_daemon])
def test_a_daemon_that_holds_the_pipes_delays_nothing(apart, end_after, step):
    done = run(apart, step)
    done.raise_for_status()
    end_after(done.state.pid)
    assert done.status == "completed"
    # Not a matter of seconds: the daemon lives, and nobody has waited for it.
    os.kill(done.state.pid, 0)


@linux
def test_a_daemon_does_not_keep_a_template_alive(end_after):
    executor = SubprocessExecutor("template")
    with Engine(executor) as engine:
        run(engine, steps.report_process, pids=[]).raise_for_status()
        snapshot = Engine(SubprocessExecutor("snapshot"))
        end_after(run(snapshot, steps.leave_daemon).state.pid)
    executor.close()


def test_a_thread_that_a_step_leaves_behind_ends_with_it(apart):
    run(apart, steps.leave_thread).raise_for_status()


def test_a_thread_that_prints_until_the_end_does_not_hide_the_result(apart, capsys):
    run(apart, steps.write_from_thread_until_the_end).raise_for_status()


@linux
@pytest.mark.skipif(os.isatty(0), reason="no group of its own beside a terminal")
def test_a_timeout_ends_the_processes_of_the_step_as_well(apart, capsys):
    failed = run(apart, steps.child_never_returns)
    assert isinstance(failed.error.__cause__, StepTimeout)


def test_each_step_has_a_process_of_its_own(apart):
    done = run(apart, *[steps.report_process] * 3, pids=[])
    done.raise_for_status()
    assert len({*done.state.pids, os.getpid()}) == 4
    assert done.state.threads == 1


@linux
def test_a_step_may_ignore_its_children(apart):
    run(apart, steps.ignore_children, steps.exit_silently)


def test_only_a_fresh_interpreter_has_a_hash_seed_of_its_own(executors, clock):
    def seeds(name):
        engine = Engine(executors(name), clock=clock)
        return {run(engine, steps.report_process, pids=[]).state.hash for _ in "12"}

    assert seeds("snapshot") == {hash("the seed")}
    assert len(seeds("template")) == 1
    assert len(seeds("fresh") | seeds("fresh")) > 1


@linux
@pytest.mark.parametrize(
    ("isolation", "count"), [("snapshot", 200), ("template", 200), ("fresh", 3)]
)
def test_no_descriptor_and_no_zombie_is_left(isolation, count):
    executor = SubprocessExecutor(isolation)
    engine = Engine(executor)
    workflow = Workflow("many", [steps.report_process] * count)
    engine.run(Workflow("one", [steps.report_process]), {"pids": []})
    before = sorted(os.listdir("/proc/self/fd"))
    done = engine.run(workflow, {"pids": []})
    done.raise_for_status()
    run(engine, steps.exit_three)
    run(engine, steps.never_return)
    assert sorted(os.listdir("/proc/self/fd")) == before
    executor.close()
    for pid in done.state.pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@linux
@pytest.mark.parametrize("isolation", ["snapshot", "template", "fresh"])
def test_a_keyboard_interrupt_of_the_parent_ends_the_child(isolation, tmp_path):
    # In a process of its own: a signal to this one would end the test run.
    program = tmp_path / "interrupted.py"
    program.write_text(INTERRUPTED)
    process = subprocess.run(
        [sys.executable, program, isolation],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout.strip().endswith("interrupted, no child left"), process.stderr


INTERRUPTED = """
import os, signal, sys, threading
from pathlib import Path
import steps_processes
from durable_core import Engine, Workflow
from durable_core.executors.subprocess import SubprocessExecutor

executor = SubprocessExecutor(sys.argv[1])
collector = None
submit = executor.submit

def interrupting(call, probes=()):
    pending = submit(call, probes)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    return pending

executor.submit = interrupting
workflow = Workflow("w", [steps_processes.never_return_without_limit])
try:
    Engine(executor).run(workflow)
except KeyboardInterrupt:
    executor.close()
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        print("interrupted, no child left")
"""


@pytest.mark.parametrize("capture", ["fd", "sys", "no"])
def test_steps_are_shown_under_each_way_of_capturing(capture, tmp_path):
    (tmp_path / "test_it.py").write_text(CAPTURED)
    process = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            f"--capture={capture}",
            "-rP",
            "test_it.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert process.stdout.count("out-1") == 2
    assert process.stdout.count("written to 1") == 2


CAPTURED = """
import pytest
import steps_shipping as steps
from durable_core import Engine, Workflow
from durable_core.executors.subprocess import SubprocessExecutor

@pytest.mark.parametrize("isolation", ["snapshot", "template"])
def test_it(isolation):
    executor = SubprocessExecutor(isolation)
    workflow = Workflow("w", [steps.print_everywhere, steps.write_below_python])
    Engine(executor).run(workflow).raise_for_status()
    executor.close()
"""


def test_a_file_of_one_step_is_hidden_from_the_next_by_a_private_host(
    isolated, tmp_path
):
    refusal = private_host_refusal()
    if refusal is not None:
        pytest.skip(refusal)
    given, path = tmp_path / "given.txt", Path("/tmp") / f"left-by-{os.getpid()}"
    given.write_text("the test's own")
    host = PrivateHost(directories=("/tmp",), shared=())
    executor = SubprocessExecutor(isolated.isolation.value, host=host)
    with Engine(executor) as engine:
        done = run(
            engine,
            steps.write_file,
            steps.look_for_file,
            path=str(path),
            given=str(given),
        )
    executor.close()
    done.raise_for_status()
    assert (done.state.wrote, done.state.found) == (True, False)
    assert done.state.given == "the test's own"
    assert not path.exists()


@linux
def test_a_lost_template_is_replaced():
    executor = SubprocessExecutor("template")
    engine = Engine(executor)
    try:
        template = run(engine, steps.report_parent).state.parent
        os.kill(template, signal.SIGKILL)
        assert has_ended(template)
        run(engine, steps.report_process, pids=[]).raise_for_status()
    finally:
        executor.close()
        executor.close()


def test_many_threads_run_isolated_steps_at_once(isolated):
    if isolated.isolation.value == "fresh":
        pytest.skip("an interpreter for each of them")
    engine = Engine(isolated, clock=FakeClock())
    results = []

    def work(number):
        done = run(engine, steps_calls.with_default, amount=number)
        results.append((number * 3, done.state.amount))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(results) == 16
    assert all(wanted == got for wanted, got in results)


def test_a_module_that_fails_to_import_is_the_failure_of_the_step(
    executors, clock, tmp_path, monkeypatch
):
    module = tmp_path / "steps_fragile.py"
    module.write_text("def work(state):\n    return {'done': True}\n")
    monkeypatch.syspath_prepend(tmp_path)
    workflow = Workflow("fragile", ["steps_fragile:work"])
    module.write_text("raise RuntimeError('not in this process')\n")
    for name in ("template", "fresh"):
        error = Engine(executors(name), clock=clock).run(workflow).error.__cause__
        assert type(error) is RuntimeError
        assert str(error) == "not in this process"
    sys.modules.pop("steps_fragile")
