"""How the libraries we know mark a function as a step."""

from __future__ import annotations

import re

# Packages that are known by name: their own code is never part of the program.
LIBRARIES = frozenset(
    {
        "durable_core",
        "celery",
        "dramatiq",
        "rq",
        "django_rq",
        "flask_rq2",
        "rq_scheduler",
        "huey",
        "prefect",
        "dbos",
        "temporalio",
        "llama_index",
        "procrastinate",
        "taskiq",
        "arq",
        "django_q",
        "django_tasks",
    }
)
# Exported by our own library; a test resolves them against the real package.
OWN_PACKAGE = "durable_core"
OWN_NAMES = ("step", "Workflow", "StepContext")

STEP_DECORATORS = frozenset(
    {
        "durable_core.step",
        "celery.shared_task",
        "celery.task",
        "celery.Celery.task",
        "celery.app.shared_task",
        "dramatiq.actor",
        "dramatiq.actor.actor",
        "rq.decorators.job",
        "rq.job",
        "django_rq.job",
        "django_rq.decorators.job",
        "flask_rq2.RQ.job",
        "prefect.task",
        "prefect.tasks.task",
        "dbos.DBOS.step",
        "dbos.DBOS.transaction",
        "dbos.DBOS.communicator",
        "temporalio.activity.defn",
        "llama_index.core.workflow.step",
        "llama_index.core.workflow.decorators.step",
        "workflows.step",
        "workflows.decorators.step",
        "procrastinate.App.task",
        "procrastinate.Blueprint.task",
        "taskiq.async_shared_broker.task",
        "django.tasks.task",
        "django_tasks.task",
    }
)
# `huey.task()` on any of the Huey classes, `broker.task` on any of taskiq's.
STEP_DECORATOR_OWNERS = ("huey.", "celery.", "procrastinate.", "taskiq.", "taskiq_")
OWNED_NAMES = (".task", ".periodic_task", ".db_task", ".db_periodic_task")
# Bodies that are replayed: they must take the same way each time.
REPLAYED_DECORATORS = frozenset(
    {
        "durable_core.workflow",
        "dbos.DBOS.workflow",
        "temporalio.workflow.run",
        "temporalio.workflow.signal",
        "temporalio.workflow.update",
    }
)
# A Prefect flow only calls its tasks; when it is retried it runs anew.
FLOW_DECORATORS = frozenset({"prefect.flow", "prefect.flows.flow"})
WORKFLOW_CLASSES = frozenset({"durable_core.Workflow"})
CONTEXT_CLASSES = frozenset({"durable_core.StepContext"})
# Classes whose subclasses are steps, by the method that a worker calls.
TASK_CLASSES = {
    "celery.Task": "run",
    "celery.app.task.Task": "run",
    "celery.task.Task": "run",
    "celery.task.base.Task": "run",
    "dramatiq.GenericActor": "perform",
    "dramatiq.generic.GenericActor": "perform",
}
STATE_NAMES = frozenset({"state", "_state"})
CONTEXT_NAMES = frozenset({"context", "ctx", "_context", "_ctx", "_"})
STEP_LISTS = ("STEPS",)

