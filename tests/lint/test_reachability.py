"""What a step reaches: modules, aliases, dispatch; how steps are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import judged, lint, marked

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "a method that a base class calls": """
        log = []
        class Base:
            def run(self, x):
                self.work(x)
        class Child(Base):
            def work(self, x):
                log.append(x)  #! module-mutation
        @step
        def f(state, context):
            Child().run(state.x)
    """,
    "an unbound builtin method": """
        log = []
        known = {}
        @step
        def f(state, context):
            list.append(log, state.x)  #! module-mutation
            dict.update(known, a=1)  #! module-mutation
    """,
    "operator functions": """
        import operator
        known = {}
        @step
        def f(state, context):
            operator.setitem(known, "a", 1)  #! module-mutation
    """,
    "a dunder call": """
        known = {}
        @step
        def f(state, context):
            known.__setitem__("a", 1)  #! module-mutation
    """,
    "a bound method kept under a name": """
        log = []
        note = log.append
        @step
        def f(state, context):
            note(state.x)  #! module-mutation
    """,
    "a container in a tuple": """
        a, b = [], []
        BOTH = (a, b)
        @step
        def f(state, context):
            for one in BOTH:
                one.append(1)  #! module-mutation
    """,
    "a container from a conditional": """
        left, right = [], []
        @step
        def f(state, context):
            target = left if state.x else right
            target.append(1)  #! module-mutation
    """,
    "a container with a fallback": """
        common = []
        @step
        def f(state, context):
            target = state.items or common
            target.append(1)  #! module-mutation
    """,
    "a container that a helper returns": """
        kept = []
        def store():
            return kept
        @step
        def f(state, context):
            store().append(1)  #! module-mutation
    """,
    "a container held by a local object": """
        kept = []
        class Writer:
            def __init__(self, sink):
                self.sink = sink
            def write(self, x):
                self.sink.append(x)  #! module-mutation
        @step
        def f(state, context):
            Writer(kept).write(1)
    """,
    "keyword arguments and stars": """
        kept = []
        def put(x, sink=None):
            sink.append(x)  #! module-mutation
        def forward(*args, **kwargs):
            put(*args, **kwargs)
        @step
        def f(state, context):
            forward(1, sink=kept)
    """,
    "a generator function": """
        kept = []
        def rows(xs):
            for x in xs:
                kept.append(x)  #! module-mutation
                yield x
        @step
        def f(state, context):
            return {"n": sum(rows(state.xs))}
    """,
    "a class used as a callable": """
        kept = []
        class Put:
            def __call__(self, x):
                kept.append(x)  #! module-mutation
        put = Put()
        @step
        def f(state, context):
            put(state.x)
    """,
    "single dispatch": """
        import functools
        kept = []
        @functools.singledispatch
        def put(x):
            kept.append(x)  #! module-mutation
        @put.register
        def _(x: int):
            kept.append(x)
        @step
        def f(state, context):
            put(state.x)
    """,
    "a project decorator around a step": """
        import functools
        kept = []
        def traced(fn):
            @functools.wraps(fn)
            def inner(*args, **kwargs):
                kept.append(fn.__name__)  #! module-mutation
                return fn(*args, **kwargs)
            return inner
        @step
        @traced
        def f(state, context):
            return {"x": 1}
    """,
    "a project decorator outside a step": """
        kept = []
        def traced(fn):
            def inner(state, context):
                kept.append(1)  #! module-mutation
                return fn(state, context)
            return inner
        @traced
        @step
        def f(state, context):
            return {"x": 1}
    """,
    "a function that is reached through a thread pool": """
        from concurrent.futures import ThreadPoolExecutor
        kept = []
        def work(x):
            kept.append(x)  #! module-mutation
        @step
        def f(state, context):
            with ThreadPoolExecutor() as pool:
                for x in state.xs:
                    pool.submit(work, x)
    """,
    "a recursive function": """
        kept = []
        def walk(n):
            if n:
                kept.append(n)  #! module-mutation
                walk(n - 1)
        @step
        def f(state, context):
            walk(3)
    """,
    "a step made by a Workflow's list": """
        kept = []
        def work(order):
            kept.append(order)  #! module-mutation
        flow = Workflow("flow", [work])
    """,
    "a step by its annotation": """
        kept = []
        def work(data, ctx: StepContext):
            kept.append(data)  #! module-mutation
    """,
    "a step by a quoted annotation": """
        kept = []
        def work(data, ctx: "StepContext"):
            kept.append(data)  #! module-mutation
    """,
    "a step by its signature": """
        kept = []
        def work(state, context):
            kept.append(1)  #! module-mutation
    """,
    "an ordinary function is no step": """
        kept = []
        def work(a, b):
            kept.append(a)
    """,
    "a project's own decorator named task": """
        kept = []
        def task(fn):
            return fn
        @task
        def work(x):
            kept.append(x)
    """,
    "tasks of other libraries": """
        import dramatiq, huey, prefect
        from rq.decorators import job
        from temporalio import activity
        from dbos import DBOS
        from celery import Celery
        kept = []
        queue = huey.SqliteHuey()
        app = Celery("x")
        @dramatiq.actor(max_retries=3)
        def a(x):
            kept.append(x)  #! module-mutation
        @queue.task()
        def b(x):
            kept.append(x)  #! module-mutation
        @prefect.task
        def c(x):
            kept.append(x)  #! module-mutation
        @job("low")
        def d(x):
            kept.append(x)  #! module-mutation
        @activity.defn
        async def e(x):
            kept.append(x)  #! module-mutation
        @DBOS.step()
        def g(x):
            kept.append(x)  #! module-mutation
        @app.task(bind=True)
        def h(self, x):
            kept.append(x)  #! module-mutation
    """,
    "a step in a function cannot be imported": """
        def make():
            @step
            def inner(state, context):  #! unimportable-step
                return {"x": 1}
            return inner
        STEPS = [make()]
    """,
    "a partial and a lambda cannot be imported": """
        import functools
        def work(n, state, context):
            return {"n": n}
        STEPS = [
            functools.partial(work, 1),  #! unimportable-step
            lambda state, context: {"x": 1},  #! unimportable-step
        ]
    """,
    "a method of one object cannot be imported": """
        class Jobs:
            def work(self, state, context):  #! unimportable-step
                return {"x": 1}
        jobs = Jobs()
        STEPS = [jobs.work]
    """,
    "either-or definitions are no redefinition": """
        import sys
        if sys.platform == "win32":
            @step
            def work(state, context):
                return {"x": 1}
        else:
            @step
            def work(state, context):
                return {"x": 2}
    """,
    "values that cannot be stored": """
        import threading
        @step
        def a(state, context):
            return {"lock": threading.Lock()}  #! unserializable-state
        @step
        def b(state, context):
            state.rows = (x for x in state.xs)  #! unserializable-state
        @step
        def c(state, context):
            return {"key": lambda x: x}  #! unserializable-state
        @step
        def d(state, context):
            state.file = open(state.path)  #! unserializable-state
    """,
    "values that can be stored": """
        @step
        def a(state, context):
            rows = sorted(state.rows, key=lambda r: r["x"])
            total = sum(x for x in state.xs)
            with open(state.path) as file:
                text = file.read()
            return {"rows": rows, "total": total, "text": text, "f": len(rows)}
    """,
    "the clock at import": """
        import time, uuid
        from datetime import datetime
        STARTED = datetime.now().isoformat()  #! import-side-effect
        RUN = f"run-{uuid.uuid4().hex}"  #! import-side-effect
        UNUSED = time.time()
        @step
        def a(state, context):
            return {"name": RUN + STARTED}
    """,
    "a workflow body asks the clock": """
        import datetime, random, time, uuid
        def token():
            return uuid.uuid4().hex  #! random-or-clock
        @step
        def a(state, context):
            return {"t": time.time(), "r": random.random()}
        @workflow
        def body(state, context):
            started = datetime.datetime.now()  #! random-or-clock
            if random.choice([1, 2]) == 1:  #! random-or-clock
                context.run(a, state)
            name = token()
            return {"s": str(started), "n": name, "c": context.now()}
    """,
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_reachability(program: str, tmp_path: Path) -> None:
    found, wanted = judged(tmp_path, program)
    assert found == wanted


FLOW = """
    from durable_core import step
    {imports}

    @step
    def f(state, context):
        {call}
