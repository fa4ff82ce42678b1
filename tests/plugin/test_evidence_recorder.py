"""Each way in which state gets from one step to another one, by name and by line."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from test_evidence_project import Project, find, project

from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.recorder import StepRecorder, prepare
from pytest_durable.evidence.values import Kind, Read, StepEvidence, Write

__all__ = ["project"]

# id: kind, name, detail, sources. The step `first` writes on a "# set" line, the
# step `second` reads on a "# read" line.
CASES: dict[str, tuple[Kind, str, str, dict[str, str]]] = {
    "an item set in a global dict": (
        Kind.GLOBAL,
        "shop.RATES",
        "RATES['EUR'] = 1.25",
        {
            "shop": """
            RATES = {}

            def first():
                RATES["EUR"] = 1.25  # set

            def second():
                return RATES["EUR"]  # read
            """
        },
    ),
    "a global that is bound again": (
        Kind.GLOBAL,
        "shop.COUNT",
        "COUNT = 1",
        {
            "shop": """
            COUNT = 0

            def first():
                global COUNT
                COUNT += 1  # set

            def second():
                print(COUNT)  # read
            """
        },
    ),
    "a lazily made connection": (
        Kind.GLOBAL,
        "shop.connection",
        "connection = <shop.Connection>",
        {
            "shop": """
            class Connection:
                pass

            connection = None

            def get():
                global connection
                if connection is None:  # read
                    connection = Connection()  # set
                return connection

            def first():
                get()

            def second():
                get()
            """
        },
    ),
    "a list appended to by a helper in another module": (
        Kind.GLOBAL,
        "orders.store.SEEN",
        "SEEN.append(7)",
        {
            "orders____init__": "",
            "orders__store": """
            SEEN = []

            def remember(order):
                SEEN.append(order)  # set

            def known():
                return len(SEEN)  # read
            """,
            "shop": """
            from orders import store
            from orders.store import known

            def first():
                store.remember(7)

            def second():
                return known()
            """,
        },
    ),
    "a name imported from the module that owns it": (
        Kind.GLOBAL,
        "owner.SEEN",
        "SEEN.add('x')",
        {
            "owner": "SEEN = set()",
            "shop": """
            from owner import SEEN

            def first():
                SEEN.add("x")  # set

            def second():
                return "x" in SEEN  # read
            """,
        },
    ),
    "an attribute of a settings module": (
        Kind.GLOBAL,
        "config.settings.ACTIVE",
        "ACTIVE = 'fr'",
        {
            "config____init__": "",
            "config__settings": "ACTIVE = 'main'",
            "shop": """
            import config.settings as settings

            def first():
                settings.ACTIVE = "fr"  # set

            def second():
                return settings.ACTIVE  # read
            """,
        },
    ),
    "a store imported inside the steps": (
        Kind.GLOBAL,
        "late.STORE",
        "STORE['a'] = 1",
        {
            "late": "STORE = {}",
            "shop": """
            def first():
                from late import STORE
                STORE["a"] = 1  # set

            def second():
                import late
                return late.STORE["a"]  # read
            """,
        },
    ),
    "a nested dict": (
        Kind.GLOBAL,
        "shop.CONFIG",
        "CONFIG['db']['host'] = 'h'",
        {
            "shop": """
            CONFIG = {"db": {}}

            def first():
                CONFIG["db"]["host"] = "h"  # set

            def second():
                return CONFIG["db"].get("host")  # read
            """
        },
    ),
    "globals()": (
        Kind.GLOBAL,
        "shop.OFFSET",
        "OFFSET = 3",
        {
            "shop": """
            OFFSET = 0

            def first(name="offset"):
                globals()[name.upper()] = 3  # set

            def second():
                return OFFSET  # read
            """
        },
    ),
    "a class attribute": (
        Kind.CLASS_ATTRIBUTE,
        "shop.Basket.items",
        "Basket.items.append('tea')",
        {
            "shop": """
            class Basket:
                items = []

                def add(self, item):
                    self.items.append(item)  # set

                @classmethod
                def count(cls):
                    return len(cls.items)  # read

            def first():
                Basket().add("tea")

            def second():
                return Basket.count()
            """
        },
    ),
    "a class attribute that is bound again": (
        Kind.CLASS_ATTRIBUTE,
        "shop.Prices.tea",
        "Prices.tea = 3",
        {
            "shop": """
            class Prices:
                tea = 2

            def first():
                setattr(Prices, "tea", 3)  # set

            def second():
                return getattr(Prices, "tea")  # read
            """
        },
    ),
    "a singleton's class attribute": (
        Kind.CLASS_ATTRIBUTE,
        "shop.Client._instance",
        "Client._instance = <shop.Client>",
        {
            "shop": """
            class Client:
                _instance = None

                def __new__(cls):
                    if cls._instance is None:  # read
                        cls._instance = super().__new__(cls)  # set
                    return cls._instance

            def first():
                Client()

            def second():
                Client()
            """
        },
    ),
    "a metaclass's registry of instances": (
        Kind.CLASS_ATTRIBUTE,
        "shop.Single._made",
        "Single._made[Client] = <shop.Client>",
        {
            "shop": """
            class Single(type):
                _made = {}

                def __call__(cls):
                    if cls not in cls._made:  # read
                        cls._made[cls] = super().__call__()  # set
                    return cls._made[cls]

            class Client(metaclass=Single):
                pass

            def first():
                Client()

            def second():
                Client()
            """
        },
    ),
    "an attribute of a module's object": (
        Kind.INSTANCE,
        "shop.gateway.ticket",
        "gateway.ticket = 'T7'",
        {
            "shop": """
            class Gateway:
                def __init__(self):
                    self.ticket = None

                def sign_on(self):
                    self.ticket = "T7"  # set

                def open(self):
                    return self.ticket  # read

            gateway = Gateway()

            def first():
                gateway.sign_on()

            def second():
                return gateway.open()
            """
        },
    ),
    "a list on an object behind an accessor": (
        Kind.INSTANCE,
        "registry._registry.items",
        "_registry.items.append(1)",
        {
            "registry": """
            class Registry:
                __slots__ = ("items",)

                def __init__(self):
                    self.items = []

                def add(self, item):
                    self.items.append(item)  # set

            _registry = Registry()

            def get_registry():
                return _registry
            """,
            "shop": """
            from registry import get_registry

            def first():
                get_registry().add(1)

            def second():
                found = get_registry()
                return found.items  # read
            """,
        },
    ),
    "a dict subclass with methods of its own": (
        Kind.INSTANCE,
        "shop.CACHE.misses",
        "CACHE.misses = 1",
        {
            "shop": """
            class Cache(dict):
                misses = 0

                def look(self, key):
                    self.misses += 1  # set
                    return self.get(key)

                def report(self):
                    return self.misses  # read

            CACHE = Cache()
            CACHE.misses = 0

            def first():
                CACHE.look("a")

            def second():
                return CACHE.report()
            """
        },
    ),
    "a function attribute": (
        Kind.FUNCTION_ATTRIBUTE,
        "shop.score.history",
        "score.history.append(4)",
        {
            "shop": """
            def score(value):
                score.history.append(value)  # set

            score.history = []

            def first():
                score(4)

            def second():
                return score.history[-1]  # read
            """
        },
    ),
    "a function attribute that the step makes": (
        Kind.FUNCTION_ATTRIBUTE,
        "shop.Scores.add.last",
        "add.last = 4",
        {
            "shop": """
            class Scores:
                def add(self, value):
                    Scores.add.last = value  # set

                def look(self):
                    return getattr(Scores.add, "last", None)  # read

            def first():
                Scores().add(4)

            def second():
                return Scores().look()
            """
        },
    ),
    "an attribute of a decorator's wrapper": (
        Kind.FUNCTION_ATTRIBUTE,
        "shop.send.calls",
        "send.calls = 1",
        {
            "shop": """
            from functools import wraps

            def limited(function):
                @wraps(function)
                def wrapper(*args):
                    if wrapper.calls > 3:  # read
                        return None
                    wrapper.calls += 1  # set
                    return function(*args)

                wrapper.calls = 0
                return wrapper

            @limited
            def send(text):
                return text

            def first():
                send("a")

            def second():
                send("b")
            """
        },
    ),
    "a mutable default": (
        Kind.DEFAULT_ARGUMENT,
        "shop.screen(seen=...)",
        "seen.add('ann')",
        {
            "shop": """
            def screen(name, seen=set()):
                if name in seen:  # read
                    return False
                seen.add(name)  # set
                return True

            def first():
                screen("ann")

            def second():
                screen("ann")
            """
        },
    ),
    "a closure": (
        Kind.CLOSURE,
        "used (closure of shop.take)",
        "used = 1",
        {
            "shop": """
            def counter():
                used = 0

                def take():
                    nonlocal used
                    if used > 3:  # read
                        return None
                    used += 1  # set
                    return used

                return take

            take = counter()

            def first():
                take()

            def second():
                take()
            """
        },
    ),
    "a dict in a closure": (
        Kind.CLOSURE,
        "made (closure of shop.Book)",
        "made[Book] = <shop.Book>",
        {
            "shop": """
            def shared(cls):
                made = {}

                def factory():
                    if cls not in made:  # read
                        made[cls] = cls()  # set
                    return made[cls]

                return factory

            @shared
            class Book:
                pass

            def first():
                Book()

            def second():
                Book()
            """
        },
    ),
    "an lru_cache": (
        Kind.CACHE,
        "shop.price_for (lru_cache)",
        "price_for keeps 1 result",
        {
            "shop": """
            from functools import lru_cache

            @lru_cache(maxsize=None)
            def price_for(sku):
                return len(sku)

            def first():
                return price_for("tea")  # set

            def second():
                return price_for("tea")  # read
            """
        },
    ),
    "a class that remembers results": (
        Kind.INSTANCE,
        "shop.stock.results",
        "stock.results[('a',)] = 1",
        {
            "shop": """
            class Memo:
                def __init__(self, function):
                    self.function = function
                    self.results = {}

                def __call__(self, *args):
                    if args not in self.results:  # read
                        self.results[args] = self.function(*args)  # set
                    return self.results[args]

            @Memo
            def stock(shop):
                return 1

            def first():
                stock("a")

            def second():
                stock("a")
            """
        },
    ),
    "an environment variable": (
        Kind.ENVIRONMENT,
        "os.environ['DURABLE_REGION']",
        "os.environ['DURABLE_REGION'] = 'eu'",
        {
            "shop": """
            import os

            KEY = "DURABLE_REGION"

            def first():
                os.environ[KEY] = "eu"  # set

            def second():
                return os.getenv("DURABLE_REGION")  # read
            """
        },
    ),
    "the working directory": (
        Kind.CWD,
        "the working directory",
        "os.chdir('/')",
        {
            "shop": """
            import os

            def first():
                os.chdir("/")  # set

            def second():
                return os.getcwd()  # read
            """
        },
    ),
    "sys.path": (
        Kind.PROCESS,
        "sys.path",
        "sys.path.append('/plugins')",
        {
            "shop": """
            import importlib
            import sys

            def first():
                sys.path.append("/plugins")  # set

            def second():
                importlib.import_module("json")  # read
            """
        },
    ),
    "the shared random generator": (
        Kind.PROCESS,
        "the state of random",
        "the state of random changed",
        {
            "shop": """
            import random

            def first():
                random.seed(7)  # set

            def second():
                return random.random()  # read
            """
        },
    ),
    "a context variable": (
        Kind.CONTEXT,
        "shop.tenant",
        "tenant = 'acme'",
        {
            "shop": """
            from contextvars import ContextVar

            tenant = ContextVar("tenant", default=None)

            def first():
                tenant.set("acme")  # set

            def second():
                return tenant.get()  # read
            """
        },
    ),
    "the default of a context variable": (
        Kind.CONTEXT,
        "shop.trail",
        "trail.append('a')",
        {
            "shop": """
            from contextvars import ContextVar

            trail = ContextVar("trail", default=[])

            def first():
                trail.get().append("a")  # set

            def second():
                return list(trail.get())  # read
            """
        },
    ),
    "a thread local": (
        Kind.THREAD_LOCAL,
        "shop.local.user",
        "local.user = 'eva'",
        {
            "shop": """
            import threading

            local = threading.local()

            def first():
                local.user = "eva"  # set

            def second():
                return getattr(local, "user", None)  # read
            """
        },
    ),
    "an attribute of the thread": (
        Kind.THREAD_LOCAL,
        "threading.current_thread().operator",
        "threading.current_thread().operator = 'finn'",
        {
            "shop": """
            import threading

            def first():
                threading.current_thread().operator = "finn"  # set

            def second():
                return getattr(threading.current_thread(), "operator", None)  # read
            """
        },
    ),
    "a lock": (
        Kind.GLOBAL,
        "shop.lock",
        "lock.acquire()",
        {
            "shop": """
            import threading

            lock = threading.Lock()

            def first():
                lock.acquire()  # set

            def second():
                return lock.locked()  # read
            """
        },
    ),
    "an iterator": (
        Kind.GLOBAL,
        "shop.take",
        "next(take)",
        {
            "shop": """
            take = iter(("a", "b", "c")).__next__

            def first():
                return take()  # set

            def second():
                return take()  # read
            """
        },
    ),
    "a subscriber that was registered at import": (
        Kind.GLOBAL,
        "projections.seen",
        "seen.append('order')",
        {
            "bus": """
            from collections import defaultdict

            _subscribers = defaultdict(list)

            def subscribe(topic):
                def register(function):
                    _subscribers[topic].append(function)
                    return function
                return register

            def publish(topic, payload):
                for handler in _subscribers.get(topic, ()):
                    handler(payload)
            """,
            "projections": """
            from bus import subscribe

            seen = []

            @subscribe("orders")
            def remember(order):
                seen.append(order)  # set
            """,
            "shop": """
            import bus
            import projections

            def first():
                bus.publish("orders", "order")

            def second():
                return len(projections.seen)  # read
            """,
        },
    ),
    "a class attribute through the object's class": (
        Kind.CLASS_ATTRIBUTE,
        "shop.Order.count",
        "Order.count = 1",
        {
            "shop": """
            class Order:
                count = 0

                def __init__(self):
                    type(self).count += 1  # set

                def number(self):
                    return self.__class__.count  # read

            def first():
                Order()

            def second():
                return Order.number(object.__new__(Order))
            """
        },
    ),
    "a dictionary class of the library": (
        Kind.GLOBAL,
        "shop.cache",
        "cache.data['a'] = 1",
        {
            "shop": """
            from collections import UserDict

            class Cache(UserDict):
                pass

            cache = Cache()

            def first():
                cache["a"] = 1  # set

            def second():
                return cache.get("a")  # read
            """
        },
    ),
    "a queue": (
        Kind.GLOBAL,
        "shop.todo",
        "todo.unfinished_tasks = 1",
        {
            "shop": """
            from queue import Queue

            todo = Queue()

            def first():
                todo.put("a")  # set

            def second():
                return todo.qsize()  # read
            """
        },
    ),
    "a subclass of threading.local": (
        Kind.THREAD_LOCAL,
        "shop.session.user",
        "session.user = 'eva'",
        {
            "shop": """
            import threading

            class Session(threading.local):
                user = None

            session = Session()

            def first():
                session.user = "eva"  # set

            def second():
                return session.user  # read
            """
        },
    ),
    "steps that are closures": (
        Kind.CLOSURE,
        "seen (closure of shop.first)",
        "seen.append(1)",
        {
            "shop": """
            def make():
                seen = []

                def one():
                    seen.append(1)  # set

                def two():
                    return len(seen)  # read

                return one, two

            first, second = make()
            """
        },
    ),
    "a counter": (
        Kind.GLOBAL,
        "shop.numbers",
        "next(numbers)",
        {
            "shop": """
            import itertools

            numbers = itertools.count(1)

            def first():
                return next(numbers)  # set

            def second():
                return next(numbers)  # read
            """
        },
    ),
    "a generator": (
        Kind.GLOBAL,
        "shop.numbers",
        "next(numbers)",
        {
            "shop": """
            def endless():
                number = 0
                while True:
                    yield number  # set
                    number += 1

            numbers = endless()

            def first():
                return next(numbers)  # set

            def second():
                return next(numbers)  # read
            """
        },
    ),
    "an in-memory database": (
        Kind.GLOBAL,
        "shop.db",
        "db.execute(...)",
        {
            "shop": """
            import sqlite3

            db = sqlite3.connect(":memory:", check_same_thread=False)
            db.execute("create table t (x)")
            db.commit()

            def first():
                db.execute("insert into t values (1)")  # set

            def second():
                return db.execute("select * from t").fetchall()  # read
            """
        },
    ),
    "a handler found in a table": (
        Kind.GLOBAL,
        "handlers.done",
        "done.add('a')",
        {
            "handlers": """
            done = set()

            def accept(order):
                done.add(order)  # set

            HANDLERS = {"accept": accept, "check": lambda order: order in done}  # read
            """,
            "shop": """
            from handlers import HANDLERS

            def first():
                HANDLERS["accept"]("a")

            def second():
                return HANDLERS["check"]("a")
            """,
        },
    ),
    "a relative import in a function": (
        Kind.GLOBAL,
        "goods.stock.LEVELS",
        "LEVELS['tea'] = 3",
        {
            "goods____init__": "",
            "goods__stock": "LEVELS = {}",
            "goods__steps": """
            def fill():
                from .stock import LEVELS as levels
                levels["tea"] = 3  # set

            def look():
                from . import stock
                return stock.LEVELS["tea"]  # read
            """,
            "shop": """
            from goods.steps import fill as first, look as second
            """,
        },
    ),
    "an asynchronous step": (
        Kind.GLOBAL,
        "shop.TOKENS",
        "TOKENS['a'] = 1",
        {
            "shop": """
            import asyncio

            TOKENS = {}

            async def sign_on():
                await asyncio.sleep(0)
                TOKENS["a"] = 1  # set

            async def use():
                await asyncio.sleep(0)
                return TOKENS["a"]  # read

            def first():
                asyncio.run(sign_on())

            def second():
                asyncio.run(use())
            """
        },
    ),
}


@pytest.fixture(autouse=True)
def same_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undo what the examples do to the process."""
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    os.environ.pop("DURABLE_REGION", None)
    with suppress(KeyError):
        del threading.current_thread().__dict__["operator"]


