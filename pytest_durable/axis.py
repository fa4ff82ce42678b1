"""Which executors a workflow test runs under, in which order, and why one is skipped.

The reference comes first, so that most often it has run when a variant needs it; where
it has not (another process, a selection, a random order) the session runs it then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pytest_durable.options import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_durable.options import Options

FIXTURE = "workflow_executor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One executor on the axis; ``refusal`` says why it cannot run here."""

    name: str
    refusal: str | None = None

    def as_param(self) -> object:
        """Return the parameter for ``parametrize``, skipped where it cannot run."""
        if self.refusal is None:
            return pytest.param(self.name, id=self.name)
        reason = f"executor {self.name}: {self.refusal}"
        return pytest.param(
            self.name, id=self.name, marks=pytest.mark.skip(reason=reason)
        )


def choose(options: Options) -> tuple[Choice, ...]:
    """Return the executors of this session, the reference first.

    Raises UsageError for an unknown name, and for one asked for by name that cannot
    run here: an explicit request must not go green by being skipped.
    """
    if options.executors == (options.reference,) == ("sync",):
        return (Choice(name="sync"),)  # needs no look at what else there is
    from durable_core import executor_names, executor_refusal

    _check_timeout(options.timeout)
    known = executor_names()
    for name in (*options.executors, options.reference):
        if name not in known and name != ALL:
            msg = f"unknown executor {name!r}; choose from: {', '.join(known)}, all"
            raise pytest.UsageError(msg)
    if options.reference == ALL:
        msg = "--durable-reference takes the name of one executor, not 'all'"
        raise pytest.UsageError(msg)
    wanted = list(known if options.everything else options.executors)
    if options.reference not in wanted and (
        len(wanted) > 1 or options.reference != "sync"
    ):
        wanted.append(options.reference)  # else there would be nothing to compare with
    choices = [Choice(name=name, refusal=executor_refusal(name)) for name in wanted]
    for choice in choices:
        named = choice.name in (*options.executors, options.reference)
        if choice.refusal is not None and named:
            msg = f"executor {choice.name!r} cannot run here: {choice.refusal}"
            raise pytest.UsageError(msg)
    return tuple(sorted(choices, key=lambda choice: choice.name != options.reference))


def _check_timeout(text: str) -> None:
    from durable_core import parse_duration
    from durable_core.errors import DefinitionError

    try:
        parse_duration(text or "0s", "durable_timeout")
    except DefinitionError as error:
        raise pytest.UsageError(str(error)) from error


def subset(
    choices: tuple[Choice, ...], marks: Iterable[pytest.Mark], where: str
) -> tuple[Choice, ...]:
    """Return the choices that the ``executors`` marks of a test leave.

    Raises CollectError, which pytest shows without a traceback, for a wrong mark.
    """
    for mark in marks:
        only, without = _names(mark, where)
        choices = tuple(
            choice
            for choice in choices
            if (not only or choice.name in only) and choice.name not in without
        )
    return choices


def _names(mark: pytest.Mark, where: str) -> tuple[list[object], list[object]]:
    """Return the names that a mark asks for and those it excludes."""
    from durable_core import executor_names

    excluded = mark.kwargs.get("exclude", ())
    without = [excluded] if isinstance(excluded, str) else list(excluded)
    only, known = list(mark.args), executor_names()
    bad = [name for name in only + without if name not in known]
    surplus = sorted(set(mark.kwargs) - {"exclude", "reason"})
    problem = ""
    if surplus:
        problem = f"unknown argument {surplus[0]!r}"
    elif bad:
        problem = f"unknown executor {bad[0]!r}"
    elif not only and not without:
        problem = "it names no executor"
    if problem:
        msg = (
            f"{where}: @pytest.mark.executors: {problem}; use "
            'executors("sync", ..., reason=...) or executors(exclude=(...)), '
            f"with: {', '.join(known)}"
        )
        raise pytest.Collector.CollectError(msg)
    return only, without
