"""Things that are steps, and things that only look like it."""

from __future__ import annotations

import functools
from types import SimpleNamespace

from durable_core import step


def fine(state):
    return None


nameless = lambda state: None  # noqa: E731


def redefined(state):
    return {"first": True}


first_redefined = redefined


def redefined(state):  # noqa: F811
    return {"second": True}


def make_closure(limit):
    def check(state):
        return {"limit": limit}

    return check


closure = make_closure(3)
bound_partial = functools.partial(fine)
not_callable = SimpleNamespace(a=1)


def takes_nothing():
    return None


def takes_more(state, context, third):
    return None


def takes_other(state, database):
    return None


def takes_keyword(state, *, database):
    return None


class Holder:
    def method(self, state):
        return None


holder = Holder()


class Outer:
    class Inner:
        @staticmethod
        def step(state):
            return {"inner": True}


@step
def wrapped(state):
    return None