def at(item: Write | Read) -> tuple[str, int]:
    assert item.place is not None, item
    return item.place.file, item.place.line


@pytest.mark.parametrize("name", CASES)
def test_the_lines_that_set_and_read_are_found(project: Project, name: str) -> None:
    kind, slot, detail, sources = CASES[name]
    project.write(**sources)
    shop = project.load()
    before = ModuleState.capture(project.user_files)
    watch: tuple[str, ...] = ()
    for _ in ("from the source", "by tracing"):
        first = project.record(shop.first, watch=watch)
        second = project.record(shop.second, watch=watch)
        before.restore()
        assert before.changes() == ()
        write = find(first.writes, kind, slot)
        read = find(second.reads, kind, slot)
        assert write.detail == detail
        assert at(write) in project.marked("set")
        assert at(read) in project.marked("read")
        watch = tuple(item.name for item in first.writes)
    before.release()
    if hasattr(shop, "db"):
        shop.db.close()


def test_a_step_of_the_engine_is_looked_through(project: Project) -> None:
    project.write(
        shop="""
        from durable_core import step

        @step
        def first(state, seen=[]):
            seen.append(1)
            first.calls = 1  # set

        @step(retries=2)
        def second(state):
            return first.calls  # read
        """
    )
    shop = project.load()
    name = "shop.first.calls"
    for watch in ((), (name,)):
        written = project.record(shop.first.function, {}, watch=watch).writes
        read = project.record(shop.second.function, {}, watch=watch).reads
        assert at(find(written, Kind.FUNCTION_ATTRIBUTE, name)) in project.marked("set")
        assert at(find(read, Kind.FUNCTION_ATTRIBUTE, name)) in project.marked("read")
        assert find(written, Kind.DEFAULT_ARGUMENT, "shop.first(seen=...)")
        del shop.first.calls


