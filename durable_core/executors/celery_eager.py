"""``celery-eager``: a real Celery task, applied in this process.

Celery's own eager mode encodes the arguments of ``delay`` but neither the result nor
the arguments of ``apply``. Here the message and the result both pass through the
application's serializers, as they would on their way to and from a worker.

The only file that imports celery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from durable_core._invocation import failure
from durable_core.errors import ExecutorUnavailable, SerializationError
from durable_core.executors._in_process import Finished, invoke_here
from durable_core.executors._messages import outcome_from_wire, outcome_to_wire
from durable_core.protocols import Outcome, StepCall, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from durable_core.protocols import StepProbe

try:
    from celery import Celery
    from kombu import serialization
except ImportError:  # pragma: no cover - exercised in an environment without celery
    Celery = None

TASK_NAME = "durable_core.run_step"


class CeleryEagerExecutor:
    """Runs each attempt as a task of ``app``, or of an application of its own."""

    name = "celery-eager"

    def __init__(self, app: Any = None) -> None:
        if Celery is None:
            raise ExecutorUnavailable(
                self.name,
                "celery is not installed",
                "Install it with: pip install 'pytest-durable[celery]'",
            )
        self._app = app if app is not None else Celery("durable", set_as_current=False)
        self._under_way: list[tuple[StepCall, Sequence[StepProbe]]] = []
        self._task = self._app.task(
            self._run, name=TASK_NAME, ignore_result=False, bind=False
        )

    def submit(self, call: StepCall, probes: Sequence[StepProbe] = ()) -> Finished:
        """Send the attempt through the serializers and the task, to its end."""
        message = {
            "run_id": call.run_id,
            "position": call.position,
            "attempt": call.attempt,
            "sequence": call.sequence,
            "state": dict(call.state),
        }
        try:
            arrived = self._through(self._app.conf.task_serializer, message)
        except serialization.EncodeError as error:
            return Finished(failure(call, _refused("state", error)))
        self._under_way.append((call, probes))
        try:
            result = self._task.apply(args=(arrived,), throw=True).get()
        finally:
            self._under_way.pop()
        return Finished(self._answer(call, result))

    def close(self) -> None:
        """Forget the task, so that the user's application is left as it was."""
        self._app.tasks.pop(TASK_NAME, None)

    def _run(self, message: dict[str, Any]) -> Wire:
        """The body of the task: what arrived is what the step gets."""
        sent, probes = self._under_way[-1]
        call = StepCall(target=sent.target, **message)
        return outcome_to_wire(invoke_here(call, probes))

    def _answer(self, call: StepCall, result: Wire) -> Outcome:
        try:
            return outcome_from_wire(
                self._through(self._app.conf.result_serializer, result)
            )
        except serialization.EncodeError as error:
            return failure(call, _refused("result", error))

    @staticmethod
    def _through(serializer: str, value: Any) -> Any:
        kind, encoding, data = serialization.dumps(value, serializer=serializer)
        return serialization.loads(data, kind, encoding, accept={kind})


def _refused(part: str, error: Exception) -> SerializationError:
    return SerializationError(part, str(error), "the Celery serializer refused it")
