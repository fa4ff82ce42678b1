"""Evaluates the whole program until nothing new is learned.

Module bodies, and what they call, are evaluated in the import phase: what they make is
the lasting state of the process. Steps, and what they call, are evaluated in the step
phase: what they change of that lasting state is an effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.link.cells import Cells
from lint_rules.link.copies import original
from lint_rules.link.execute import run_block
from lint_rules.link.frame import Frame
from lint_rules.link.names import Names
from lint_rules.link.record import Record
from lint_rules.link.values import (
    IMPORT,
    STEP,
    UNKNOWN,
    Function,
    Klass,
    Made,
    Place,
    State,
    Unknown,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from lint_rules.config import Config
    from lint_rules.facts.ir import Where
    from lint_rules.link.effects import Edge, Effect
    from lint_rules.link.program import Program
    from lint_rules.link.record import ImportEffects

MOST_ROUNDS = 40_000


class Machine:
    """The analysis of one program."""

    def __init__(self, program: Program, config: Config) -> None:
        """Prepare the analysis of `program`."""
        self.program = program
        self.config = config
        self.cells = Cells()
        self.names = Names(program, self.cells)
        self.record = Record()
        self.effects: list[Effect] = []
        self.edges: list[Edge] = []
        self.import_effects: ImportEffects = {}
        self.sites: dict[str, Where] = {}
        self.cache_sites: dict[str, tuple[str, Where]] = {}
        self.fields: dict[str, list[str]] = {}
        self.known: dict[tuple[str, str], None] = {}
        self.broken: dict[str, Exception] = {}

    def import_modules(self) -> None:
        """Evaluate every module's body to a fixed point."""
        for module in self.program.modules:
            self.activate(IMPORT, f"{module}:")
        self._settle()

    def run_steps(self, steps: list[tuple[str, str]], others: list[str]) -> None:
        """Evaluate steps, given as (function id, kind of first argument), and others.

        Nothing is known of what the other functions are called with.
        """
        for _, first in steps:
            self._import_instance(first)
        for function, first in steps:
            self._prepare_step(function, first)
            self.activate(STEP, function)
        for function in others:
            self._prepare_other(function)
            self.activate(STEP, function)
        self._settle()
        self.effects = self.record.effects()
        self.edges = self.record.edges()
        self.import_effects = self.record.import_effects()

    def _import_instance(self, klass: str) -> None:
        """Make the workflow instance that step methods get as `self`."""
        init = (
            self.names.method(klass, "__init__")
            if klass in self.program.classes
            else None
        )
        if init is None:
            return
        facts = self.program.functions[init.id]
        for number, param in enumerate(facts.params):
            own = one(Made(klass, f"{klass}:self", IMPORT))
            values = UNKNOWN if number else own
            self.cells.join(("param", IMPORT, init.id, param.name), values)
        self.activate(IMPORT, init.id)

    def activate(self, phase: str, function: str) -> None:
        """Have a function evaluated, if it was not yet."""
        if (phase, function) not in self.known:
            self.known[phase, function] = None
            self.cells.dirty[phase, function] = None

    def _settle(self) -> None:
        for _ in range(MOST_ROUNDS):
            if not self.cells.dirty:
                return
            reader = next(iter(self.cells.dirty))
            del self.cells.dirty[reader]
            self.cells.reader = reader
            self.record.begin(reader)
            try:
                self._evaluate(*reader)
            except Exception as error:  # noqa: BLE001 - it shall not hide all others
                self.broken.setdefault(reader[1], error)

    def _evaluate(self, phase: str, identity: str) -> None:
        module, _, qualname = identity.partition(":")
        facts = self.program.functions.get(identity) if qualname else None
        frame = Frame(self, phase, module, qualname, facts)
        if facts is None:
            if not qualname:
                run_block(self.program.modules[module].body, frame)
            return
        for param in facts.params:
            values = self.cells.read(("param", phase, identity, param.name))
            frame.env[param.name] = values
            self.cells.join(("var", phase, original(identity), param.name), values)
        run_block(facts.body, frame)

    def _prepare_step(self, function: str, first: str) -> None:
        facts = self.program.functions[function]
        params = [p for p in facts.params if p.style == "positional"]
        if first and params:
            own = _step_object(function, first)
            self.cells.join(("param", STEP, function, params[0].name), own)
            params = params[1:]
        for number, param in enumerate(facts.params):
            is_state = params and param is params[0] and param.default is None
            values = one(State(function)) if is_state else UNKNOWN
            if not (first and number == 0):
                self.cells.join(("param", STEP, function, param.name), values)

    def _prepare_other(self, function: str) -> None:
        facts = self.program.functions[function]
        klass = f"{function.partition(':')[0]}:{facts.owner}" if facts.owner else ""
        for number, param in enumerate(facts.params):
            values = UNKNOWN
            if klass and number == 0:
                values = self._receiver(Function(function, IMPORT), klass)
            self.cells.join(("param", STEP, function, param.name), values)

    def _receiver(self, method: Function, klass: str) -> Values:
        """Return what a method is called on: an object that its caller has made."""
        kind = self.names.kind_of_method(method)
        if kind == "static":
            return UNKNOWN
        made = Made(klass, f"{klass}:self", STEP)
        return one(Klass(klass) if kind == "class" else made)

    def called(self, frame: Frame, function: str, where: Where) -> None:
        """Have a function evaluated that is called, and keep the call."""
        self.activate(frame.phase, function)
        self.record.call(frame.id, function, where)

    def lasting_place(self, value: Value) -> Place | None:
        """Return the lasting place that changing `value` would change."""
        if value.via is not None:
            return value.via
        if isinstance(value.thing, Made):
            shared = self.cells.read(("field", value.thing, "__dict__"))
            for inner in shared:
                if inner.via is not None:
                    return inner.via
        return None


def _step_object(function: str, first: str) -> Values:
    place = Place("instance", first or function, "")
    if first.startswith("task "):
        return one(Unknown("task"), place)
    return one(Made(first, f"{first}:self", IMPORT), place)