def test_steps_defined_in_a_test_share_the_tests_variables(project: Project) -> None:
    project.write(
        test_flow_of_shop="""
        def test_flow(record):
            cache = {}

            def first():
                cache["a"] = 1  # set

            def second():
                return cache["a"]  # read

            return record(first), record(second)
        """
    )
    module = project.load("test_flow_of_shop")
    first, second = module.test_flow(project.record)
    name = "cache (closure of test_flow_of_shop.test_flow)"
    assert at(find(first.writes, Kind.CLOSURE, name)) in project.marked("set")
    assert at(find(second.reads, Kind.CLOSURE, name)) in project.marked("read")


def test_code_that_was_analysed_before_gives_the_same_evidence(
    project: Project,
) -> None:
    project.write(
        shop="""
        RATES = {}

        def first():
            RATES["a"] = 1  # set
        """
    )
    shop = project.load()
    prepare(shop.first, project.user_files)
    assert at(project.record(shop.first).writes[0]) in project.marked("set")


def test_the_exact_line_is_found_where_the_source_alone_only_knows_the_helper(
    project: Project,
) -> None:
    project.write(
        fill="""
        def put(target, value):
            target.append(value)  # set
        """,
        shop="""
        from fill import put

        ITEMS = []

        def first():
            put(ITEMS, 1)
        """,
    )
    shop = project.load()
    evidence = project.record(shop.first, watch=("shop.ITEMS",))
    assert at(find(evidence.writes, Kind.GLOBAL, "shop.ITEMS")) in project.marked("set")


