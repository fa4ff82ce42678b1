"""How the libraries we know mark a function as a step."""

from __future__ import annotations

# Packages that are known by name: their own code is never part of the program.
LIBRARIES = frozenset(
    {
        "durable_core",
        "celery",
        "dramatiq",
        "rq",
        "huey",
        "prefect",
        "dbos",
        "temporalio",
        "llama_index",
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
        "dramatiq.actor",
        "rq.decorators.job",
        "rq.job",
        "prefect.task",
        "dbos.DBOS.step",
        "dbos.DBOS.transaction",
        "temporalio.activity.defn",
        "llama_index.core.workflow.step",
        "llama_index.core.workflow.decorators.step",
        "workflows.step",
    }
)
# `huey.task()` on any of the Huey classes.
STEP_DECORATOR_OWNERS = ("huey.", "celery.")
WORKFLOW_DECORATORS = frozenset(
    {
        "durable_core.workflow",
        "prefect.flow",
        "dbos.DBOS.workflow",
        "temporalio.workflow.run",
    }
)
WORKFLOW_CLASSES = frozenset({"durable_core.Workflow"})
CONTEXT_CLASSES = frozenset({"durable_core.StepContext"})
TASK_CLASSES = frozenset({"celery.Task", "celery.app.task.Task"})
STATE_NAMES = frozenset({"state", "_state"})
CONTEXT_NAMES = frozenset({"context", "ctx", "_context", "_ctx", "_"})
STEP_LISTS = ("STEPS",)

# What must occur in a file's bytes for it to define or list a step. Each expression
# begins with a letter or sign of its own: alternatives in one take ten times as long.
IMPORTED = (
    *sorted(name.encode() for name in LIBRARIES - {"rq"}),
    b"workflows",
    b" rq",
    b".rq",
)
IMPORT = (
    rb"(?m)^[ \t]*(?:from|import)[ \t][^\n#]*\b"
    rb"(?:%b|workflows)\b"
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


def is_step_decorator(dotted: str) -> bool:
    """Tell whether a decorator of this dotted name makes a step."""
    if dotted in STEP_DECORATORS:
        return True
    if dotted.startswith("durable_core.") and dotted.endswith(".step"):
        return True
    owner = dotted.startswith(STEP_DECORATOR_OWNERS)
    return owner and dotted.endswith((".task", ".periodic_task", ".db_task"))


def is_workflow_decorator(dotted: str) -> bool:
    """Tell whether a decorator of this dotted name makes a workflow body."""
    if dotted in WORKFLOW_DECORATORS:
        return True
    return dotted.startswith("durable_core.") and dotted.endswith(".workflow")