"""
STORE = """
    KEPT = []
    LIMIT = 3

    def keep(x):
        KEPT.append(x)  #! module-mutation

    def count():
        return len(KEPT)
"""
IMPORTS = {
    "a module": ("import store", "store.keep(1)"),
    "a module under another name": ("import store as s", "s.keep(1)"),
    "a name": ("from store import keep", "keep(1)"),
    "a star": ("from store import *", "keep(1)"),
    "an import in the function": ("", "import store; store.keep(1)"),
    "a re-export": ("from api import keep", "keep(1)"),
    "a re-export of a re-export": ("import pkg", "pkg.keep(1)"),
    "a relative re-export": ("from pkg.inner import put", "put(1)"),
    "an attribute by name": ("import store", "getattr(store, 'keep')(1)"),
    "importlib": (
        "import importlib",
        "importlib.import_module('store').keep(1)",
    ),
}


@pytest.mark.parametrize(("imports", "call"), IMPORTS.values(), ids=IMPORTS)
def test_a_helper_is_found_through(imports: str, call: str, tmp_path: Path) -> None:
    files = {
        "flow.py": FLOW.format(imports=imports, call=call),
        "store.py": STORE,
        "api.py": "from store import keep\n",
        "pkg/__init__.py": "from .inner import keep\n",
        "pkg/inner.py": "from store import keep as put\nkeep = put\n",
    }
    findings = lint(tmp_path, files)
    assert [(f.line, f.name) for f in findings] == [(5, "module-mutation")]
    assert findings[0].path.endswith("store.py")
    assert findings[0].call_path == ("flow.f", "store.keep")


@pytest.mark.parametrize(
    "call", ["store.count()", "store.LIMIT", "print(store.KEPT)"], ids=str
)
def test_a_helper_that_is_not_called_is_not_reported(call: str, tmp_path: Path) -> None:
    files = {"flow.py": FLOW.format(imports="import store", call=call)}
    assert lint(tmp_path, {**files, "store.py": STORE}) == []


def test_a_mark_is_read_from_its_line() -> None:
    assert marked("x\ny  #! a b\n") == [(2, "a"), (2, "b")]


def test_a_library_that_lies_beside_the_program_is_still_the_library(
    tmp_path: Path,
) -> None:
    files = {
        "durable_core/__init__.py": "def step(function):\n    return function\n",
        "flow.py": FLOW.format(imports="import store", call="store.keep(1)"),
        "store.py": STORE,
    }
    assert [f.name for f in lint(tmp_path, files)] == ["module-mutation"]


STEP = """
    from durable_core import step

    kept = []

    @step
    def f(state, context):
        kept.append(1)
"""


@pytest.mark.parametrize(
    ("name", "count"),
    [("flow.py", 1), ("test_flow.py", 0), ("conftest.py", 0), ("tests/flow.py", 0)],
)
def test_steps_in_tests_are_left_alone(name: str, count: int, tmp_path: Path) -> None:
    assert len(lint(tmp_path, {name: STEP})) == count


def test_a_folder_of_tests_is_linted_when_it_is_named(tmp_path: Path) -> None:
    assert len(lint(tmp_path / "tests", {"flow.py": STEP})) == 1


def test_a_module_that_lists_its_steps_has_no_others_by_signature(
    tmp_path: Path,
) -> None:
    program = """
        kept = []

        def retired(state, context):
            kept.append(1)

        def current(state, context):
            return {"x": 1}

        STEPS = [current]
    """
    assert lint(tmp_path, program) == []
