"""Capture, compare, put back in place."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_evidence_project import Project, project

from pytest_durable.evidence.import_watch import IMPORTS
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.user_files import UserFiles

__all__ = ["project"]

EVERYTHING = """
    import functools
    import io
    import itertools
    import random
    import sqlite3
    import threading
    import types
    from collections import Counter, OrderedDict, UserDict, defaultdict, deque
    from contextvars import ContextVar

    rates = {"EUR": 1.0}
    ordered = OrderedDict(a=1, b=2)
    grouped = defaultdict(list, a=[1])
    counted = Counter("ab")
    items, window, names = [1, 2], deque([1, 2, 3], maxlen=3), {"a"}
    view = types.MappingProxyType({"inner": []})
    frozen = ([1], frozenset({2}))
    user_dict, space = UserDict(a=1), types.SimpleNamespace(a=1)
    number = 1
    gone = "still here"
    counter, numbers = itertools.count(3), itertools.count().__next__
    steps = iter([1, 2, 3])
    buffer = io.StringIO("old")
    generator = random.Random(3)
    lock, slots = threading.Lock(), threading.Semaphore(2)
    ready = threading.Event()
    tenant = ContextVar("tenant", default=None)
    local = threading.local()
    raw = bytearray(b"abc")

    class Base:
        shared = []

    class Account(Base):
        limit = 3

        def __init__(self):
            self.entries = []

        def defaults(self, seen=[], *, known={}):
            seen.append(1)
            known[1] = 2

        @staticmethod
        def keep(log=[]):
            log.append(1)

    class Slotted:
        __slots__ = ("a", "b")

    account, slotted = Account(), Slotted()
    slotted.a = 1

    @functools.lru_cache
    def square(x):
        return x * x

    def make():
        used, made = 0, []

        def take():
            nonlocal used
            used += 1
            made.append(used)
            return used

        return take

    take = make()
    partial = functools.partial(take, *[[]])

    def workflow():
        global number, gone
        found = []
        rates["EUR"] += 1
        rates["USD"] = rates.pop("EUR")
        ordered.move_to_end("a")
        grouped["b"].append(1)
        grouped["a"].append(2)
        counted.update("abc")
        items.insert(0, 7)
        window.append(4)
        names.add("b")
        frozen[0].append(3)
        user_dict["b"] = 2
        space.a = 2
        number += 1
        del gone
        globals()["new"] = 1
        found += [next(counter), numbers(), next(steps), generator.random()]
        buffer.write("new")
        found.append(lock.acquire(timeout=0))
        slots.acquire()
        ready.set()
        tenant.set((tenant.get() or "") + "acme")
        local.user = getattr(local, "user", "") + "eva"
        raw.extend(b"d")
        Base.shared.append(1)
        Account.limit += 1
        Account.added = 1
        account.entries.append(1)
        account.more = 1
        account.defaults()
        Account.keep()
        slotted.a += 1
        slotted.b = 2
        square(3)
        workflow.calls = getattr(workflow, "calls", 0) + 1
        found += [take(), square.cache_info().misses]
        found += [str(rates), str(ordered), str(grouped), str(counted), str(items)]
        found += [str(window), sorted(names), str(frozen[0]), str(user_dict), str(space)]
        found += [number, buffer.getvalue(), slots._value, tenant.get(), local.user]
        found += [bytes(raw), str(Base.shared), Account.limit, str(account.__dict__)]
        found += [slotted.a, workflow.calls, str(account.defaults.__defaults__)]
        return found