def test_the_line_of_the_caller_is_found_after_an_inner_call_returned(
    project: Project,
) -> None:
    project.write(
        shop="""
        RATES = {}

        def compute():
            value = 2
            return value

        def first():
            RATES["a"] = compute()  # set
            return compute()
        """
    )
    shop = project.load()
    evidence = project.record(shop.first, watch=("shop.RATES",))
    assert at(find(evidence.writes, Kind.GLOBAL, "shop.RATES")) in project.marked("set")


def test_a_container_that_was_just_bound_is_watched_too(project: Project) -> None:
    project.write(
        shop="""
        RATES = None

        def first():
            global RATES
            RATES = {}
            RATES["a"] = 1  # set
        """
    )
    shop = project.load()
    evidence = project.record(shop.first, watch=("shop.RATES",))
    assert at(find(evidence.writes, Kind.GLOBAL, "shop.RATES")) in project.marked("set")


def test_a_line_that_did_not_run_is_not_a_read(project: Project) -> None:
    project.write(
        shop="""
        RATES = {}

        def first(flag):
            if flag:
                return RATES["a"]
            return None
        """
    )
    shop = project.load()
    evidence = project.record(shop.first, False, watch=("shop.RATES",))
    assert evidence.reads == ()


@pytest.mark.parametrize("watch", [(), ("shop.TOTAL",)])
def test_a_variable_that_the_step_sets_before_it_reads_it_is_not_read(
    project: Project, watch: tuple[str, ...]
) -> None:
    project.write(
        shop="""
        TOTAL = 0

        def first():
            global TOTAL
            TOTAL = 3
            return TOTAL + 1
        """
    )
    evidence = project.record(project.load().first, watch=watch)
    assert [item.name for item in evidence.writes] == ["shop.TOTAL"]
    assert evidence.reads == ()


