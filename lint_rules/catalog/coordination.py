"""What coordinates the threads of one process, and what each of them keeps."""

from __future__ import annotations

LOCKS = frozenset(
    {
        "threading.Lock",
        "threading.RLock",
        "threading.Semaphore",
        "threading.BoundedSemaphore",
        "threading.Barrier",
        "multiprocessing.Lock",
        "multiprocessing.RLock",
        "multiprocessing.Semaphore",
        "multiprocessing.BoundedSemaphore",
        "asyncio.Lock",
        "asyncio.Semaphore",
        "asyncio.BoundedSemaphore",
        "anyio.Lock",
        "anyio.Semaphore",
        "trio.Lock",
        "_thread.allocate_lock",
    }
)
SIGNALS = frozenset(
    {
        "threading.Event",
        "threading.Condition",
        "asyncio.Event",
        "asyncio.Condition",
        "anyio.Event",
        "multiprocessing.Event",
        "multiprocessing.Condition",
        "asyncio.Future",
        "concurrent.futures.Future",
    }
)
QUEUES = frozenset(
    {
        "queue.Queue",
        "queue.LifoQueue",
        "queue.PriorityQueue",
        "queue.SimpleQueue",
        "asyncio.Queue",
        "asyncio.PriorityQueue",
        "asyncio.LifoQueue",
        "multiprocessing.Queue",
        "multiprocessing.SimpleQueue",
        "multiprocessing.Pipe",
    }
)
LOCALS = frozenset(
    {
        "threading.local",
        "asgiref.local.Local",
        "werkzeug.local.Local",
        "gevent.local.local",
    }
)
# Objects of a framework that begin and end with a request or an application context.
SCOPED = frozenset(
    {
        "flask.g",
        "flask.globals.g",
        "flask.session",
        "flask.request",
        "quart.g",
        "quart.session",
        "quart.request",
        "sanic.request",
        "bottle.request",
        "bottle.response",
    }
)
CONTEXT_VARIABLES = frozenset({"contextvars.ContextVar"})
CURRENT = frozenset(
    {"threading.current_thread", "threading.main_thread", "asyncio.current_task"}
)
# Objects whose position is their state.
ITERATORS = frozenset(
    {
        "itertools.count",
        "itertools.cycle",
        "builtins.iter",
        "builtins.map",
        "itertools.repeat",
        "random.Random",
        "numpy.random.default_rng",
        "numpy.random.RandomState",
    }
)
