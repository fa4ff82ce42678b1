"""The ways in which libraries, and lists, make a function a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import lint, write

from lint_rules.config import Config
from lint_rules.listing import codes
from lint_rules.runner import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IDIOMS = {
    "celery: the decorator of an application": """
        from celery import Celery
        app = Celery("x")
        @app.task
        def work(x): ...
    """,
    "celery: the decorator with options": """
        from celery import shared_task
        @shared_task(bind=True, max_retries=3)
        def work(self, x): ...
    """,
    "celery: the application in call form": """
        from celery import Celery
        app = Celery("x")
        def _work(x): ...
        work = app.task(_work)
    """,
    "celery: the application in call form with options": """
        from celery import Celery
        app = Celery("x")
        def _work(x): ...
        work = app.task(name="work")(_work)
    """,
    "celery: a subclass of Celery": """
        from celery import Celery
        class App(Celery):
            pass
        app = App("x")
        @app.task(queue="low")
        def work(x): ...
    """,
    "celery: the current application": """
        from celery import current_app
        @current_app.task
        def work(x): ...
    """,
    "celery: an application that a function makes": """
        from celery import Celery
        def make():
            app = Celery("x")
            app.conf.task_always_eager = True
            return app
        celery_app = make()
        @celery_app.task
        def work(x): ...
    """,
    "celery: a project's decorator around app.task": """
        from celery import Celery
        app = Celery("x")
        def instrumented(**options):
            def wrap(function):
                return app.task(**options)(function)
            return wrap
        @instrumented(name="work")
        def work(x): ...
    """,
    "celery: a task class": """
        from celery import Task
        class Work(Task):
            def run(self, x): ...
    """,
    "celery: a subclass of a task class": """
        import celery
        class Base(celery.Task):
            abstract = True
        class Work(Base):
            def run(self, x): ...
    """,
    "dramatiq: an actor": """
        import dramatiq
        @dramatiq.actor
        def work(x): ...
    """,
    "dramatiq: an actor in call form": """
        import dramatiq
        def _work(x): ...
        work = dramatiq.actor(_work)
    """,
    "dramatiq: an actor in call form with options": """
        from dramatiq import actor
        def _work(x): ...
        work = actor(queue_name="low")(_work)
    """,
    "dramatiq: an actor class": """
        from dramatiq import GenericActor
        class Work(GenericActor):
            def perform(self, x): ...
    """,
    "rq: a job": """
        from rq.decorators import job
        @job("low", timeout=5)
        def work(x): ...
    """,
    "rq: a function that a view puts into a queue": """
        from redis import Redis
        from rq import Queue
        def work(x): ...
        def view(request):
            queue = Queue(connection=Redis())
            queue.enqueue(work, request.x)
    """,
    "rq: a function that is put into the module's queue": """
        import rq
        queue = rq.Queue("low")
        def work(x): ...
        def view(request):
            return queue.enqueue_call(func=work, args=(1,))
    """,
    "rq: a path that is put into a queue": """
        from rq import Queue
        def work(x): ...
        def view(request):
            Queue().enqueue("flow.work", 1)
    """,
    "django-rq: a queue by name": """
        import django_rq
        def work(x): ...
        def view(request):
            django_rq.get_queue("low").enqueue(work, 1)
    """,
    "huey: a task": """
        from huey import RedisHuey
        huey = RedisHuey()
        @huey.task(retries=2)
        def work(x): ...
    """,
    "huey: a task at times": """
        from huey import SqliteHuey, crontab
        huey = SqliteHuey()
        @huey.periodic_task(crontab(minute="0"))
        def work(): ...
    """,
    "huey: a task of Django's": """
        from huey.contrib.djhuey import db_task
        @db_task()
        def work(x): ...
    """,
    "prefect: a task": """
        from prefect import flow, task
        @task(retries=2)
        def work(x): ...
        @flow
        def body():
            work(1)
    """,
    "dbos: a step and a body": """
        from dbos import DBOS
        @DBOS.step()
        def work(x): ...
        @DBOS.workflow()
        def body():
            work(1)
    """,
    "temporal: an activity of an object": """
        from temporalio import activity
        class Activities:
            @activity.defn
            async def work(self, x): ...
    """,
    "llama-index: a step of a workflow": """
        from llama_index.core.workflow import StartEvent, StopEvent, Workflow, step
        class Plan(Workflow):
            @step
            async def work(self, ev: StartEvent) -> StopEvent: ...
    """,
    "llama-index: a step with options": """
        from workflows import Workflow, step
        class Plan(Workflow):
            @step(num_workers=4)
            async def work(self, ev): ...
    """,
    "procrastinate: a task": """
        from procrastinate import App
        app = App(connector=None)
        @app.task(queue="low")
        def work(x): ...
    """,
    "taskiq: a task of a broker": """
        from taskiq_redis import ListQueueBroker
        broker = ListQueueBroker("redis://x")
        @broker.task
        async def work(x): ...
    """,
    "arq: a function of the worker's settings": """
        from arq.connections import RedisSettings
        async def work(ctx, x): ...
        class WorkerSettings:
            functions = [work]
            redis_settings = RedisSettings()
    """,
    "arq: a function at times": """
        from arq import cron
        async def work(ctx): ...
        class WorkerSettings:
            cron_jobs = [cron(work, hour={9})]
    """,
    "django-q: a function that a view hands on": """
        from django_q.tasks import async_task
        def work(x): ...
        def view(request):
            async_task(work, 1)
    """,
    "django: a task": """
        from django.tasks import task
        @task
        def work(x): ...
    """,
    "ours: a list": """
        from durable_core import Workflow
        def work(state): ...
        flow = Workflow("x", [work])
    """,
    "ours: a list by keyword, with others unpacked": """
        from durable_core import Workflow
        def work(state): ...
        COMMON = [work]
        flow = Workflow("x", steps=[*COMMON])
    """,
    "ours: a list that a comprehension makes": """
        from durable_core import Workflow
        def work(state): ...
        flow = Workflow("x", [one for one in (work,)])
    """,
    "ours: workflows in a dict": """
        from durable_core import Workflow
        def work(state): ...
        FLOWS = {name: Workflow(name, [work]) for name in ("a", "b")}
    """,
    "ours: a list that a function makes": """
        from durable_core import Workflow
        def work(state): ...
        def build():
            return Workflow("x", [work])
    """,
    "ours: a path": """
        from durable_core import Workflow
        def work(state): ...
        flow = Workflow("x", ["flow:work"])
    """,
    "ours: a dotted path": """
        from durable_core import Workflow
        def work(state): ...
        flow = Workflow("x", ["flow.work"])
    """,
    "ours: a module's list": """
        def work(state): ...
        STEPS = [work]
    """,
    "ours: a module's tuple of lists": """
        def work(state): ...
        FIRST = [work]
        STEPS = (*FIRST,)
    """,
}


@pytest.fixture
def steps(tmp_path: Path) -> Callable[[dict[str, str]], list[str]]:
    """Return a function that tells the steps of a program."""

    def find(files: dict[str, str]) -> list[str]:
        write(tmp_path, files)
        config = Config(selected=frozenset(), names=codes())
        return [name for name, *_ in run([tmp_path], config).steps]

    return find


@pytest.mark.parametrize("program", IDIOMS.values(), ids=IDIOMS)
def test_the_worker_function_is_a_step(
    program: str, steps: Callable[[dict[str, str]], list[str]]
) -> None:
    found = steps({"flow.py": program})
    assert len(found) == 1
    name = found[0].rpartition(".")[2]
    assert name.lstrip("_") in {"work", "run", "perform"}


OTHERS = {
    "a project's own queue": """
        class Queue:
            def enqueue(self, function): ...
        def work(x): ...
        def view(request):
            Queue().enqueue(work)
    """,
    "a project's own application": """
        class App:
            def task(self, function):
                return function
        app = App()
        @app.task
        def work(x): ...
        again = app.task(work)
    """,
    "a project's own module named like a library's": """
        from shared import shared_task, task
        @shared_task
        def work(x): ...
        @task
        def more(x): ...
    """,
    "a module-level list of another name": """
        from durable_core import Workflow
        def work(state): ...
        HANDLERS = [work]
    """,
    "a name of a workflow that looks like a path": """
        from durable_core import Workflow
        def work(state): ...
        flow = Workflow("flow.work", [])
    """,
    "a scheduler of another library": """
        from apscheduler.schedulers.background import BackgroundScheduler
        def work(x): ...
        BackgroundScheduler().schedule(work)
    """,
    "a task group of asyncio": """
        import asyncio, celery
        async def work(): ...
        async def main():
            asyncio.create_task(work())
    """,
}


@pytest.mark.parametrize("program", OTHERS.values(), ids=OTHERS)
def test_a_function_of_another_kind_is_no_step(
    program: str, steps: Callable[[dict[str, str]], list[str]]
) -> None:
    shared = """
        from celery import Celery
        def shared_task(function): return function
        def task(function): return function
    """
    assert steps({"flow.py": program, "shared.py": shared}) == []


def test_an_application_is_followed_through_imports(
    steps: Callable[[dict[str, str]], list[str]],
) -> None:
    files = {
        "shop/__init__.py": "from .celery import app as celery_app\n",
        "shop/celery.py": "from celery import Celery\napp = Celery('shop')\n",
        "shop/one.py": "from shop import celery_app as c\n@c.task\ndef one(): ...\n",
        "shop/two.py": "from .celery import app\n@app.task()\ndef two(): ...\n",
    }
    assert steps(files) == ["shop.one.one", "shop.two.two"]


def test_a_path_in_a_list_leads_to_a_module_that_nothing_else_imports(
    steps: Callable[[dict[str, str]], list[str]],
) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/flow.py": """
            from durable_core import Workflow
            flow = Workflow("x", ["shop.steps.price", "shop.steps:Order.load"])
        """,
        "shop/steps.py": """
            def price(state): ...
            class Order:
                @staticmethod
                def load(state): ...
        """,
    }
    assert set(steps(files)) == {"shop.steps.Order.load", "shop.steps.price"}


def test_a_bound_task_with_a_base_class_gets_an_object_of_it(tmp_path: Path) -> None:
    program = """
        from celery import Celery, Task
        app = Celery("x")
        class Counting(Task):
            def count(self):
                self.calls = self.calls + 1
        @app.task(bind=True, base=Counting)
        def work(self):
            self.count()
    """
    findings = lint(tmp_path, program)
    assert [(f.name, f.line) for f in findings] == [("instance-state", 5)]
