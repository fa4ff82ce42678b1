"""Every executor under the names that the contract suite runs by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from celery import Celery

from durable_core import Engine
from durable_core.executors.celery_eager import CeleryEagerExecutor
from durable_core.executors.subprocess import SubprocessExecutor
from durable_core.executors.sync import SyncExecutor
from durable_core.executors.thread import ThreadExecutor
from durable_core.protocols import Executor
from durable_core.testing import FakeClock


def _celery_app(serializer: str) -> Celery:
    app = Celery("users_own", set_as_current=False)
    app.conf.update(
        task_serializer=serializer,
        result_serializer=serializer,
        accept_content=[serializer],
    )
    return app


EXECUTORS: dict[str, Callable[[], Executor]] = {
    "sync": SyncExecutor,
    "thread": ThreadExecutor,
    "snapshot": lambda: SubprocessExecutor("snapshot"),
    "template": lambda: SubprocessExecutor("template"),
    "fresh": lambda: SubprocessExecutor("fresh"),
    "celery": CeleryEagerExecutor,
    "celery-json": lambda: CeleryEagerExecutor(_celery_app("json")),
    "celery-pickle": lambda: CeleryEagerExecutor(_celery_app("pickle")),
}
ISOLATED = ("snapshot", "template", "fresh")
IN_PROCESS = tuple(name for name in EXECUTORS if name not in ISOLATED)
NEW_MODULES = ("template", "fresh")  # nothing of the test process is there


@pytest.fixture(scope="session", autouse=True)
def _children_compile_once(tmp_path_factory) -> Iterator[None]:
    """Without compiled modules, a new interpreter takes twice as long to begin."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="session")
def executors() -> Iterator[Callable[[str], Executor]]:
    """One executor of each name for the session, made when first asked for."""
    made: dict[str, Executor] = {}
    with ExitStack() as stack:

        def get(name: str) -> Executor:
            if name not in made:
                made[name] = EXECUTORS[name]()
                stack.callback(made[name].close)
            return made[name]

        yield get


@pytest.fixture(params=list(EXECUTORS))
def executor(request, executors) -> Executor:
    """Each executor in turn."""
    return executors(request.param)


@pytest.fixture(params=ISOLATED)
def isolated(request, executors) -> Executor:
    """Each isolation of the subprocess executor in turn."""
    return executors(request.param)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that jumps."""
    return FakeClock()


@pytest.fixture
def engine(executor, clock) -> Engine:
    """An engine on each executor in turn."""
    return Engine(executor, clock=clock)


@pytest.fixture(params=[name for name in EXECUTORS if name != "fresh"])
def quick(request, executors, clock) -> Engine:
    """An engine on each executor but ``fresh``, for tests of many combinations.

    ``fresh`` reads and runs a call with the same code as ``template``, and costs an
    interpreter for each step.
    """
    return Engine(executors(request.param), clock=clock)


@pytest.fixture
def apart(isolated, clock) -> Engine:
    """An engine on each isolation of the subprocess executor in turn."""
    return Engine(isolated, clock=clock)
