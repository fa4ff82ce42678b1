"""The facts of a module: a small program of frozen values.

Everything here is built from tuples, strings, numbers and other facts, so that a
module's facts can be pickled, compared and kept in a cache file. Names are already
resolved to the scope that owns them; nothing refers back to the syntax tree except
`at`, the number of a statement in document order, which the concrete syntax tree of
the same file numbers alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:  # slow to import, and at run time it does nothing

    def dataclass_transform(**_options):  # noqa: D103
        return lambda function: function


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def fact(cls: type[T]) -> type[T]:
    """Make a class of values that nobody changes.

    Type checkers see to that. Enforced at run time, a value would take twice as long to
    make, and three times as long to read from a cache.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


ScopeKind: TypeAlias = Literal["local", "cell", "global", "class"]


class Where(NamedTuple):
    """A position: line from 1, column from 1, and the statement it belongs to."""

    line: int
    column: int
    at: int


class Name(NamedTuple):
    """A resolved name; `owner` is the function or class that holds a cell."""

    id: str
    kind: ScopeKind
    owner: str = ""


class Const(NamedTuple):
    """A literal; numbers and the like are reduced to their type's name."""

    text: str | None
    type: str


@fact
class Joined:
    """An f-string, part by part."""

    parts: tuple[Expr, ...]


@fact
class Attr:
    """`base.name`."""

    base: Expr
    name: str
    where: Where


@fact
class Item:
    """`base[index]`; a slice copies instead of reaching an element."""

    base: Expr
    index: Expr
    is_slice: bool
    where: Where


@fact
class Call:
    """A call; a starred argument is wrapped in `Spread`."""

    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[tuple[str | None, Expr], ...]
    where: Where


@fact
class Display:
    """A list, tuple, set or dict display, or a comprehension's result."""

    type: str
    elements: tuple[Expr, ...]
    keys: tuple[Expr, ...]
    where: Where


@fact
class Comprehension:
    """`element for target in iterable`, nested from left to right."""

    type: str
    clauses: tuple[tuple[Expr, Expr], ...]
    elements: tuple[Expr, ...]
    conditions: tuple[Expr, ...]
    where: Where


@fact
class Spread:
    """`*value` or `**value`."""

    value: Expr


@fact
class Choice:
    """One of several values: a conditional expression, `and`, `or`."""

    tests: tuple[Expr, ...]
    options: tuple[Expr, ...]


@fact
class Binary:
    """An arithmetic operation; the result is a new object."""

    op: str
    left: Expr
    right: Expr
    where: Where


@fact
class Lambda:
    """A function made by an expression."""

    qualname: str


@fact
class Walrus:
    """`(target := value)`."""

    target: Expr
    value: Expr
    where: Where


@fact
class Yield:
    """`yield value` or `yield from value`."""

    value: Expr
    delegates: bool


@fact
class Awaited:
    """`await value`."""

    value: Expr


@fact
class Opaque:
    """Anything whose result is a plain new value: comparisons, `not`, ..."""

    parts: tuple[Expr, ...]


Expr: TypeAlias = (
    Name
    | Const
    | Joined
    | Attr
    | Item
    | Call
    | Display
    | Comprehension
    | Spread
    | Choice
    | Binary
    | Lambda
    | Walrus
    | Yield
    | Awaited
    | Opaque
)


@fact
class Assign:
    """`target = ... = value`."""

    targets: tuple[Expr, ...]
    value: Expr
    where: Where
    annotation: Expr | None = None


@fact
class Augment:
    """`target op= value`."""

    target: Expr
    op: str
    value: Expr
    where: Where


@fact
class Delete:
    """`del target`."""

    targets: tuple[Expr, ...]
    where: Where


@fact
class Evaluate:
    """An expression used as a statement."""

    value: Expr
    where: Where


@fact
class Return:
    """`return value`."""

    value: Expr | None
    where: Where


@fact
class Leave:
    """`raise`, `break` or `continue`: what follows in the block is not reached."""

    parts: tuple[Expr, ...]
    where: Where
    raises: bool = False


@fact
class Branch:
    """`if` and `match`: one of several blocks."""

    test: Expr
    blocks: tuple[tuple[Stmt, ...], ...]
    where: Where


@fact
class Loop:
    """`for` and `while`."""

    target: Expr | None
    source: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    where: Where


@fact
class With:
    """`with` items and their body."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]
    where: Where


@fact
class Catch:
    """What an `except` names; nothing when it is bare."""

    type: Expr | None
    name: str
    where: Where


@fact
class Try:
    """`try` with its handlers; `catches` says what each of them is for."""

    body: tuple[Stmt, ...]
    handlers: tuple[tuple[Stmt, ...], ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    where: Where
    catches: tuple[Catch, ...] = ()


@fact
class Define:
    """A `def` or `class` statement that binds `name`."""

    name: Name
    qualname: str
    is_class: bool
    where: Where


@fact
class Import:
    """Names bound by an import: (name, module, attribute or None)."""

    bindings: tuple[tuple[Name, str, str | None], ...]
    stars: tuple[str, ...]
    where: Where


@fact
class Global:
    """`global a, b`."""

    names: tuple[str, ...]
    where: Where


Stmt: TypeAlias = (
    Assign
    | Augment
    | Delete
    | Evaluate
    | Return
    | Leave
    | Branch
    | Loop
    | With
    | Try
    | Define
    | Import
    | Global
)


@fact
class Param:
    """A parameter; `style` is one of positional, keyword, args, kwargs."""

    name: str
    style: str
    default: Expr | None
    annotation: Expr | None
    where: Where


@fact
class FunctionFacts:
    """A function; `qualname` is unique in its module even when redefined."""

    qualname: str
    name: str
    where: Where
    params: tuple[Param, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[tuple[Expr, Where], ...]
    owner: str
    parent: str
    is_generator: bool
    is_async: bool


@fact
class ClassFacts:
    """A class; its body is run when it is defined."""

    qualname: str
    name: str
    where: Where
    bases: tuple[Expr, ...]
    keywords: tuple[tuple[str | None, Expr], ...]
    body: tuple[Stmt, ...]
    decorators: tuple[tuple[Expr, Where], ...]
    parent: str


@fact
class Handed:
    """A call that may hand functions, or dotted paths to some, to a worker.

    `paths` gives, for each text in the call that looks like a path, the program's own
    names of its first part, its first two parts, and so on.
    """

    function: str
    call: Call
    paths: tuple[tuple[str, tuple[str, ...]], ...]


@fact
class Declared:
    """A dotted path in a definition file, with the program's names for its parts."""

    file: str
    text: str
    where: Where
    prefixes: tuple[str, ...]


@fact
class ModuleFacts:
    """One module."""

    name: str
    path: str
    is_package: bool
    body: tuple[Stmt, ...]
    functions: tuple[FunctionFacts, ...]
    classes: tuple[ClassFacts, ...]
    imports: tuple[str, ...]
    definitions: tuple[tuple[str, Where], ...]
    handed: tuple[Handed, ...] = ()