def test_a_step_that_only_fills_a_cache_does_not_read_it(project: Project) -> None:
    project.write(
        shop="""
        from functools import cache

        @cache
        def square(x):
            return x * x

        def first():
            return square(2) + square(2)

        def fails():
            square(None)
        """
    )
    shop = project.load()
    evidence = project.record(shop.first)
    assert [item.name for item in evidence.writes] == ["shop.square (lru_cache)"]
    assert evidence.reads == ()


def test_a_call_that_raised_leaves_nothing_in_a_cache(project: Project) -> None:
    project.write(
        shop="""
        from functools import cache

        @cache
        def square(x):
            return x * x

        def first():
            try:
                square(None)
            except TypeError:
                pass
        """
    )
    assert project.record(project.load().first).writes == ()


def test_evidence_is_kept_when_the_step_raises(project: Project) -> None:
    project.write(
        shop="""
        RATES = {}

        def first():
            RATES["a"] = 1
            raise ValueError
        """
    )
    shop = project.load()
    recorder = StepRecorder(user_files=project.user_files)
    recorder.begin(shop.first)
    with pytest.raises(ValueError):  # noqa: PT011
        shop.first()
    assert [item.name for item in recorder.end().writes] == ["shop.RATES"]


def test_another_tracer_is_left_alone_and_lines_come_from_the_source(
    project: Project,
) -> None:
    project.write(
        shop="""
        RATES = {}

        def first():
            RATES["a"] = 1  # set
        """
    )
    shop = project.load()
    before = sys.gettrace()

    def tracer(frame: object, event: str, argument: object) -> None:
        return None

    sys.settrace(tracer)
    try:
        evidence = project.record(shop.first, watch=("shop.RATES",))
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
    assert at(evidence.writes[0]) in project.marked("set")
    assert len(evidence.notes) == 1


