"""Steps that fail, each in its own way."""

from __future__ import annotations

import sys
import threading

from durable_core import step

RELEASE = threading.Event()  # set by tests, to end steps that wait for ever


class PaymentRefused(Exception):
    """Its arguments are not those of Exception, which breaks pickle."""

    def __init__(self, card, *, reason):
        super().__init__(f"card {card} refused: {reason}")
        self.card = card
        self.reason = reason


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("cannot be said")


class Stop(BaseException):
    pass


def raise_builtin(state):
    raise ValueError("bad amount", 12, {"k": [1]})


def raise_own(state):
    raise PaymentRefused("4242", reason="limit")


def raise_with_cause(state):
    try:
        raise KeyError("inner")
    except KeyError as error:
        raise ValueError("outer") from error


def raise_with_context(state):
    try:
        raise KeyError("inner")
    except KeyError:
        raise ValueError("outer")  # noqa: B904


def raise_with_notes(state):
    error = ValueError("noted")
    if sys.version_info >= (3, 11):
        error.add_note("look at the order")
        error.add_note("and at the customer")
    else:
        error.__notes__ = ["look at the order", "and at the customer"]
    raise error


def raise_deep(state):
    first(state)


def first(state):
    return second(state)


def second(state):
    return 1 / state.zero  # the culprit line


def raise_unspeakable(state):
    raise Unspeakable("x")


def raise_local(state):
    class Local(Exception):
        pass

    raise Local("nobody can import me")


def raise_os_error(state):
    open("/nowhere/at/all")


def raise_unkept_argument(state):
    raise ValueError("has a lock", threading.Lock())


def raise_base(state):
    raise Stop("base")


def raise_exit(state):
    sys.exit("leaving")


def raise_exit_number(state):
    sys.exit(7)


def raise_generator_exit(state):
    raise GeneratorExit


def raise_interrupt(state):
    raise KeyboardInterrupt


def raise_stop_iteration(state):
    next(iter(()))


def recurse(state):
    return recurse(state)


def count(state):
    return {"count": state.count + 1}


@step(retries=3, retry_delay=["1s", "5s"])
def always_refused(state):
    raise ConnectionError("refused")


@step(retries=5, retry_delay="1m", retry_on=ConnectionError)
def retries_connections_only(state, context):
    if context.attempt == 1:
        raise ConnectionError("first")
    raise ValueError("second")


@step(retries=5, give_up_on=(PaymentRefused, KeyError))
def gives_up_on_refusal(state, context):
    if context.attempt < 3:
        raise ValueError("again")
    raise PaymentRefused("4242", reason="stolen")


@step(retries=2)
def succeeds_at_last(state, context):
    state.count += 1
    if context.attempt < 3:
        raise ValueError(str(context.attempt))


@step(on_error="continue")
def fails_and_goes_on(state):
    state.count = 100
    raise ValueError("continued")


@step(on_error="skip", retries=1)
def fails_and_is_skipped(state):
    raise ValueError("skipped")


@step(timeout="300ms")
def waits_for_ever(state):
    print("before the wait", flush=True)
    RELEASE.wait(60)


@step(timeout="1m")
def ends_in_time(state):
    return {"count": state.count + 1}


@step(timeout="1m")
def fails_in_time(state):
    raise PaymentRefused("4242", reason="in time")


@step(timeout="1m")
def exits_in_time(state):
    raise SystemExit(3)


@step(timeout="200ms", retries=1)
def waits_the_first_time(state, context):
    if context.attempt == 1:
        RELEASE.wait(60)
    return {"attempt": context.attempt}
