"""A Celery task may be listed where a step is expected."""

from __future__ import annotations

import pytest
import steps_celery

from durable_core import Engine, Workflow
from durable_core.errors import DefinitionError
from durable_core.executors.subprocess import SubprocessExecutor

TASKS = [steps_celery.fetch, steps_celery.name_itself, steps_celery.count]


@pytest.mark.parametrize("executor", ["sync", "thread", "celery-eager", "fresh"])
def test_tasks_run_as_steps_everywhere(executor: str) -> None:
    chosen = SubprocessExecutor("fresh") if executor == "fresh" else executor
    with Engine(chosen) as engine:
        run = engine.run(Workflow("tasks", TASKS), run_id="r1")
    run.raise_for_status()
    assert vars(run.state) == {
        "run_id": "r1",
        "name": "steps_celery.name_itself",
        "count": 1,
    }


def test_a_task_that_no_module_holds_is_refused_by_its_own_name() -> None:
    @steps_celery.app.task
    def local(state):
        return None

    with pytest.raises(DefinitionError, match="local.* defined inside a function"):
        Workflow("tasks", [local])