def test_no_tracer_is_left_behind(project: Project) -> None:
    if sys.gettrace() is not None:
        pytest.skip("a tracer is active")
    project.write(shop="def first(): pass")
    project.record(project.load().first, watch=("shop.RATES",))
    assert sys.gettrace() is None


def test_a_thread_that_still_runs_is_a_write(project: Project) -> None:
    project.write(
        shop="""
        import threading

        stop = threading.Event()

        def first():
            threading.Thread(target=stop.wait, name="beat").start()
        """
    )
    shop = project.load()
    try:
        evidence = project.record(shop.first)
    finally:
        shop.stop.set()
    assert find(evidence.writes, Kind.THREAD, "thread 'beat'")


def test_a_child_process_and_a_pool_thread_give_the_same_evidence(
    project: Project,
) -> None:
    project.write(
        shop="""
        RATES = {}

        def first():
            RATES["a"] = 1
        """
    )
    shop = project.load()
    found: list[StepEvidence] = []
    worker = threading.Thread(target=lambda: found.append(project.record(shop.first)))
    worker.start()
    worker.join()
    shop.RATES.clear()
    assert found == [project.record(shop.first)]


def test_an_event_loop_in_a_step_is_not_a_write(project: Project) -> None:
    project.write(shop="async def work(): pass")
    shop = project.load()
    evidence = project.record(lambda: asyncio.run(shop.work()))
    assert evidence.writes == ()


