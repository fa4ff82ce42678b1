"""Steps that report how they were called: context, threads, loops, resources."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading

from durable_core import Engine, StepContext, Workflow, get_context, step

CALLERS = contextvars.ContextVar("callers", default="unset")
STEPS = contextvars.ContextVar("steps", default="unset")
BARRIERS: dict[str, threading.Barrier] = {}
RAN: list[str] = []


def context_values(state, context: StepContext):
    return {
        "seen": {
            "run_id": context.run_id,
            "workflow": context.workflow,
            "step": context.step,
            "position": context.position,
            "attempt": context.attempt,
            "idempotency_key": context.idempotency_key,
            "logger": context.logger.name,
            "same": get_context() is context,
            "aliases": [context.workflow_id, context.step_name, context.step_index],
        }
    }


def other_name(state, ctx):
    return {"other": ctx.step}


def unused_name(state, _):
    return {"unused": _.step}


def by_annotation(state, about: StepContext):
    return {"annotated": about.step}


def from_anywhere(state):
    return {"anywhere": get_context().run_id}


def any_arguments(*args):
    return {"count": len(args)}


def with_default(state, factor=3):
    return {"amount": state.amount * factor}


def keyword_default(state, *, factor=4):
    return {"amount": state.amount * factor}


@step(name="renamed")
def original(state, context):
    return {"name": context.step}


@step(retries=2)
def fails_twice(state, context):
    if context.attempt < 3:
        raise ConnectionError(context.idempotency_key)
    return {"attempt": context.attempt, "key": context.idempotency_key}


async def async_double(state):
    await asyncio.sleep(0)
    return {"amount": state.amount * 2}


@step
async def async_with_context(state, context):
    inner = await asyncio.create_task(_context_in_a_task())
    return {"step": context.step, "inner": inner}


async def _context_in_a_task():
    return get_context().step


async def async_fails(state):
    await asyncio.sleep(0)
    raise KeyError("async")


async def async_changes_in_place(state):
    await asyncio.sleep(0)
    state.amount = 99


class Prices:
    def __init__(self, factor):
        self.factor = factor

    def apply(self, state):
        return {"amount": state.amount * self.factor}

    @classmethod
    def of_class(cls, state):
        return {"amount": state.amount + 1}

    @staticmethod
    def of_nobody(state):
        return {"amount": state.amount + 2}

    def __call__(self, state):
        return {"amount": state.amount + self.factor}


prices = Prices(7)


def set_variable(state):
    before = STEPS.get()
    STEPS.set("left behind")
    return {"seen": [*state.seen, before], "callers": CALLERS.get()}


def note_thread(state):
    return {"threads": [*state.threads, threading.get_ident()]}


def meet_at_barrier(state):
    BARRIERS[state.barrier].wait(20)
    return {"met": True}


def run_inner_sync(state):
    return {"inner": Engine("sync").run(_INNER, {"amount": 5}).state.amount}


NESTED: list[object] = []  # the executor that the outer run is on


def run_inner_same(state):
    done = Engine(NESTED[-1]).run(_INNER, {"amount": 5})
    done.raise_for_status()
    return {"inner": done.state.amount, "mine": get_context().step}


def run_inner_in_own_thread(state):
    found = []
    thread = threading.Thread(target=lambda: found.append(run_inner_same_plain()))
    thread.start()
    thread.join(20)
    return {"inner": found[0]}


def run_inner_same_plain():
    return Engine(NESTED[-1]).run(_INNER, {"amount": 5}).state.amount


def with_default_twice(state):
    return {"amount": state.amount * 2}


_INNER = Workflow("inner", [with_default_twice, with_default_twice])

REMEMBERED: dict[str, str] = {}


def leave_everything(state, context):
    REMEMBERED["step"] = "left"
    os.environ["DURABLE_TEST_LEFT"] = "left"
    os.chdir("/")


def look_for_everything(state):
    return {
        "found": [
            REMEMBERED.get("step"),
            os.environ.get("DURABLE_TEST_LEFT"),
            os.getcwd(),
        ]
    }
