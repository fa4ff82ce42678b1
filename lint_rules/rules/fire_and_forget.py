"""DUR705."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog.workflows import STARTED, TASKS, THREADS
from lint_rules.facts import ir
from lint_rules.facts.parts import every_part, statements
from lint_rules.link.uses import Uses, calls, locals_of
from lint_rules.rule import Candidate, Rule, candidate_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.link.effects import Effect
    from lint_rules.link.linked import Linked

_WAITING = frozenset({"shutdown", "result", "join", "as_completed", "wait", "get"})
_STARTING = frozenset({"start", "daemon", "name", "setDaemon", "add_done_callback"})


class FireAndForget(Rule):
    """A step starts something and does not wait for it.

    A thread, a task or a job of a pool lives in the process that started it. The step
    is recorded as done when its function returns, whatever became of the rest; when
    the process ends, so does that.

    Bad:

        import threading
        from durable_core import step

        def send(name):
            print(name)

        @step
        def welcome(state, context):
            threading.Thread(target=send, args=(state.name,)).start()  # reported

        STEPS = [welcome]

    Good:

        import threading
        from durable_core import step

        def send(name):
            print(name)

        @step
        def welcome(state, context):
            thread = threading.Thread(target=send, args=(state.name,))
            thread.start()
            thread.join()

        STEPS = [welcome]
    """

    code = "DUR705"
    name = "fire-and-forget"
    severity = "warn"
    why = "The step counts as done before this is, and nobody does it again."
    advice = "Wait for it before the step ends, or make it a step or a task of its own."

    def nominate(self, linked: Linked) -> Iterator[Candidate]:
        """Nominate threads, tasks and jobs that nothing waits for."""
        for effect in linked.of_kind("outside", "talk"):
            if effect.detail in THREADS | STARTED and _is_left(effect, linked):
                kind = "thread" if effect.detail in THREADS else "job"
                kind = "task" if effect.detail in TASKS else kind
                yield candidate_of(effect, f"a {kind} is started and not waited for")


def _is_left(effect: Effect, linked: Linked) -> bool:
    """Tell whether the function that starts something also forgets it."""
    uses = Uses(linked.program, effect.function)
    call = _call(effect, uses)
    if call is None:
        return False
    if effect.detail in THREADS:
        return _is_left_thread(call, uses)
    if call not in set(uses.dropped()):
        return False
    if effect.detail in TASKS:
        return True
    return not _closes_pool(call, uses)


def _call(effect: Effect, uses: Uses) -> ir.Call | None:
    """Return the call of an effect; `f(x).g()` are two that begin at one place."""
    here = [call for call in calls(uses.body) if call.where == effect.where]
    word = effect.detail.rpartition(".")[2]
    for call in here:
        if getattr(call.func, "name", getattr(call.func, "id", "")) == word:
            return call
    return here[-1] if here else None


def _is_left_thread(call: ir.Call, uses: Uses) -> bool:
    for statement in statements(uses.body):
        value = getattr(statement, "value", None)
        if isinstance(statement, ir.Evaluate) and isinstance(value, ir.Call):
            func = value.func
            if isinstance(func, ir.Attr) and func.name == "start" and func.base == call:
                return True
        if isinstance(statement, ir.Assign) and value == call:
            names = locals_of(statement)
            held = [part for name in names for part in uses.of(name)]
            return bool(names) and all(
                isinstance(part, ir.Attr) and part.name in _STARTING for part in held
            )
    return False


def _closes_pool(call: ir.Call, uses: Uses) -> bool:
    """Tell whether the pool of a job is made, and waited for, in this function."""
    base = call.func.base if isinstance(call.func, ir.Attr) else None
    if isinstance(base, ir.Name) and base.kind == "local":
        made = [
            target
            for statement in statements(uses.body)
            if isinstance(statement, ir.With)
            for _, target in statement.items
        ]
        if base in made or not _is_made_here(base, uses):
            return True
    waits = (p for p in every_part(uses.whole) if isinstance(p, ir.Attr | ir.Name))
    return any(getattr(p, "name", getattr(p, "id", "")) in _WAITING for p in waits)


def _is_made_here(name: ir.Name, uses: Uses) -> bool:
    return any(
        isinstance(statement, ir.Assign) and name in statement.targets
        for statement in statements(uses.body)
    )
