"""``celery-eager``: a real Celery task, applied in this process.

Celery's own eager mode encodes the arguments of ``delay`` but neither the result nor
the arguments of ``apply``. Here the message and the result both pass through the
application's serializers, as they would on their way to and from a worker.

The only file that imports celery.
"""

from __future__ import annotations

from itertools import count
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
    from kombu.exceptions import ContentDisallowed, EncodeError
except ImportError:  # pragma: no cover - exercised in an environment without celery
    Celery = None

TASK_NAME = "durable_core.run_step"
# Executors that share an application each have a task of their own.
_numbers = count(1)


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
        self._serializers: Any = serialization
        self._under_way: dict[int, tuple[StepCall, Sequence[StepProbe]]] = {}
        self._tokens = count()
        # A shared task would appear in every other application of the process.
        self._task = self._app.task(
            self._run,
            name=f"{TASK_NAME}.{next(_numbers)}",
            ignore_result=False,
            shared=False,
            lazy=False,
        )

    def submit(self, call: StepCall, probes: Sequence[StepProbe] = ()) -> Finished:
        """Send the attempt through the serializers and the task, to its end."""
        token = next(self._tokens)
        message = {
            "token": token,
            "run_id": call.run_id,
            "position": call.position,
            "attempt": call.attempt,
            "sequence": call.sequence,
            "state": dict(call.state),
        }
        conf = self._app.conf
        try:
            arrived = self._through(conf.task_serializer, message, conf.accept_content)
        except (EncodeError, ContentDisallowed) as error:
            return Finished(failure(call, _refused("state", error)))
        self._under_way[token] = (call, probes)
        try:
            # A step may run a workflow itself, which Celery would call a subtask.
            result = self._task.apply(args=(arrived,), throw=True).get(
                disable_sync_subtasks=False
            )
        finally:
            del self._under_way[token]
        return Finished(self._answer(call, result))

    def close(self) -> None:
        """Forget the task, so that the user's application is left as it was."""
        self._app.tasks.pop(self._task.name, None)

    def _run(self, message: dict[str, Any]) -> Wire:
        """The body of the task: what arrived is what the step gets."""
        sent, probes = self._under_way[message.pop("token")]
        call = StepCall(target=sent.target, **message)
        return outcome_to_wire(invoke_here(call, probes))

    def _answer(self, call: StepCall, result: Wire) -> Outcome:
        conf = self._app.conf
        accepted = conf.result_accept_content or conf.accept_content
        try:
            arrived = self._through(conf.result_serializer, result, accepted)
        except (EncodeError, ContentDisallowed) as error:
            return failure(call, _refused("result", error))
        return outcome_from_wire(arrived)

    def _through(self, serializer: str, value: Any, accepted: Sequence[str]) -> Any:
        """Return what a worker that accepts so much would get."""
        kind, encoding, data = self._serializers.dumps(value, serializer=serializer)
        accept = self._serializers.prepare_accept_content(accepted)
        return self._serializers.loads(data, kind, encoding, accept=accept)


def _refused(part: str, error: Exception) -> SerializationError:
    return SerializationError(part, str(error), "the Celery serializer refused it")
