"""Every error the engine raises: one tree, and each of them pickles.

Rules kept here: constructor arguments go unchanged to ``super().__init__`` (so that
an error survives pickling and copying), and the message is built in ``__str__``.
A message says what happened, to which run and step, and what to do next.
"""

from __future__ import annotations

__all__ = [
    "ConcurrentAppend",
    "CorruptHistory",
    "DefinitionError",
    "DurableError",
    "ExecutorError",
    "ExecutorUnavailable",
    "IllegalTransition",
    "RunAlreadyStarted",
    "RunError",
    "RunFailed",
    "RunNotFound",
    "SerializationError",
    "StateError",
    "StepFailed",
    "StepTimeout",
    "StoreError",
    "WorkerLost",
]


class DurableError(Exception):
    """The root of every error raised by ``durable_core``."""


class DefinitionError(DurableError):
    """A workflow or step is declared in a way that cannot work anywhere."""

    def __init__(self, subject: str, problem: str, next_move: str = "") -> None:
        super().__init__(subject, problem, next_move)
        self.subject = subject
        self.problem = problem
        self.next_move = next_move

    def __str__(self) -> str:
        text = f"{self.subject}: {self.problem}"
        return f"{text}. {self.next_move}" if self.next_move else text


class SerializationError(DurableError):
    """A value cannot cross a process boundary; ``path`` names the culprit."""

    def __init__(self, path: str, type_name: str, next_move: str = "") -> None:
        super().__init__(path, type_name, next_move)
        self.path = path
        self.type_name = type_name
        self.next_move = next_move

    def __str__(self) -> str:
        text = f"{self.path}: {self.type_name}"
        return f"{text} ({self.next_move})" if self.next_move else text


class StateError(DurableError):
    """Input or output does not fit the state type; ``subject`` is whose it was."""

    def __init__(self, subject: str, key: str, problem: str) -> None:
        super().__init__(subject, key, problem)
        self.subject = subject
        self.key = key
        self.problem = problem

    def __str__(self) -> str:
        where = f", state.{self.key}" if self.key else ""
        return f"{self.subject}{where}: {self.problem}"


class RunError(DurableError):
    """Something is wrong with one run."""


class RunNotFound(RunError):
    """No run has this id in this store."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self.run_id = run_id

    def __str__(self) -> str:
        return (
            f"run {self.run_id!r} is not in this store; "
            "check the id and the store the run was started with"
        )


class RunAlreadyStarted(RunError):
    """A run with this id exists already."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self.run_id = run_id

    def __str__(self) -> str:
        return (
            f"run {self.run_id!r} has been started before; "
            "choose another run_id, or leave it out to get a new one"
        )


class IllegalTransition(RunError):
    """The status table has no such transition; the run is left as it was."""

    def __init__(self, run_id: str, current: str, wanted: str) -> None:
        super().__init__(run_id, current, wanted)
        self.run_id = run_id
        self.current = current
        self.wanted = wanted

    def __str__(self) -> str:
        return f"run {self.run_id!r} is {self.current} and cannot become {self.wanted}"


class RunFailed(RunError):
    """A run ended in failure; ``__cause__`` is what ended it."""

    def __init__(self, run_id: str, workflow: str) -> None:
        super().__init__(run_id, workflow)
        self.run_id = run_id
        self.workflow = workflow

    def __str__(self) -> str:
        text = f"run {self.run_id!r} of workflow {self.workflow!r} failed"
        return f"{text}: {self.__cause__}" if self.__cause__ is not None else text


class StepFailed(DurableError):
    """A step has no attempts left; ``__cause__`` is its last failure."""

    def __init__(self, workflow: str, run_id: str, step: str, attempts: int) -> None:
        super().__init__(workflow, run_id, step, attempts)
        self.workflow = workflow
        self.run_id = run_id
        self.step = step
        self.attempts = attempts

    def __str__(self) -> str:
        tries = "attempt" if self.attempts == 1 else "attempts"
        text = (
            f"step {self.step!r} of workflow {self.workflow!r} (run {self.run_id}) "
            f"failed after {self.attempts} {tries}"
        )
        cause = self.__cause__
        return f"{text}: {type(cause).__name__}: {cause}" if cause is not None else text


class StoreError(DurableError):
    """A store could not keep or give back a history."""


class ConcurrentAppend(StoreError):
    """Another runner appended first; read the history again and decide anew."""

    def __init__(self, run_id: str, expected: int, actual: int) -> None:
        super().__init__(run_id, expected, actual)
        self.run_id = run_id
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return (
            f"run {self.run_id!r} has {self.actual} events where {self.expected} were "
            "expected: another runner wrote first"
        )


class CorruptHistory(StoreError):
    """A stored history cannot be read; it is left as it is."""

    def __init__(self, run_id: str, position: int, problem: str) -> None:
        super().__init__(run_id, position, problem)
        self.run_id = run_id
        self.position = position
        self.problem = problem

    def __str__(self) -> str:
        return (
            f"history of run {self.run_id!r}, event {self.position}: {self.problem}; "
            "the stored history was not changed"
        )


class ExecutorError(DurableError):
    """An executor could not run a step, or lost it."""


class ExecutorUnavailable(ExecutorError):
    """This executor cannot run here; the message says why and what helps."""

    def __init__(self, executor: str, problem: str, next_move: str = "") -> None:
        super().__init__(executor, problem, next_move)
        self.executor = executor
        self.problem = problem
        self.next_move = next_move

    def __str__(self) -> str:
        text = f"executor {self.executor!r} cannot run here: {self.problem}"
        return f"{text}. {self.next_move}" if self.next_move else text


class WorkerLost(ExecutorError):
    """The process that ran a step ended without giving a result."""

    def __init__(self, step: str, reason: str, last_output: str = "") -> None:
        super().__init__(step, reason, last_output)
        self.step = step
        self.reason = reason
        self.last_output = last_output

    def __str__(self) -> str:
        text = f"the process running step {self.step!r} {self.reason}"
        if not self.last_output:
            return f"{text}; it printed nothing"
        return f"{text}; its last output was:\n{self.last_output}"


class StepTimeout(ExecutorError):
    """A step did not end within its timeout (in seconds)."""

    def __init__(self, step: str, seconds: float, last_output: str = "") -> None:
        super().__init__(step, seconds, last_output)
        self.step = step
        self.seconds = seconds
        self.last_output = last_output

    def __str__(self) -> str:
        text = f"step {self.step!r} did not end within {self.seconds:g} s"
        if not self.last_output:
            return text
        return f"{text}; its last output was:\n{self.last_output}"
