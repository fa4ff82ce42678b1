"""Classes, instances, closures, defaults, threads: reported and silent forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import judged

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "a class attribute is set by its name": """
        class Config:
            mode = "a"
        @step
        def f(state, context):
            Config.mode = state.mode  #! class-state
    """,
    "a class attribute is set through cls": """
        class Config:
            mode = "a"
            @classmethod
            def use(cls, mode):
                cls.mode = mode  #! class-state
        @step
        def f(state, context):
            Config.use(state.mode)
    """,
    "a class attribute is counted up through type(self)": """
        class Row:
            made = 0
            def __init__(self):
                type(self).made += 1  #! class-state
        @step
        def f(state, context):
            Row()
    """,
    "a class attribute is set through __class__": """
        class Row:
            made = 0
            def __init__(self):
                self.__class__.made += 1  #! class-state
        @step
        def f(state, context):
            Row()
    """,
    "a class list is shared through self": """
        class Row:
            items = []
            def add(self, x):
                self.items.append(x)  #! class-state
        @step
        def f(state, context):
            Row().add(1)
    """,
    "a class dict is changed by a static method": """
        class Registry:
            known = {}
            @staticmethod
            def put(k, v):
                Registry.known[k] = v  #! class-state
        @step
        def f(state, context):
            Registry.put("a", state.x)
    """,
    "an inherited class list is shared": """
        class Base:
            items = []
        class Row(Base):
            def add(self, x):
                self.items.append(x)  #! class-state
        @step
        def f(state, context):
            Row().add(1)
    """,
    "an enum member gets an attribute": """
        import enum
        class Colour(enum.Enum):
            RED = 1
        @step
        def f(state, context):
            Colour.last = state.x  #! class-state
    """,
    "an instance attribute hides the class list": """
        class Row:
            items = []
            def __init__(self):
                self.items = []
            def add(self, x):
                self.items.append(x)
        @step
        def f(state, context):
            Row().add(1)
    """,
    "a class list is read": """
        class Row:
            allowed = ["a"]
            def ok(self, x):
                return x in self.allowed
        @step
        def f(state, context):
            return {"ok": Row().ok(state.x)}
    """,
    "a dataclass field with a factory": """
        from dataclasses import dataclass, field
        @dataclass
        class Row:
            items: list = field(default_factory=list)
            def add(self, x):
                self.items.append(x)
        @step
        def f(state, context):
            row = Row()
            row.add(1)
            row.items.append(2)
            return {"items": row.items}
    """,
    "a pydantic default is copied for each instance": """
        from pydantic import BaseModel
        class Row(BaseModel):
            items: list = []
        @step
        def f(state, context):
            row = Row()
            row.items.append(1)
            return {"items": row.items}
    """,
    "a subclass hook fills a registry at import": """
        class Base:
            known = {}
            def __init_subclass__(cls, **kw):
                Base.known[cls.__name__] = cls
        class A(Base):
            pass
        @step
        def f(state, context):
            return {"x": Base.known["A"].__name__}
    """,
    "a module-level instance is changed by its method": """
        class Book:
            def __init__(self):
                self.rows = []
            def add(self, x):
                self.rows.append(x)  #! singleton
        book = Book()
        @step
        def f(state, context):
            book.add(state.x)
    """,
    "a module-level instance is changed from outside": """
        class Book:
            def __init__(self):
                self.title = ""
        book = Book()
        @step
        def f(state, context):
            book.title = state.x  #! module-mutation
    """,
    "an instance behind an accessor is changed": """
        class Book:
            def __init__(self):
                self.rows = []
            def add(self, x):
                self.rows.append(x)  #! singleton
        _book = None
        def get_book():
            global _book
            if _book is None:
                _book = Book()  #! global-rebind
            return _book
        @step
        def f(state, context):
            get_book().add(state.x)
    """,
    "an instance behind a cached accessor is changed": """
        from functools import lru_cache
        class Book:
            def __init__(self):
                self.rows = []
            def add(self, x):
                self.rows.append(x)  #! singleton
        @lru_cache(maxsize=None)  #! in-process-cache
        def get_book():
            return Book()
        @step
        def f(state, context):
            get_book().add(state.x)
    """,
    "a singleton by __new__ is changed": """
        class Book:
            _only = None
            def __new__(cls):
                if cls._only is None:
                    cls._only = super().__new__(cls)  #! class-state
                    cls._only.rows = []  #! singleton
                return cls._only
            def add(self, x):
                self.rows.append(x)  #! singleton
        @step
        def f(state, context):
            Book().add(state.x)
    """,
    "a singleton by metaclass is changed": """
        class Only(type):
            _made = {}
            def __call__(cls, *args, **kw):
                if cls not in cls._made:
                    cls._made[cls] = super().__call__(*args, **kw)  #! class-state
                return cls._made[cls]
        class Book(metaclass=Only):
            def __init__(self):
                self.rows = []
            def add(self, x):
                self.rows.append(x)  #! singleton
        @step
        def f(state, context):
            Book().add(state.x)
    """,
    "a borg shares its dict": """
        class Borg:
            _shared = {}
            def __init__(self):
                self.__dict__ = self._shared
            def use(self, x):
                self.x = x  #! singleton
        @step
        def f(state, context):
            Borg().use(state.x)
    """,
    "a module-level instance only computes": """
        class Tax:
            def __init__(self, percent):
                self.percent = percent
            def of(self, x):
                value = x * self.percent
                value += 1
                return value
        tax = Tax(19)
        @step
        def f(state, context):
            return {"tax": tax.of(state.x)}
    """,
    "an instance that lives in the step is changed": """
        class Book:
            def __init__(self):
                self.rows = []
            def add(self, x):
                self.rows.append(x)
                return self
        def build(xs):
            book = Book()
            for x in xs:
                book.add(x)
            return book
        @step
        def f(state, context):
            return {"rows": build(state.xs).rows}
    """,
    "instances of a step and of the module are told apart by method": """
        class Book:
            def __init__(self):
                self.rows = []
            def add(self, x):
                self.rows.append(x)
            def count(self):
                return len(self.rows)
        EMPTY = Book()
        @step
        def f(state, context):
            book = Book()
            book.add(1)
            return {"n": book.count() + EMPTY.count()}
    """,
    "a function counts its calls": """
        def note():
            note.calls += 1  #! function-attribute-state
        note.calls = 0
        @step
        def f(state, context):
            note()
    """,
    "a function keeps a dict": """
        def look(x):
            if x not in look.memo:
                look.memo[x] = open(x).read()  #! function-attribute-state
            return look.memo[x]
        look.memo = {}
        @step
        def f(state, context):
            return {"x": look(state.path)}
    """,
    "a default list collects": """
        def add(x, into=[]):
            into.append(x)  #! mutable-default-state
            return into
        @step
        def f(state, context):
            return {"n": len(add(1))}
    """,
    "a keyword-only default collects": """
        def add(x, *, into={}):
            into[x] = 1  #! mutable-default-state
        @step
        def f(state, context):
            add(1)
    """,
    "a default that is always given": """
        def add(x, into=[]):
            into.append(x)
            return into
        @step
        def f(state, context):
            return {"n": add(1, [])}
    """,
    "a default that is only read": """
        def add(x, known=["a"]):
            return x in known
        @step
        def f(state, context):
            return {"n": add("a")}
    """,
    "a default that is copied": """
        def add(x, base=[]):
            mine = base + [x]
            mine.append(2)
            return mine
        @step
        def f(state, context):
            return {"n": add("a")}
    """,
    "a factory's counter is rebound": """
        def counter():
            n = 0
            def bump():
                nonlocal n
                n += 1  #! closure-state
                return n
            return bump
        bump = counter()
        @step
        def f(state, context):
            return {"n": bump()}
    """,
    "a decorator's dict remembers": """
        def memo(fn):
            kept = {}
            def inner(x):
                if x not in kept:
                    kept[x] = fn(x)  #! closure-state
                return kept[x]
            return inner
        @memo
        def read(path):
            return open(path).read()
        @step
        def f(state, context):
            return {"x": read(state.path)}
    """,
    "a decorator's memo of a pure function": """
        def memo(fn):
            kept = {}
            def inner(x):
                if x not in kept:
                    kept[x] = fn(x)
                return kept[x]
            return inner
        @memo
        def double(x):
            return x * 2
        @step
        def f(state, context):
            return {"x": double(state.x)}
    """,
    "a closure made in the step": """
        def counter():
            n = 0
            def bump():
                nonlocal n
                n += 1
                return n
            return bump
        @step
        def f(state, context):
            bump = counter()
            return {"n": bump() + bump()}
    """,
    "a module-level iterator advances": """
        import itertools
        ids = itertools.count()
        @step
        def f(state, context):
            return {"id": next(ids)}  #! closure-state
    """,
    "a module-level generator advances": """
        def numbers():
            n = 0
            while True:
                yield n
                n += 1
        ids = numbers()
        @step
        def f(state, context):
            return {"id": next(ids)}  #! closure-state
    """,
    "an iterator made in the step": """
        import itertools
        @step
        def f(state, context):
            ids = itertools.count()
            return {"id": next(ids)}
    """,
    "a thread local is set": """
        import threading
        local = threading.local()
        @step
        def f(state, context):
            local.user = state.user  #! thread-local-state
    """,
    "a context variable is set and kept": """
        import contextvars
        user = contextvars.ContextVar("user")
        @step
        def f(state, context):
            user.set(state.user)  #! thread-local-state
    """,
    "a context variable is set and reset": """
        import contextvars
        user = contextvars.ContextVar("user", default=None)
        @step
        def f(state, context):
            token = user.set(state.user)
            try:
                return {"u": user.get()}
            finally:
                user.reset(token)
    """,
    "a step method sets self": """
        class Flow(Workflow):
            @step
            def a(self, state, context):
                self.x = 1  #! instance-state
            @step
            def b(self, state, context):
                return {"x": self.x}
    """,
    "a helper of a step method sets self": """
        class Flow(Workflow):
            def keep(self, x):
                self.x = x  #! instance-state
            @step
            def a(self, state, context):
                self.keep(1)
    """,
    "a step method only reads self": """
        class Flow(Workflow):
            rate = 3
            def __init__(self, limit):
                self.limit = limit
            @step
            def a(self, state, context):
                return {"x": self.rate * self.limit}
    """,
    "a bound celery task sets self": """
        from celery import shared_task
        @shared_task(bind=True)
        def f(self, state, context):
            self.last = state.x  #! instance-state
            return {"id": self.request.id}
    """,
    "a celery task class sets self": """
        from celery import Task
        class Note(Task):
            def run(self, x):
                self.last = x  #! instance-state
    """,
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_object_state(program: str, tmp_path: Path) -> None:
    found, wanted = judged(tmp_path, program)
    assert found == wanted
