"""What must not be called a write, and what must never be run to find out."""

from __future__ import annotations

import pytest
from test_evidence_project import Project, project

from pytest_durable.evidence.module_state import ModuleState

__all__ = ["project"]

PORTABLE: dict[str, dict[str, str]] = {
    "constants and locals": {
        "shop": """
        LIMIT, RATES = 3, {"EUR": 1.25}

        def step():
            RATES_LOCAL = dict(RATES)
            RATES_LOCAL["USD"] = LIMIT
            return RATES_LOCAL
        """
    },
    "a logger": {
        "shop": """
        import logging

        log = logging.getLogger(__name__)

        def step():
            log.addHandler(logging.NullHandler())
            log.setLevel(logging.DEBUG)
            log.debug("hello")
            log.setLevel(logging.NOTSET)
        """
    },
    "compiled patterns": {
        "shop": """
        import re

        WORD = re.compile("[a-z]+")

        def step():
            return WORD.findall("a b") + re.findall("x+", "xx")
        """
    },
    "the same value set again": {
        "shop": """
        LIMIT, PAIR = 1000, (1, "a")

        def step():
            global LIMIT, PAIR
            LIMIT, PAIR = int("1000"), (1, "".join("a"))
        """
    },
    "objects that die with the step": {
        "shop": """
        from functools import cached_property, lru_cache

        class Report:
            def __init__(self):
                self.rows = []

            @cached_property
            def total(self):
                return sum(self.rows)

        def step():
            @lru_cache
            def square(x):
                return x * x

            report = Report()
            report.rows.append(square(3))
            return report.total
        """
    },
    "a cached property of a shared object": {
        "shop": """
        from functools import cached_property

        class Settings:
            @cached_property
            def region(self):
                return "eu"

        settings = Settings()

        def step():
            return settings.region
        """
    },
    "a module imported late": {
        "late": "TABLE = {}\nTABLE['a'] = 1\nfor TABLE['b'] in (1, 2): pass",
        "shop": """
        def step():
            import late
            return late.TABLE["a"]
        """,
    },
    "a submodule imported late": {
        "parts____init__": "",
        "parts__one": "",
        "shop": """
        import parts

        def step():
            import parts.one
        """,
    },
    "a module bound to a global late": {
        "shop": """
        json = None

        def step():
            global json
            import json
        """
    },
    "registration while a late module is imported, and nothing else": {
        "late": "VALUES = []\nVALUES.append(1)",
        "shop": """
        import importlib

        def step():
            return importlib.import_module("late").VALUES[0]
        """,
    },
    "what a context manager sets and resets": {
        "shop": """
        from contextvars import ContextVar

        tenant = ContextVar("tenant", default="-")
        DEPTH = []

        def step():
            token = tenant.set("acme")
            DEPTH.append(1)
            try:
                return tenant.get()
            finally:
                DEPTH.pop()
                tenant.reset(token)
        """
    },
    "an enumeration": {
        "shop": """
        from enum import Enum, Flag

        class Colour(Enum):
            RED = 1

        class Access(Flag):
            READ = 1
            WRITE = 2

        def step():
            return Colour("1" and 1), Colour.RED.name, Access.READ | Access.WRITE
        """
    },
    "an abstract class": {
        "shop": """
        from abc import ABC

        class Shape(ABC):
            pass

        class Circle(Shape):
            pass

        def step():
            return issubclass(int, Shape), isinstance(Circle(), Shape)
        """
    },
    "a dataclass and a named tuple": {
        "shop": """
        from dataclasses import dataclass, field, replace
        from typing import NamedTuple

        @dataclass(frozen=True)
        class Config:
            hosts: list = field(default_factory=list)

        class Seat(NamedTuple):
            row: int

        config, seat = Config(), Seat(1)

        def step():
            return replace(config, hosts=["a"]), seat._replace(row=2), Config()
        """
    },
    "a warning that was shown": {
        "shop": """
        import warnings

        def step():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.warn("careful")
        """
    },
    "a generic function that learns its dispatch": {
        "shop": """
        from functools import singledispatch

        @singledispatch
        def show(value):
            return str(value)

        def step():
            return show(1)
        """
    },
}


@pytest.mark.parametrize("name", PORTABLE)
@pytest.mark.parametrize("watch", [(), ("shop.NOTHING",)])
def test_portable_code_writes_nothing(
    project: Project, name: str, watch: tuple[str, ...]
) -> None:
    project.write(**PORTABLE[name])
    shop = project.load()
    evidence = project.record(shop.step, watch=watch)
    assert evidence.writes == ()
    assert evidence.notes == ()