# Calls that make a step of a function they are handed: where it is among the arguments.
HANDED: dict[str, tuple[int, str]] = {
    "durable_core.Workflow": (1, "steps"),
    "rq.Queue.enqueue": (0, "f"),
    "rq.Queue.enqueue_call": (0, "func"),
    "rq.Queue.enqueue_at": (1, "f"),
    "rq.Queue.enqueue_in": (1, "func"),
    "rq.Queue.prepare_data": (0, "func"),
    "rq.queue.Queue.enqueue": (0, "f"),
    "rq.queue.Queue.enqueue_call": (0, "func"),
    "rq.job.Job.create": (0, "func"),
    "django_rq.enqueue": (0, "func"),
    "django_rq.get_queue.enqueue": (0, "f"),
    "django_rq.get_queue.enqueue_call": (0, "func"),
    "django_rq.get_queue.enqueue_at": (1, "f"),
    "django_rq.get_queue.enqueue_in": (1, "func"),
    "rq_scheduler.Scheduler.enqueue_at": (1, "func"),
    "rq_scheduler.Scheduler.enqueue_in": (1, "func"),
    "rq_scheduler.Scheduler.schedule": (1, "func"),
    "rq_scheduler.Scheduler.cron": (1, "func"),
    "django_rq.get_scheduler.schedule": (1, "func"),
    "django_rq.get_scheduler.cron": (1, "func"),
    "django_q.tasks.async_task": (0, "func"),
    "django_q.tasks.schedule": (0, "func"),
    "arq.func": (0, "coroutine"),
    "arq.worker.func": (0, "coroutine"),
    "arq.cron": (0, "coroutine"),
    "arq.cron.cron": (0, "coroutine"),
    "dramatiq.Actor": (0, "fn"),
    "dbos.DBOS.run_step": (1, "fn"),
    "dbos.DBOS.run_step_async": (1, "fn"),
}
# Calls that are handed the name of a Celery task, which may have been given by hand.
TASK_NAMES = {
    "send_task": (0, "name"),
    "signature": (0, "task"),
    "subtask": (0, "task"),
}
# Methods of a step that have a worker run it, or note how it shall be run.
DELIVERIES = frozenset(
    {"delay", "apply_async", "s", "si", "signature", "subtask", "send", "schedule"}
    | {"send_with_options", "message", "submit", "kiq", "defer", "defer_async"}
    | {"delay_on_commit", "apply_async_on_commit", "enqueue", "aenqueue"}
)
# The last part of such names: calls of it are looked into when a file is read.
HANDING = frozenset(name.rpartition(".")[2] for name in HANDED) | TASK_NAMES.keys()
# `package.module.function` or `package.module:function`
_DOTTED = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
PATH = re.compile(rf"{_DOTTED}[.:]{_DOTTED}\Z")
# What follows the last dot of a file's name, and hardly ever is a function's name.
FILE_SUFFIXES = (".py", ".sh", ".yaml", ".yml", ".json", ".toml", ".txt", ".md", ".sql")
# A class with this attribute, a list of functions, configures an arq worker.
WORKER_SETTINGS = ("functions", "cron_jobs", "redis_settings")

# What must occur in a file's bytes for it to define or list a step. Each expression
# begins with a letter or sign of its own: alternatives in one take ten times as long.
IMPORTED = (
    *sorted(name.encode() for name in LIBRARIES - {"rq", "arq", "django_rq"}),
    b"workflows",
    b"django.tasks",
    b"rq",
)
IMPORT = (
    rb"(?m)^[ \t]*(?:from|import)[ \t][^\n#]*\b"
    rb"(?:%b|workflows|django\.tasks|taskiq_\w+)\b"
) % b"|".join(sorted(name.encode() for name in LIBRARIES))
WORDS = (b"STEPS", b"StepContext", b"Workflow(")
DECORATED = (
    rb"@(?:\w+\.)*(?:step|(?:shared_|db_)?(?:periodic_)?task|actor|job|defn|"
    rb"transaction|activity)\b"
)
SIGNED = (
    rb"\(\s*(?:self\s*,\s*)?_?state\b[^()]{0,200}?,"
    rb"\s*_?(?:context|ctx)?\b\s*[,:)=]"
)


def is_path(text: str) -> bool:
    """Tell whether a text looks like the dotted path of a function."""
    return PATH.match(text) is not None and not text.endswith(FILE_SUFFIXES)


def is_step_decorator(dotted: str) -> bool:
    """Tell whether a decorator of this dotted name makes a step."""
    if dotted in STEP_DECORATORS:
        return True
    if dotted.startswith("durable_core.") and dotted.endswith(".step"):
        return True
    if not dotted.endswith(OWNED_NAMES):
        return False
    # An application may come from a module that is not read, called after the library.
    owner = dotted.split(".")[:-2]
    return dotted.startswith(STEP_DECORATOR_OWNERS) or "celery" in owner


def is_delivery(dotted: str) -> bool:
    """Tell whether a call of this dotted name hands its arguments to a worker."""
    if dotted.startswith("celery.") and dotted.rpartition(".")[2] in TASK_NAMES:
        return True
    return dotted in HANDED and not dotted.startswith(("durable_core.", "arq."))


def is_replayed_decorator(dotted: str) -> bool:
    """Tell whether a decorator of this dotted name makes a body that is replayed."""
    if dotted in REPLAYED_DECORATORS:
        return True
    return dotted.startswith("durable_core.") and dotted.endswith(".workflow")


def is_workflow_decorator(dotted: str) -> bool:
    """Tell whether a decorator of this dotted name makes a workflow body."""
    return dotted in FLOW_DECORATORS or is_replayed_decorator(dotted)
