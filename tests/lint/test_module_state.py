"""Globals, module objects, class attributes: reported and silent forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import judged

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "a list is appended to": """
        items = []
        @step
        def f(state, context):
            items.append(1)  #! module-mutation
    """,
    "a dict is updated with |=": """
        known = {}
        @step
        def f(state, context):
            global known
            known |= state.new  #! global-rebind
    """,
    "a nested dict of a module dict is changed": """
        tree = {"a": {}}
        @step
        def f(state, context):
            tree["a"]["b"] = 1  #! module-mutation
    """,
    "an alias of a module dict is changed": """
        cache = {}
        @step
        def f(state, context):
            local = cache
            local["x"] = state.x  #! module-mutation
    """,
    "a tuple unpacking stores an item": """
        pos = [0, 0]
        @step
        def f(state, context):
            pos[0], pos[1] = state.x, state.y  #! module-mutation
    """,
    "a loop target stores an item": """
        last = {}
        @step
        def f(state, context):
            for last["row"] in state.rows:  #! module-mutation
                pass
    """,
    "a with target rebinds a global": """
        import os
        handle = None
        @step
        def f(state, context):
            global handle
            with open(os.environ["X"]) as handle:  #! module-resource
                pass
    """,
    "a walrus rebinds a global": """
        last = None
        @step
        def f(state, context):
            global last
            if (last := state.x) > 1:  #! global-rebind
                return {"big": True}
    """,
    "a global is deleted": """
        token = "x"
        @step
        def f(state, context):
            global token
            del token  #! global-rebind
    """,
    "an import rebinds nothing that matters": """
        json = None
        @step
        def f(state, context):
            global json
            import json
            return {"x": json.dumps(1)}
    """,
    "a helper changes its parameter": """
        seen = []
        def note(where, what):
            where.append(what)  #! module-mutation
        @step
        def f(state, context):
            note(seen, state.x)
    """,
    "a helper two calls away changes its parameter": """
        seen = {}
        def put(where, key):
            where[key] = True  #! module-mutation
        def note(where, key):
            put(where, key)
        @step
        def f(state, context):
            note(seen, state.x)
    """,
    "a heap in a module grows": """
        import heapq
        queue = []
        @step
        def f(state, context):
            heapq.heappush(queue, state.x)  #! module-mutation
    """,
    "a module list is shuffled": """
        import random
        names = ["a", "b"]
        @step
        def f(state, context):
            random.shuffle(names)  #! module-mutation
    """,
    "a sorted list is inserted into": """
        from bisect import insort
        ranks = []
        @step
        def f(state, context):
            insort(ranks, state.x)  #! module-mutation
    """,
    "globals() is assigned to": """
        @step
        def f(state, context):
            globals()["x"] = state.x  #! global-rebind
    """,
    "the module is found in sys.modules": """
        import sys
        mode = None
        @step
        def f(state, context):
            setattr(sys.modules[__name__], "mode", state.x)  #! module-mutation
    """,
    "a Counter counts": """
        from collections import Counter
        hits = Counter()
        @step
        def f(state, context):
            hits[state.x] += 1  #! module-mutation
            hits.update(state.names)  #! module-mutation
    """,
    "a slice of a module list is replaced": """
        rows = []
        @step
        def f(state, context):
            rows[:] = state.rows  #! module-mutation
    """,
    "an attribute of a module object is set": """
        from types import SimpleNamespace
        current = SimpleNamespace(user=None)
        @step
        def f(state, context):
            current.user = state.user  #! module-mutation
    """,
    "a lambda changes a module list": """
        log = []
        add = lambda x: log.append(x)  #! module-mutation
        @step
        def f(state, context):
            add(state.x)
    """,
    "a comprehension changes a module set": """
        seen = set()
        @step
        def f(state, context):
            return {"n": [seen.add(x) for x in state.xs]}  #! module-mutation
    """,
    "a callback changes a module list": """
        log = []
        def visit(x):
            log.append(x)  #! module-mutation
            return x
        @step
        def f(state, context):
            return {"n": list(map(visit, state.xs))}
    """,
    "a nested function changes a module list": """
        log = []
        @step
        def f(state, context):
            def inner(x):
                log.append(x)  #! module-mutation
            inner(state.x)
    """,
    "an async helper changes a module list": """
        log = []
        async def note(x):
            log.append(x)  #! module-mutation
        @step
        async def f(state, context):
            await note(state.x)
    """,
    "a property changes a module list": """
        log = []
        class Row:
            @property
            def name(self):
                log.append(1)  #! module-mutation
                return "x"
        @step
        def f(state, context):
            return {"n": Row().name}
    """,
    "a context manager changes a module list": """
        import contextlib
        log = []
        @contextlib.contextmanager
        def noted(x):
            log.append(x)  #! module-mutation
            yield
        @step
        def f(state, context):
            with noted(state.x):
                pass
    """,
    "a dunder method changes a module list": """
        log = []
        class Box:
            def __setitem__(self, key, value):
                log.append(key)  #! module-mutation
        @step
        def f(state, context):
            box = Box()
            box["x"] = 1
    """,
    "a dispatch table reaches a mutating function": """
        log = []
        def a(x):
            log.append(x)  #! module-mutation
        TABLE = {"a": a}
        @step
        def f(state, context):
            TABLE[state.kind](state.x)
    """,
    "a partial reaches a mutating function": """
        import functools
        log = []
        def note(prefix, x):
            log.append(prefix + x)  #! module-mutation
        @step
        def f(state, context):
            functools.partial(note, "a")(state.x)
    """,
    "a method of a local object changes a module list": """
        log = []
        class Worker:
            def run(self, x):
                log.append(x)  #! module-mutation
        @step
        def f(state, context):
            Worker().run(state.x)
    """,
    "an inherited method changes a module list": """
        log = []
        class Base:
            def run(self, x):
                log.append(x)  #! module-mutation
        class Worker(Base):
            def run(self, x):
                super().run(x)
        @step
        def f(state, context):
            Worker().run(state.x)
    """,
    "a thread reaches a mutating function": """
        import threading
        log = []
        def note(x):
            log.append(x)  #! module-mutation
        @step
        def f(state, context):
            t = threading.Thread(target=note, args=(state.x,))
            t.start()
            t.join()
    """,
    "a try block changes a module list": """
        log = []
        @step
        def f(state, context):
            try:
                log.append(state.x)  #! module-mutation
            except ValueError:
                log.clear()  #! module-mutation
            finally:
                log.reverse()  #! module-mutation
    """,
    "a match case changes a module list": """
        log = []
        @step
        def f(state, context):
            match state.kind:
                case "a":
                    log.append(1)  #! module-mutation
                case _:
                    pass
    """,
    # ---- silent ----
    "a copy is changed": """
        DEFAULTS = {"a": 1}
        @step
        def f(state, context):
            mine = dict(DEFAULTS)
            mine["b"] = 2
            other = {**DEFAULTS}
            other["c"] = 3
            third = DEFAULTS.copy()
            third.update(x=1)
            fourth = DEFAULTS | {"y": 1}
            fourth.pop("y")
            return mine
    """,
    "a name is bound to a copy of itself": """
        DEFAULTS = {"a": 1}
        def merged(extra, options=DEFAULTS):
            options = dict(options)
            options.update(extra)
            return options
        @step
        def f(state, context):
            return merged(state.extra)
    """,
    "a list copy is sorted": """
        NAMES = ["b", "a"]
        @step
        def f(state, context):
            names = list(NAMES)
            names.sort()
            rest = NAMES[:]
            rest.append("c")
            return {"names": names + rest}
    """,
    "a deep copy is changed within": """
        import copy
        TREE = {"a": []}
        @step
        def f(state, context):
            tree = copy.deepcopy(TREE)
            tree["a"].append(1)
            return tree
    """,
    "a local shadows a global": """
        items = []
        @step
        def f(state, context):
            items = []
            items.append(1)
            return {"items": items}
    """,
    "a parameter shadows a global": """
        items = []
        def add(items, x):
            items.append(x)
            return items
        @step
        def f(state, context):
            return {"items": add([], 1)}
    """,
    "a table is filled at import": """
        TABLE = {}
        def fill():
            for n in range(9):
                TABLE[n] = n * n
        fill()
        @step
        def f(state, context):
            return {"x": TABLE[state.n]}
    """,
    "a registry is filled by a decorator at import": """
        HANDLERS = {}
        def handles(kind):
            def register(fn):
                HANDLERS[kind] = fn
                return fn
            return register
        @handles("a")
        def a(x):
            return x
        @step
        def f(state, context):
            return {"x": HANDLERS[state.kind](1)}
    """,
    "a changing function that no step calls": """
        log = []
        def note(x):
            log.append(x)
        @step
        def f(state, context):
            return {"x": 1}
    """,
    "a block for scripts": """
        log = []
        @step
        def f(state, context):
            return {"x": 1}
        if __name__ == "__main__":
            log.append(f(None, None))
    """,
    "a logger": """
        import logging
        logger = logging.getLogger(__name__)
        class Wrapper:
            def __init__(self, inner):
                self.inner = inner
            def info(self, text):
                self.inner.info(text)
        log = Wrapper(logger)
        @step
        def f(state, context):
            logger.info("x")
            log.info("y")
    """,
    "metrics": """
        from prometheus_client import Counter
        CALLS = Counter("calls", "Calls")
        @step
        def f(state, context):
            CALLS.inc()
            CALLS.labels("x").inc()
    """,
    "a loop variable named like a global": """
        name = "x"
        @step
        def f(state, context):
            return {"x": [name for name in state.names]}
    """,
    "the state is changed": """
        @step
        def f(state, context):
            state.items.append(1)
            state.total = 3
            state.extra["x"] = 1
    """,
    "a value from a module dict is reduced": """
        PRICES = {"a": [1, 2]}
        @step
        def f(state, context):
            prices = [p + 1 for p in PRICES["a"]]
            prices.append(3)
            return {"total": sum(prices)}
    """,
    "a local namedtuple is replaced": """
        from typing import NamedTuple
        class Row(NamedTuple):
            a: int
        BASE = Row(1)
        @step
        def f(state, context):
            row = BASE._replace(a=2)
            return {"a": row.a}
    """,
    "a tuple is added to": """
        ROWS = (1, 2)
        @step
        def f(state, context):
            rows = ROWS
            rows += (3,)
            return {"n": len(rows)}
    """,
    "a number is counted up locally": """
        START = 5
        @step
        def f(state, context):
            n = START
            n += 1
            return {"n": n}
    """,
    "a project's own decorator named cache": """
        def cache(fn):
            return fn
        @cache
        def g(x):
            return open(x).read()
        @step
        def f(state, context):
            return {"x": g(state.path)}
    """,
    "a redundant global": """
        items = []
        limit = 3
        @step
        def f(state, context):
            global limit
            return {"n": limit}
    """,
    "a celery app is configured at import": """
        from celery import Celery
        app = Celery("x")
        app.conf.task_serializer = "json"
        app.conf.update(timezone="UTC")
        @app.task
        def f(state, context):
            return {"x": 1}
    """,
    "an enum and a frozen class": """
        import enum
        class Colour(enum.Enum):
            RED = 1
        @step
        def f(state, context):
            return {"c": Colour.RED.name, "all": [c.name for c in Colour]}
    """,
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_module_state(program: str, tmp_path: Path) -> None:
    found, wanted = judged(tmp_path, program)
    assert found == wanted
