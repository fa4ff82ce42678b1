"""The ``step`` decorator and the options of a step."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from typing_extensions import ParamSpec

from durable_core._definition.durations import parse_duration
from durable_core._kernel.retry import Backoff, Delays, Retry
from durable_core._kernel.values import OnError
from durable_core.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Sequence

P = ParamSpec("P")
R = TypeVar("R")

ErrorTypes = tuple[type[BaseException], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOptions:
    """How a step is run; every field has an effect on every executor."""

    name: str | None = None
    retry: Retry = Retry()
    retry_on: ErrorTypes = (Exception,)
    give_up_on: ErrorTypes = ()
    timeout: timedelta | None = None
    on_error: OnError = OnError.FAIL

    def may_retry(self, error: BaseException) -> bool:
        """Whether another attempt may follow this failure."""
        return isinstance(error, self.retry_on) and not isinstance(
            error, self.give_up_on
        )


class Step(Generic[P, R]):
    """A function declared as a step; calling it calls the function, in place."""

    def __init__(self, function: Callable[P, R], options: StepOptions) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.options = options
        if inspect.iscoroutinefunction(function):
            _mark_coroutine_function(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<step {self.__module__}:{getattr(self, '__qualname__', '?')}>"


@overload
def step(function: Callable[P, R], /) -> Step[P, R]: ...


@overload
def step(
    *,
    name: str | None = None,
    retries: int = 0,
    retry_delay: str | timedelta | Sequence[str | timedelta] | Backoff = (),
    retry_on: type[BaseException] | ErrorTypes = Exception,
    give_up_on: type[BaseException] | ErrorTypes = (),
    timeout: str | timedelta | None = None,
    on_error: str = "fail",
) -> Callable[[Callable[P, R]], Step[P, R]]: ...


def step(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    retries: int = 0,
    retry_delay: str | timedelta | Sequence[str | timedelta] | Backoff = (),
    retry_on: type[BaseException] | ErrorTypes = Exception,
    give_up_on: type[BaseException] | ErrorTypes = (),
    timeout: str | timedelta | None = None,
    on_error: str = "fail",
) -> Any:
    """Declare a function as a step: ``@step`` or ``@step(retries=3)``.

    ``retries`` is the number of further attempts after a failure (0 fails at once),
    each after ``retry_delay``: a duration, one for each retry (the last repeats), or
    a Backoff. Only failures of a type in ``retry_on`` and not in ``give_up_on`` are
    tried again. ``timeout`` ends an attempt. ``on_error`` says what the last failure
    means: ``"fail"`` ends the run, ``"continue"`` and ``"skip"`` go on without it.

    Raises DefinitionError for an option that makes no sense.
    """
    if function is not None and not callable(function):
        raise DefinitionError(
            "@step", f"{function!r} is not a function", "Options need their names"
        )
    options = StepOptions(
        name=name,
        retry=Retry(retries=_count(retries), delay=_delay(retry_delay)),
        retry_on=_types("retry_on", retry_on),
        give_up_on=_types("give_up_on", give_up_on),
        timeout=None if timeout is None else _timeout(timeout),
        on_error=_on_error(on_error),
    )
    if function is not None:
        return Step(function, options)
    return lambda declared: Step(declared, options)


def backoff(
    first: str | timedelta,
    *,
    factor: float = 2.0,
    cap: str | timedelta | None = None,
    jitter: float = 0.0,
) -> Backoff:
    """Return exponential waits: ``first``, then ``factor`` times longer, to ``cap``."""
    if not 0 <= jitter <= 1 or factor < 1:
        raise DefinitionError(
            "backoff", f"factor={factor!r}, jitter={jitter!r}: factor is at least 1 "
            "and jitter between 0 and 1",
        )  # fmt: skip
    return Backoff(
        first=parse_duration(first, "backoff first"),
        factor=factor,
        cap=None if cap is None else parse_duration(cap, "backoff cap"),
        jitter=jitter,
    )


def _count(retries: int) -> int:
    if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
        raise DefinitionError(
            "@step retries", f"{retries!r} is not a number of retries (0 or more)"
        )
    return retries


def _delay(
    given: str | timedelta | Sequence[str | timedelta] | Backoff,
) -> Delays | Backoff:
    if isinstance(given, Backoff):
        return given
    several = given if isinstance(given, (list, tuple)) else (given,)
    return Delays(waits=tuple(parse_duration(w, "@step retry_delay") for w in several))


def _timeout(given: str | timedelta) -> timedelta:
    limit = parse_duration(given, "@step timeout")
    if not limit:
        raise DefinitionError("@step timeout", "it is zero", "Leave it out for none")
    return limit


def _types(option: str, given: type[BaseException] | ErrorTypes) -> ErrorTypes:
    several = given if isinstance(given, tuple) else (given,)
    for kind in several:
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise DefinitionError(f"@step {option}", f"{kind!r} is no exception type")
    return several


def _on_error(given: str) -> OnError:
    try:
        return OnError(given)
    except ValueError:
        choices = ", ".join(repr(choice.value) for choice in OnError)
        raise DefinitionError(
            "@step on_error", f"{given!r} is unknown", f"Choose from {choices}"
        ) from None


def _mark_coroutine_function(declared: object) -> None:
    mark = getattr(inspect, "markcoroutinefunction", None)  # 3.12 and newer
    if mark is not None:
        mark(declared)
