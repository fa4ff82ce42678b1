"""The linked program: what the rules ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lint_rules.catalog import caches, coordination, outside
from lint_rules.finding import dotted
from lint_rules.link.copies import original
from lint_rules.link.machine import Machine
from lint_rules.link.reach import Reach
from lint_rules.link.resources import Resources
from lint_rules.link.steps import (
    Step,
    callable_from_outside,
    decorator_names,
    find_steps,
    is_replayed_body,
    is_workflow_body,
    listed_values,
)
from lint_rules.link.values import STEP, Function, Made, Method, Place, Text, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from lint_rules.config import Config
    from lint_rules.facts.ir import FunctionFacts, Where
    from lint_rules.link.effects import Edge, Effect
    from lint_rules.link.program import Program
    from lint_rules.link.values import Thing, Values

_KINDS = (
    ("lock", coordination.LOCKS | coordination.SIGNALS),
    ("queue", coordination.QUEUES),
    (
        "local",
        coordination.LOCALS | coordination.CONTEXT_VARIABLES | coordination.CURRENT,
    ),
    ("cache", caches.CACHE_OBJECTS),
)
CHANGES = frozenset({"item", "method", "attribute", "rebind"})


def receiver(effect: Effect) -> Made | None:
    """Return the object whose method or item an effect is about."""
    thing = effect.receiver
    while isinstance(thing, Method):
        thing = thing.receiver.thing
    return thing if isinstance(thing, Made) else None


def is_deployed(effect: Effect) -> bool:
    """Tell whether a file that is read lies next to the code."""
    paths = [thing for thing in effect.things if isinstance(thing, Text)]
    return bool(paths) and all(path.base == "code" for path in paths)


def _starts(type_: str, known: frozenset[str]) -> bool:
    """Tell whether a type is what a method of a known type returns."""
    owner = type_.rpartition(".")[0]
    return owner in known


class Linked:
    """Effects, reachability and values of one program."""

    def __init__(self, program: Program, config: Config) -> None:
        """Analyse `program` as the configuration wants it."""
        self.program = program
        self.config = config
        self.resources = Resources.of(config)
        self._kinds = (
            *_KINDS,
            ("resource", self.resources.held),
            ("safe resource", self.resources.fork_safe),
            ("iterator", coordination.ITERATORS | {"generator"}),
        )
        self._fields: dict[object, list[object]] = {}
        self._changed: set[Place] | None = None
        self._aliases: dict[Place, list[tuple[object, ...]]] | None = None
        self._callers: dict[str, list[Edge]] | None = None
        self.machine = Machine(program, config)
        self.machine.import_modules()
        found = find_steps(self.machine)
        self.steps: list[Step] = found.all
        self.unresolved = found.unresolved
        entries = [(step.function, step.first) for step in self.steps]
        bodies = self.workflow_bodies()
        replayed = [f for f in bodies if is_replayed_body(self.machine, f)]
        entries += [(body, "") for body in bodies]
        others = callable_from_outside(self.machine) if config.all_functions else []
        self.machine.run_steps(entries, others)
        self.step_functions = frozenset(step.function for step in self.steps)
        self.alone: frozenset[str] = frozenset()
        self.reach = self.reach_without(frozenset())
        if config.all_functions:
            known = (name for phase, name in self.machine.known if phase == STEP)
            self.alone = frozenset(f for f in known if not self.reach.steps_to(f))
            self.reach.add_alone(sorted(self.alone))
        self.body_reach = Reach(self.machine.edges, replayed, self.step_functions)
        self.effects = [
            effect
            for effect in self.machine.effects
            if self.reach.steps_to(effect.function)
        ]

    def reach_without(self, cut: frozenset[str]) -> Reach:
        """Return what is reached when some functions are not entered."""
        steps = [step.function for step in self.steps]
        reach = Reach(self.machine.edges, steps, cut)
        reach.add_alone(sorted(self.alone - cut))
        return reach

    def steps_to(self, function: str) -> list[str]:
        """Return the steps that reach a function."""
        reached = self.reach.steps_to(function)
        return [entry for entry in reached if entry in self.step_functions]

    def of_kind(self, *kinds: str) -> Iterator[Effect]:
        """Return the effects of some kinds in reachable code."""
        return (effect for effect in self.effects if effect.kind in kinds)

    def changes(self, root: str) -> Iterator[Effect]:
        """Return changes of places with this root."""
        for effect in self.effects:
            if effect.kind in CHANGES and effect.place and effect.place.root == root:
                yield effect

    def held(self, place: Place) -> list[Value]:
        """Return what a place itself holds."""
        key: tuple[object, ...]
        if place.root == "global":
            key = ("global", place.owner, place.name)
        elif place.root == "class":
            key = ("class", place.owner, place.name)
        elif place.root == "cell":
            key = ("var", "import", original(place.owner), place.name)
        else:
            return []
        return sorted(self.machine.cells.peek(key), key=str)

    def types(self, place: Place) -> list[str]:
        """Return the types of the objects a place holds."""
        found: list[str] = []
        for value in self.held(place):
            thing = value.thing
            while isinstance(thing, Method):
                thing = thing.receiver.thing
            if isinstance(thing, Made):
                found.append(thing.type)
        return found

    def kind_of(self, effect: Effect) -> str:
        """Say what the changed place holds: instance, cache, resource, ..., object."""
        place = effect.place
        if place is None:
            return ""
        types = set(self.types(place))
        if place.root == "external":
            types = {place.owner}
        made = receiver(effect)
        if made is not None and effect.kind in {"use", "method", "item"}:
            types.add(made.type)
        types |= {dotted(type_) for type_ in types}
        for name, known in self._kinds:
            if types & known or any(_starts(t, known) for t in types):
                return name
        ours = any(self.is_ours(type_) for type_ in types)
        if ours and (effect.through_self or not self._is_direct(effect)):
            return "instance"
        return "object"

    def form_of(self, effect: Effect) -> str:
        """Say what is really changed: an instance that is kept there, or the place."""
        place = effect.place
        if place is None:
            return ""
        if place.root == "memo":
            return "instance"
        if place.root == "global":
            return self.kind_of(effect)
        if effect.through_self and any(part != "[]" for part in place.path):
            return "instance"
        ours = any(self.is_ours(type_) for type_ in self.types(place))
        if ours and place.path and place.path != ("[]",):
            return "instance"
        return place.root

    def callers(self, function: str) -> list[Edge]:
        """Return the calls of a function while steps run."""
        if self._callers is None:
            self._callers = {}
            for edge in self.machine.edges:
                self._callers.setdefault(edge.callee, []).append(edge)
        return self._callers.get(function, [])

    def is_step(self, function: str) -> bool:
        """Tell whether a function is a step."""
        return function in self.step_functions

    def listed(self) -> Values:
        """Return what lists of steps hold, as it was written there."""
        return listed_values(self.machine)

    def cache_site(self, function: str) -> tuple[str, Where] | None:
        """Return the module and position where a function is put behind a cache."""
        found = self.machine.cache_sites.get(function)
        facts = self.program.functions.get(function)
        if found is None and facts is not None:
            return function.partition(":")[0], facts.where
        return found

    def depends_on_outside(self, function: str) -> bool:
        """Tell whether a cached function's result may differ between processes."""
        changed = any(
            effect.place.root == "memo" and effect.place.owner == function
            for effect in self.effects
            if effect.kind in CHANGES and effect.place is not None
        )
        return changed or self.does_io(function) or self.reads_changed(function)

    def escapes(self) -> Iterator[Effect]:
        """Return the effects by which values leave a step."""
        for effect in self.effects:
            if (
                (effect.kind == "return" and effect.function in self.step_functions)
                or effect.kind == "state"
                or (effect.kind == "deliver" and self.is_delivery(effect))
                or (effect.kind in CHANGES and effect.place is not None)
            ):
                yield effect

    def is_delivery(self, effect: Effect) -> bool:
        """Tell whether `function.delay(...)` or the like is about a step."""
        target = effect.receiver
        return not isinstance(target, Function) or self.is_step(target.id)

    def contents(self, things: Iterable[Thing], depth: int = 3) -> Iterator[Thing]:
        """Return things and what they hold."""
        for thing in things:
            yield thing
            if isinstance(thing, Made) and depth:
                held: set[Thing] = set()
                for part in self._parts(thing):
                    values = self.machine.cells.peek(("field", thing, part))
                    held |= {value.thing for value in values}
                yield from self.contents(sorted(held, key=str), depth - 1)

    def _parts(self, thing: Made) -> list[object]:
        """Return the attributes of an instance, or the elements of a container."""
        if not self.is_ours(thing.type):
            return ["[]"]
        if not self._fields:
            for key in self.machine.cells.keys():  # noqa: SIM118 - not a dict
                if key[0] == "field":
                    self._fields.setdefault(key[1], []).append(key[2])
        return self._fields.get(thing, [])

    def is_outside(self, effect: Effect) -> bool:
        """Tell whether an effect is felt outside the process."""
        if effect.kind in {"write", "database"}:
            return True
        if effect.kind == "use" and effect.place is not None:
            return self.kind_of(effect) in {"resource", "safe resource"}
        return effect.kind == "outside" and outside.acts(effect.detail)

    def acts_outside(self, function: str) -> bool:
        """Tell whether a function, or what it calls, acts outside the process."""
        below = self.reach.below(function)
        return any(
            effect.function in below and self.is_outside(effect)
            for effect in self.machine.effects
        )

    def _is_direct(self, effect: Effect) -> bool:
        """Tell whether the change is made outside the methods of the object's class."""
        facts = self.program.functions.get(effect.function)
        return facts is None or not facts.owner

    def does_io(self, function: str) -> bool:
        """Tell whether a function, or what it calls, reaches outside the process."""
        below = self.reach.below(function)
        for effect in self.machine.effects:
            if effect.function in below:
                if effect.kind in {"write", "database"}:
                    return True
                if effect.kind == "read" and not is_deployed(effect):
                    return True
                if effect.kind == "outside" and outside.does_io(effect.detail):
                    return True
        return False

    def changed_places(self) -> set[Place]:
        """Return the places that steps change."""
        if self._changed is None:
            self._changed = {
                effect.place.base
                for effect in self.effects
                if effect.kind in CHANGES and effect.place is not None
            }
        return self._changed

    def reads_changed(
        self, function: str, besides: AbstractSet[Place] = frozenset()
    ) -> bool:
        """Tell whether a function depends on places that steps change."""
        below = self.reach.below(function)
        return any(
            place not in besides and self.readers(place) & below
            for place in self.changed_places()
        )

    def varies(self, function: str, place: Place) -> bool:
        """Tell whether what a function puts into a place may differ each time."""
        return self.does_io(function) or self.reads_changed(function, {place})

    def is_ours(self, type_: str) -> bool:
        """Tell whether a type is a class of the program."""
        return type_ in self.program.classes

    def readers(self, place: Place) -> set[str]:
        """Return the functions that read a place while a step runs."""
        keys: list[tuple[object, ...]] = []
        if place.root == "global":
            keys = self.names_of(place.base)
        elif place.root == "class":
            keys = [("class", place.owner, place.name)]
        elif place.root == "function":
            keys = [("funcattr", place.owner, place.name)]
        elif place.root == "memo":
            return {
                effect.function
                for effect in self.of_kind("memo")
                if effect.place is not None and effect.place.owner == place.owner
            }
        found: set[str] = set()
        for key in keys:
            found |= self.machine.cells.readers(key, STEP)
        return found

    def knowing(self, function: str, place: Place | None) -> list[str]:
        """Return the steps that reach a function and, on the way, a place it changes.

        A method is looked at once for all its receivers: a step that calls it on an
        object of its own does not change the one that a module holds, and only a step
        that reads the module's name can. When no step reads it, an object was handed on
        at import, and any of them may.
        """
        steps = self.reach.steps_to(function)
        if place is None or place.root not in {"global", "class", "memo"}:
            return steps
        readers = self.readers(place.base)
        knowing = [s for s in steps if not readers.isdisjoint(self.reach.parents[s])]
        return knowing or steps

    def names_of(self, place: Place) -> list[tuple[object, ...]]:
        """Return the keys of the globals through which a place is reached."""
        if self._aliases is None:
            self._aliases = self._found_aliases()
        own = ("global", place.owner, place.name)
        return [own, *(key for key in self._aliases.get(place, ()) if key != own)]

    def _found_aliases(self) -> dict[Place, list[tuple[object, ...]]]:
        found: dict[Place, list[tuple[object, ...]]] = {}
        for key in self.machine.cells.keys():  # noqa: SIM118 - not a dict
            if key[0] == "global":
                values = self.machine.cells.peek(key)
                for place in {v.via.base for v in values if v.via is not None}:
                    found.setdefault(place, []).append(key)
        return found

    def definition(self, place: Place) -> tuple[str, Where] | None:
        """Return the module and position where a global was made."""
        for value in self.held(place):
            thing = value.thing
            if isinstance(thing, Made):
                module, line, column = [*thing.site.split(":"), "", ""][:3]
                where = self.machine.sites.get(f"{module}:{line}:{column}")
                if where is not None:
                    return module, where
        return None

    def facts(self, function: str) -> FunctionFacts | None:
        """Return the facts of a function id."""
        return self.program.functions.get(function)

    def decorators(self, identity: str) -> list[str]:
        """Return the dotted names of external decorators."""
        return decorator_names(self.machine, identity)

    def ancestors(self, klass: str) -> tuple[str, ...]:
        """Return the dotted names of a class's ancestors outside the program."""
        if klass not in self.program.classes:
            return ()
        return self.machine.names.bases(klass)[1]

    def workflow_bodies(self) -> list[str]:
        """Return the functions that are bodies of workflows."""
        return [f for f in self.program.functions if is_workflow_body(self.machine, f)]

    def shares_attributes(self, place: Place) -> bool:
        """Tell whether instances have what a place holds as their `__dict__`."""
        held = {value.thing for value in self.held(place.base)}
        for key in self.machine.cells.keys():  # noqa: SIM118 - not a dict
            if key[0] == "field" and key[2] == "__dict__":
                inner = {value.thing for value in self.machine.cells.peek(key)}
                if held & inner:
                    return True
        return False

    def methods(self, klass: str, name: str) -> list[str]:
        """Return the method that a class of the program has under a name, if any."""
        found = self.machine.names.method(klass, name)
        return [] if found is None else [found.id]
