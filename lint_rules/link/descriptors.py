"""Objects of other packages that stand for something else: fields, managers, proxies.

`event = ForeignKey(...)` in the body of a model is not what `order.event` gives: each
instance gets a value of its own. And what `Order.objects.get(...)` returns was fetched
for the caller: it is not kept in the manager. Containers, connections and the like that
the catalogue knows are what they look like, wherever they stand.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lint_rules.catalog import caches, coordination, resources
from lint_rules.catalog.containers import MUTABLE
from lint_rules.link.values import External, Klass, Made, Method, Thing, Unknown

if TYPE_CHECKING:
    from lint_rules.link.frame import Frame

_PLAIN = (
    frozenset(MUTABLE)
    | resources.CONNECTIONS
    | resources.SESSIONS
    | resources.BUFFERS
    | resources.FORK_SAFE
    | coordination.LOCALS
    | caches.CACHE_OBJECTS
)
_HOOKS = ("__get__", "__set__", "contribute_to_class", "__set_name__")


def is_given(thing: Thing, owner: str, frame: Frame) -> bool:
    """Tell whether instances get something else than this object of the class body."""
    if isinstance(thing, Made) and is_foreign(thing.type):
        return True
    return is_descriptor(thing, owner, frame)


def is_descriptor(thing: Thing, owner: str, frame: Frame) -> bool:
    """Tell whether the class that holds an object gives out something else for it.

    Of objects of other packages, and of those that nobody knows, that is said in a
    class with a base class of another package, which knows what to make of them.
    """
    names = frame.machine.names
    declares = any(map(is_foreign, names.bases(owner)[1]))
    if isinstance(thing, Unknown | Method):
        return declares
    if not isinstance(thing, Made):
        return False
    if thing.type not in frame.machine.program.classes:
        return declares and is_foreign(thing.type)
    if any(names.method(thing.type, hook) is not None for hook in _HOOKS):
        return True
    return declares and any(map(is_foreign, names.bases(thing.type)[1]))


def hands_out(thing: Thing, frame: Frame) -> bool:
    """Tell whether what a call or an index gives is not kept in the object."""
    if isinstance(thing, Method):
        inner = thing.receiver.thing
        return isinstance(inner, Unknown) or hands_out(inner, frame)
    if isinstance(thing, Klass):
        return True
    if isinstance(thing, External):
        return is_foreign(thing.dotted)
    if not isinstance(thing, Made):
        return False
    if thing.type == "builtins.object":
        return True  # a mark for a missing argument holds nothing
    if thing.type in frame.machine.program.classes:
        bases = frame.machine.names.bases(thing.type)[1]
        return any(map(is_foreign, bases))
    return is_foreign(thing.type)


def is_foreign(type_: str) -> bool:
    """Tell whether a type is of a third package and nothing that we know."""
    root, _, rest = type_.partition(".")
    if ":" in type_:  # `module:Class.method` is what that method returned
        return "." in type_.partition(":")[2]
    return bool(rest) and type_ not in _PLAIN and root not in sys.stdlib_module_names
