"""What an expression may be, and through which lasting place it was reached.

A `Value` is a thing and its `via`: the place outside any single step (a module global,
a class attribute, a default argument, ...) through which the thing was read. A thing
without `via` was made by the code that uses it and dies with it. Changing a value that
has a `via` changes something that another process does not see.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

IMPORT = "import"
STEP = "step"
DEEPEST = 3


class Place(NamedTuple):
    """A lasting place; `path` leads from it to the part that is meant."""

    root: str
    owner: str
    name: str
    path: tuple[str, ...] = ()

    def below(self, part: str) -> Place:
        """Return the place of an attribute (`name`) or an element (`[]`) below."""
        if len(self.path) >= DEEPEST:
            return self
        return self._replace(path=(*self.path, part))

    @property
    def base(self) -> Place:
        """The place itself, without a path."""
        return self._replace(path=())


class Made(NamedTuple):
    """An object made at `site` (module:line:column) in a phase; `type` is dotted."""

    type: str
    site: str
    phase: str


class Function(NamedTuple):
    """A function object of the program; `phase` is when it was defined."""

    id: str
    phase: str


class Klass(NamedTuple):
    """A class of the program."""

    id: str


class Module(NamedTuple):
    """A module of the program."""

    module: str


class External(NamedTuple):
    """Something that is not part of the program, by its dotted name."""

    dotted: str


class Bound(NamedTuple):
    """A function of the program with its first argument."""

    function: Function
    receiver: Value


class Method(NamedTuple):
    """An attribute of an object whose type is not part of the program."""

    receiver: Value
    name: str


class Super(NamedTuple):
    """`super()` in a method of `klass`."""

    klass: str
    receiver: Value


class Memo(NamedTuple):
    """A function behind an in-process cache."""

    function: Thing
    cache: str


class Text(NamedTuple):
    """A string or path; `text` is its known beginning, `base` where it starts."""

    text: str
    base: str
    site: str = ""
    is_path: bool = False
    exact: bool = True


class Scalar(NamedTuple):
    """A number, a bool, None: nothing that can be changed."""

    type: str


class State(NamedTuple):
    """The state that is handed from step to step."""

    of: str


class Unknown(NamedTuple):
    """Anything."""

    what: str = ""


Thing: TypeAlias = (
    Made
    | Function
    | Klass
    | Module
    | External
    | Bound
    | Method
    | Super
    | Memo
    | Text
    | Scalar
    | State
    | Unknown
)


class Value(NamedTuple):
    """A thing and the lasting place it was read from, if any."""

    thing: Thing
    via: Place | None = None


Values: TypeAlias = frozenset[Value]

NOTHING: Values = frozenset()
UNKNOWN: Values = frozenset({Value(Unknown())})
NONE = Value(Scalar("NoneType"))

# What may be one of more things than are told apart.
MANY = Unknown("many")

_CONSTANT = (Function, Klass, Module, Text, Scalar, Memo, State)


def reached(values: Values, place: Place | None) -> Values:
    """Return the values as read from `place`; an older `via` is kept."""
    if place is None:
        return values
    return frozenset(
        value
        if value.via is not None or isinstance(value.thing, _CONSTANT)
        else Value(value.thing, place)
        for value in values
    )


def one(thing: Thing, via: Place | None = None) -> Values:
    """Return a set of one value."""
    return frozenset({Value(thing, via)})