HOSTILE = """
    class Touched(BaseException):
        pass

    def refuse(*args, **kwargs):
        raise Touched

    DUNDERS = (
        "eq ne lt le gt ge hash bool len iter contains getitem setitem delitem repr str "
        "getattribute getattr setattr call index int float add radd get enter"
    ).split()

    class Meta(type):
        __instancecheck__ = __subclasscheck__ = __call__ = refuse
        __getattr__ = __eq__ = __repr__ = __dir__ = refuse
        __hash__ = refuse

    body = {f"__{name}__": refuse for name in DUNDERS}
    body["__class__"] = body["__dict__"] = property(refuse)
    Proxy = type.__call__(Meta, "Proxy", (), body) if False else type.__new__(
        Meta, "Proxy", (), body
    )
    proxy = object.__new__(Proxy)

    class Plain:
        __eq__ = __hash__ = __repr__ = __bool__ = refuse
        __getattr__ = __getattribute__ = refuse

    plain = Plain()

    class Rude(dict):
        __iter__ = keys = items = values = get = __len__ = __contains__ = refuse
        __getitem__ = copy = __eq__ = __repr__ = refuse

    class RudeList(list):
        __iter__ = __len__ = __getitem__ = __eq__ = __contains__ = refuse

    class RudeSet(set):
        __iter__ = __len__ = __contains__ = __eq__ = refuse

    class Descriptor:
        __get__ = refuse

    class Holder:
        lazy = Descriptor()

        @property
        def never(self):
            raise Touched

    rude, rude_list, rude_set = Rude(), RudeList(), RudeSet()
    dict.__setitem__(rude, "p", proxy)
    list.append(rude_list, proxy)
    holder = Holder()
    everything = [proxy, plain, rude, rude_list, rude_set, holder, Proxy]
    table = {"proxy": proxy, "plain": plain}

    def step():
        everything.append(plain)
        dict.__setitem__(rude, "q", plain)
        list.append(rude_list, plain)
        table["new"] = proxy
        object.__setattr__(holder, "value", proxy)

    def use():
        return everything, proxy, plain, rude, holder, table
"""


@pytest.mark.parametrize("watch", [(), ("shop.table", "shop.everything", "shop.rude")])
def test_no_code_of_a_users_object_runs(
    project: Project, watch: tuple[str, ...]
) -> None:
    project.write(shop=HOSTILE)
    shop = project.load()
    before = ModuleState.capture(project.user_files)
    written = project.record(shop.step, watch=watch).writes
    assert {(item.name, item.detail) for item in written} == {
        ("shop.everything", "everything.append(<shop.Plain>)"),
        ("shop.rude", "rude['q'] = <shop.Plain>"),
        ("shop.rude_list", "rude_list.append(<shop.Plain>)"),
        ("shop.table", "table['new'] = <shop.Proxy>"),
        ("shop.holder.value", "holder.value = <shop.Proxy>"),
    }
    reads = {item.name for item in project.record(shop.use, watch=watch).reads}
    assert {"shop.everything", "shop.proxy", "shop.rude", "shop.table"} <= reads
    before.restore()
    assert before.changes() == ()
    assert len(shop.everything) == 7
    before.release()


def test_mocks_are_not_touched(project: Project) -> None:
    project.write(
        shop="""
        from unittest.mock import MagicMock, Mock, create_autospec

        client, server = Mock(), MagicMock()
        double = create_autospec(dict)

        def step():
            client.send("a")
            return server.answer["x"]
        """
    )
    shop = project.load()
    state = ModuleState.capture(project.user_files)
    assert shop.client.mock_calls == []
    assert shop.server.mock_calls == []
    state.release()
    assert project.record(shop.step).writes == ()


def test_a_lazy_object_stays_lazy(project: Project) -> None:
    project.write(
        shop="""
        class Settings:
            _wrapped = None

            def __getattr__(self, name):
                self.__dict__["_wrapped"] = object()
                return name

            @property
            def __class__(self):
                self.__dict__["_wrapped"] = object()
                return dict

        settings = Settings()

        def step():
            return settings
        """
    )
    shop = project.load()
    project.record(shop.step, watch=("shop.settings",))
    assert vars(shop)["settings"].__dict__ == {}


@pytest.mark.parametrize("library", ["pydantic", "sqlalchemy", "numpy", "pandas"])
def test_objects_of_a_library_are_not_looked_into(
    project: Project, library: str
) -> None:
    pytest.importorskip(library)
    bodies = {
        "pydantic": """
            from pydantic import BaseModel, PrivateAttr

            class Order(BaseModel):
                lines: list[int] = []
                _seen: int = PrivateAttr(0)

            DEFAULT = Order()

            def step():
                other = DEFAULT.model_copy(update={"lines": [1]})
                return Order.model_validate({"lines": [2]}), other.model_dump_json()
        """,
        "sqlalchemy": """
            from sqlalchemy import Integer, create_engine, select
            from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

            class Base(DeclarativeBase):
                pass

            class Order(Base):
                __tablename__ = "orders"
                id = mapped_column(Integer, primary_key=True)

            engine = create_engine("sqlite://")

            def step():
                Base.metadata.create_all(engine)
                with Session(engine) as session:
                    session.add(Order(id=1))
                    session.commit()
                    found = session.scalars(select(Order)).all()
                engine.dispose()
                return found
        """,
        "numpy": """
            import numpy

            WEIGHTS = numpy.arange(10)
            TABLE = {"weights": WEIGHTS}

            def step():
                return (WEIGHTS * 2).sum() + TABLE["weights"][0]
        """,
        "pandas": """
            import pandas

            FRAME = pandas.DataFrame({"a": [1, 2]})

            def step():
                return FRAME.a.sum()
        """,
    }
    project.write(shop=bodies[library])
    shop = project.load()
    assert project.record(shop.step).writes == ()