"""


def test_after_restoring_a_workflow_runs_as_for_the_first_time(
    project: Project,
) -> None:
    project.write(shop=EVERYTHING)
    shop = project.load()
    identities = {name: id(value) for name, value in vars(shop).items()}
    state = ModuleState.capture(project.user_files)
    first = shop.workflow()
    assert len(state.changes()) > 30
    state.restore()
    assert state.changes() == ()
    assert shop.gone == "still here"
    assert not hasattr(shop, "new")
    assert not hasattr(shop.Account, "added")
    assert shop.workflow() == first
    state.restore()
    assert shop.workflow() == first
    state.restore()
    moved = {name for name, old in identities.items() if id(vars(shop)[name]) != old}
    assert moved <= {"number", "counter", "numbers"}
    state.release()


def test_a_closed_resource_does_not_keep_the_rest_from_being_restored(
    project: Project,
) -> None:
    project.write(shop="import io\nbuffer = io.StringIO()\nrates = {}")
    shop = project.load()
    state = ModuleState.capture(project.user_files)
    shop.buffer.write("x")
    shop.buffer.close()
    shop.rates["a"] = 1
    state.restore()
    assert shop.rates == {}
    state.release()


def test_environment_directory_and_settings_are_put_back(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DURABLE_OLD", "1")
    path, state = list(sys.path), ModuleState.capture(project.user_files)
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    os.environ["DURABLE_NEW"] = "2"
    del os.environ["DURABLE_OLD"]
    sys.path.append("/plugins")
    mask = os.umask(0o077)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + 1)
    assert {change.name for change in state.changes()} >= {
        "the working directory",
        "os.environ['DURABLE_NEW']",
        "os.environ['DURABLE_OLD']",
        "sys.path",
        "sys.getrecursionlimit()",
    }
    state.restore()
    assert (Path.cwd(), sys.path, sys.getrecursionlimit()) == (tmp_path, path, limit)
    assert os.environ["DURABLE_OLD"] == "1"
    assert "DURABLE_NEW" not in os.environ
    os.umask(mask)
    state.release()


def test_a_late_module_stays_imported_and_gets_back_what_its_import_made(
    project: Project,
) -> None:
    project.write(
        late="ORDERS = ['seed']",
        shop="""
        def workflow():
            from late import ORDERS
            ORDERS.append(1)
            return list(ORDERS)
        """,
    )
    shop = project.load()
    state = ModuleState.capture(project.user_files)
    first = shop.workflow()
    late = sys.modules["late"]
    assert [change.name for change in state.changes()] == ["late.ORDERS"]
    state.restore()
    assert sys.modules["late"] is late
    assert shop.workflow() == first
    state.release()


def test_a_late_submodule_stays_an_attribute_of_its_package(project: Project) -> None:
    project.write(parts____init__="", parts__one="A = 1")
    parts = project.load("parts")
    state = ModuleState.capture(project.user_files)
    one = project.load("parts.one")
    state.restore()
    assert parts.one is one
    state.release()


def test_a_late_module_is_loaded_by_its_own_loader(project: Project) -> None:
    project.write(late="LOADER = __spec__.loader, __loader__")
    state = ModuleState.capture(project.user_files)
    late = project.load("late")
    assert late.LOADER == (late.__spec__.loader, late.__loader__)
    assert "pytest_durable" not in type(late.__loader__).__module__
    state.release()


def test_nothing_stays_on_the_import_path_after_the_last_state(
    project: Project,
) -> None:
    gc.collect()
    state = ModuleState.capture(project.user_files)
    assert IMPORTS in sys.meta_path
    state.release()
    if not any(known() is not None for known in IMPORTS._states):
        assert IMPORTS not in sys.meta_path


def test_a_state_that_is_let_go_is_not_kept_alive_by_imports(project: Project) -> None:
    reference = weakref.ref(ModuleState.capture(project.user_files))
    gc.collect()
    assert reference() is None


def test_a_failing_import_is_reported_as_ever(project: Project) -> None:
    project.write(late="raise KeyError('broken')")
    state = ModuleState.capture(project.user_files)
    with pytest.raises(KeyError, match="broken"):
        project.load("late")
    with pytest.raises(ModuleNotFoundError):
        project.load("there_is_no_such_module")
    state.release()


LEAVES = st.one_of(
    st.integers(), st.text(max_size=3), st.none(), st.booleans(), st.floats()
)
GRAPHS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=2), inner, max_size=3),
        st.lists(inner, max_size=3).map(deque),
        st.lists(inner, max_size=3).map(tuple),
        st.sets(st.integers(), max_size=3),
        st.dictionaries(st.integers(), inner, max_size=3).map(OrderedDict),
        st.dictionaries(st.text(max_size=1), inner, max_size=3).map(
            lambda found: defaultdict(list, found)
        ),
        st.text(max_size=4).map(Counter),
    ),
    max_leaves=12,
)


def spelled(value: Any) -> Any:
    """Return a comparable picture of a graph, with the identity of each holder."""
    if isinstance(value, dict):
        inside = [(repr(key), spelled(item)) for key, item in value.items()]
        return type(value), id(value), inside
    if isinstance(value, (list, tuple, deque)):
        return type(value), id(value), [spelled(item) for item in value]
    if isinstance(value, set):
        return set, id(value), sorted(value)
    return type(value), repr(value)


def holders(value: Any) -> list[Any]:
    found = [value] if isinstance(value, (dict, list, deque, set)) else []
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, (dict, list, tuple, deque)):
        for item in inside:
            found += holders(item)
    return found


def mutate(holder: Any, how: int, leaf: Any) -> None:
    if isinstance(holder, dict):
        key = next(iter(holder), None) if how % 2 else f"new{how}"
        holder.pop(key, None) if how % 3 == 0 else holder.__setitem__(key, leaf)
    elif isinstance(holder, set):
        holder.add(how) if how % 2 else holder.clear()
    elif how % 3 == 0 and holder:
        holder.pop()
    else:
        holder.append(leaf)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), graph=GRAPHS, shared=GRAPHS)
def test_any_mutation_of_any_containers_is_undone(
    data: st.DataObject, graph: Any, shared: Any, tmp_path_factory: Any
) -> None:
    root = tmp_path_factory.getbasetemp()
    module = ModuleType("evidence_graph")
    module.__file__ = str(root / "evidence_graph.py")
    module.__dict__.update(graph=graph, left=[shared], right={"again": shared})
    sys.modules["evidence_graph"] = module
    try:
        before = {name: spelled(module.__dict__[name]) for name in ("graph", "right")}
        targets = holders(graph) + holders([shared]) + [module.left, module.right]
        state = ModuleState.capture(UserFiles(root))
        for _ in range(data.draw(st.integers(1, 5))):
            target = data.draw(st.sampled_from(targets))
            mutate(target, data.draw(st.integers(0, 11)), data.draw(GRAPHS))
        if data.draw(st.booleans()):
            module.graph = module.added = object()
        state.restore()
        assert [c for c in state.changes() if c.name.startswith("evidence_graph")] == []
        assert {name: spelled(module.__dict__[name]) for name in before} == before
        assert not hasattr(module, "added")
        state.release()
    finally:
        del sys.modules["evidence_graph"]