# id: what the attribute is called, the source. No object exists before the step
# `first`, which makes and changes it; the step `second` reads what it changed.
MADE_ON_DEMAND: dict[str, tuple[Kind, str, str]] = {
    "a singleton that __new__ makes": (
        Kind.INSTANCE,
        "shop.Settings.percent",
        """
        class Settings:
            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.percent = 19
                return cls._instance

        def first():
            Settings().percent = 20  # set

        def second():
            return Settings().percent  # read
        """,
    ),
    "a singleton that a class method makes": (
        Kind.INSTANCE,
        "shop.Settings._one.percent",
        """
        class Settings:
            __slots__ = ("percent",)
            _one = None

            @classmethod
            def get(cls):
                if cls._one is None:
                    cls._one = cls()
                    cls._one.percent = 19
                return cls._one

        def first():
            Settings.get().percent = 20  # set

        def second():
            return Settings.get().percent  # read
        """,
    ),
    "a global behind a function": (
        Kind.INSTANCE,
        "shop._settings.percent",
        """
        class Settings:
            def __init__(self):
                self.percent = 19

        _settings = None

        def get_settings():
            global _settings
            if _settings is None:
                _settings = Settings()
            return _settings

        def first():
            settings = get_settings()
            settings.percent = 20  # set

        def second():
            return get_settings().percent  # read
        """,
    ),
    "a list of an object in a dict": (
        Kind.INSTANCE,
        "shop._baskets['eva'].items",
        """
        class Basket:
            def __init__(self):
                self.items = []

        _baskets = {}

        def basket(name):
            return _baskets.setdefault(name, Basket())

        def first():
            basket("eva").items.append(7)  # set

        def second():
            return len(basket("eva").items)  # read
        """,
    ),
    "an object in a closure": (
        Kind.INSTANCE,
        "made (closure of shop.get).percent",
        """
        class Settings:
            percent = 19

        def factory():
            made = None

            def get():
                nonlocal made
                if made is None:
                    made = Settings()
                return made

            return get

        get = factory()

        def first():
            get().percent = 20  # set

        def second():
            return get().percent  # read
        """,
    ),
    "a dict that is made when it is needed": (
        Kind.GLOBAL,
        "shop._rates",
        """
        _rates = None

        def first():
            global _rates
            if _rates is None:
                _rates = {}
            _rates["EUR"] = 1.25  # set

        def second():
            return _rates["EUR"]  # read
        """,
    ),
}


