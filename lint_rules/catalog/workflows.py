"""What workflow bodies may wait for, and what runs beside a function."""

from __future__ import annotations

OWN_WAITS = frozenset(
    f"durable_core.{name}" for name in ("sleep", "gather", "wait_for", "run_child")
)
# Calls that do nothing unless they are awaited.
WAITS = OWN_WAITS | frozenset(
    {
        "asyncio.sleep",
        "asyncio.gather",
        "asyncio.wait",
        "asyncio.wait_for",
        "temporalio.workflow.sleep",
        "temporalio.workflow.execute_activity",
        "temporalio.workflow.execute_activity_method",
        "temporalio.workflow.execute_local_activity",
        "temporalio.workflow.execute_child_workflow",
        "temporalio.workflow.wait_condition",
        "dbos.DBOS.sleep_async",
        "dbos.DBOS.recv_async",
        "dbos.DBOS.send_async",
    }
)
# Calls in a body that is no coroutine which may end it, to go on later.
SUSPENDS = frozenset({"dbos.DBOS.sleep", "dbos.DBOS.recv", "dbos.DBOS.get_event"})
THREADS = frozenset(
    {"threading.Thread", "threading.Timer", "multiprocessing.Process", "_thread.start"}
)
# Calls that start something and return what one can wait for.
TASKS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.run_coroutine_threadsafe",
        "asyncio.get_event_loop.create_task",
        "asyncio.get_event_loop.run_in_executor",
        "asyncio.get_running_loop.create_task",
        "asyncio.get_running_loop.run_in_executor",
        "asyncio.new_event_loop.create_task",
    }
)
EXECUTORS = frozenset(
    {
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "concurrent.futures.thread.ThreadPoolExecutor",
        "multiprocessing.Pool",
        "multiprocessing.pool.ThreadPool",
    }
)
SUBMITS = frozenset({"submit", "apply_async", "map_async", "starmap_async"})
STARTED = TASKS | frozenset(f"{e}.{name}" for e in EXECUTORS for name in SUBMITS)