@pytest.mark.parametrize("name", MADE_ON_DEMAND)
def test_what_a_step_keeps_in_an_object_that_it_made_is_found(
    project: Project, name: str
) -> None:
    kind, slot, source = MADE_ON_DEMAND[name]
    project.write(shop=source)
    shop = project.load()
    before = ModuleState.capture(project.user_files)
    watch: tuple[str, ...] = ()
    for traced in (False, True):
        first = project.record(shop.first, watch=watch)
        second = project.record(shop.second, watch=watch)
        before.restore()
        assert before.changes() == ()
        write = find(first.writes, kind, slot)
        read = find(second.reads, kind, slot)
        assert at(read) in project.marked("read")
        # The source alone cannot tell which of two lines set it last.
        if traced:
            assert at(write) in project.marked("set")
        assert second.writes == ()
        watch = tuple(item.name for item in first.writes)
    before.release()


def test_the_step_that_changed_an_object_is_told_from_the_one_that_made_it(
    project: Project,
) -> None:
    project.write(
        shop="""
        class Settings:
            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.percent = 19  # made
                return cls._instance

        def make():
            Settings()

        def change():
            Settings().percent = 20  # set

        def use():
            return Settings().percent  # read
        """
    )
    shop = project.load()
    before = ModuleState.capture(project.user_files)
    slot = (Kind.INSTANCE, "shop.Settings.percent")
    watch: tuple[str, ...] = ()
    for _ in ("from the source", "by tracing"):
        made = project.record(shop.make, watch=watch)
        changed = project.record(shop.change, watch=watch)
        used = project.record(shop.use, watch=watch)
        before.restore()
        assert at(find(made.writes, *slot)) in project.marked("made")
        assert [(item.kind, item.name) for item in changed.writes] == [slot]
        assert at(changed.writes[0]) in project.marked("set")
        assert at(find(used.reads, *slot)) in project.marked("read")
        assert used.writes == ()
        watch = tuple(item.name for item in made.writes)
    before.release()


def test_an_object_that_was_replaced_or_is_in_a_list_is_not_looked_into(
    project: Project,
) -> None:
    project.write(
        shop="""
        class Order:
            def __init__(self, number):
                self.number = number

        LAST = None
        ALL = []

        def first():
            global LAST
            LAST = Order(1)
            ALL.append(LAST)
            LAST = None
            ALL.append(Order(2))
        """
    )
    evidence = project.record(project.load().first, watch=("shop.LAST", "shop.ALL"))
    assert [write.name for write in evidence.writes] == ["shop.ALL"]


def test_a_module_that_is_imported_late_made_its_objects_itself(
    project: Project,
) -> None:
    project.write(
        late="""
        class Settings:
            def __init__(self):
                self.percent = 19

        settings = Settings()
        """,
        shop="""
        last = None

        class Mark:
            pass

        def first():
            global last
            import late
            last = Mark()
        """,
    )
    evidence = project.record(project.load().first)
    assert [write.name for write in evidence.writes] == ["shop.last"]
