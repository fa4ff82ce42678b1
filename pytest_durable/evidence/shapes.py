"""What an object is made of, found without asking the object.

``isinstance`` reads ``__class__``, ``getattr`` runs descriptors and ``__getattr__``:
either wakes proxies, lazy settings and mocks. Only ``type()``, the method resolution
order and the descriptors that the interpreter itself made are used here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any

__all__ = [
    "Shape",
    "Shapes",
    "class_dict",
    "inherits",
    "is_one_of",
    "mro_of",
    "type_name",
]

_mro = type.__dict__["__mro__"].__get__
_dict = type.__dict__["__dict__"].__get__
_name = type.__dict__["__qualname__"].__get__

# Their attributes are bookkeeping: running threads, test doubles, enumerations.
_OPAQUE = frozenset(
    {
        ("enum", "Enum"),
        ("enum", "EnumMeta"),
        ("enum", "EnumType"),
        ("logging", "Filterer"),
        ("threading", "Thread"),
        ("concurrent.futures._base", "Executor"),
        ("unittest.mock", "Base"),
        ("builtins", "BaseException"),
    }
)

# Classes outside user code whose whole purpose is to hold state for their user.
_HOLDERS = {
    "threading": ("Event", "Semaphore", "BoundedSemaphore", "Condition", "Barrier"),
    "queue": ("Queue", "LifoQueue", "PriorityQueue"),
    "collections": ("ChainMap", "UserDict", "UserList", "UserString"),
    "types": ("SimpleNamespace",),
    "asyncio.locks": ("Event", "Lock", "Semaphore", "BoundedSemaphore", "Condition"),
    "asyncio.queues": ("Queue", "LifoQueue", "PriorityQueue"),
    "weakref": ("WeakKeyDictionary", "WeakValueDictionary"),
    "_weakrefset": ("WeakSet",),
    "requests.sessions": ("Session",),
    "requests.cookies": ("RequestsCookieJar",),
    "requests.structures": ("CaseInsensitiveDict",),
    "http.cookiejar": ("CookieJar", "Cookie"),
    "configparser": ("ConfigParser", "RawConfigParser", "SectionProxy"),
    "argparse": ("Namespace",),
}
_STEPS = "durable_core."
_HOLDER_PACKAGES = ("cachetools",)


def is_one_of(cls: type, classes: tuple[type, ...]) -> bool:
    """Return whether a class is one of several; ``in`` would ask its metaclass."""
    return any(cls is known for known in classes)


def inherits(value: object, cls: type) -> bool:
    """Return whether a value's class derives from another; nobody is asked."""
    return any(base is cls for base in _mro(type(value)))


def mro_of(cls: type) -> tuple[type, ...]:
    """Return a class's method resolution order, past any metaclass."""
    order: tuple[type, ...] = _mro(cls)
    return order


def class_dict(cls: type) -> Mapping[str, Any]:
    """Return a class's own attributes, past any metaclass."""
    names: Mapping[str, Any] = _dict(cls)
    return names


def module_of(cls: type) -> str:
    """Return the name of the module that defined a class."""
    module = class_dict(cls).get("__module__", "builtins")
    return module if type(module) is str else "builtins"


def type_name(cls: type) -> str:
    """Return ``module.Class`` for a class, without ``builtins``."""
    module, name = module_of(cls), _name(cls)
    return name if module == "builtins" else f"{module}.{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How to read one type's instances: their dict, their slots, whose they are.

    A ``holder`` is a class of a library whose purpose is to hold state: what its
    methods keep is state of the variable that holds the instance.

    The attributes of a ``closed`` type are nobody's state: an engine, a data frame.
    """

    user: bool
    holder: bool
    closed: bool
    dictionary: Callable[[object], dict[str, object]] | None
    slots: tuple[tuple[str, Any], ...]
    cached: frozenset[str]
    builtin: type | None
    step: bool

    def wrapped(self, value: object) -> FunctionType | None:
        """Return the function that an instance stands for, if it wraps one."""
        if self.dictionary is None:
            return None
        found = self.dictionary(value).get("__wrapped__")
        return found if type(found) is FunctionType else None


_BUILTINS = (dict, list, set, tuple, frozenset)


class Shapes:
    """The shapes of types, each worked out once."""

    def __init__(self, is_user_module: Callable[[str], bool]) -> None:
        self._is_user_module = is_user_module
        # By id: the hash of a class is its metaclass's, which may be a user's.
        self._known: dict[int, tuple[type, Shape | None]] = {}

    def of(self, cls: type) -> Shape | None:
        """Return the shape of a type, or None when its instances stay closed."""
        known = self._known.get(id(cls))
        if known is None:
            known = self._known[id(cls)] = (cls, self._work_out(cls))
        return known[1]

    def is_user_class(self, cls: type) -> bool:
        """Return whether a class is the user's and not an enumeration or the like."""
        if not self._is_user_module(module_of(cls)):
            return False
        # The metaclass decides too: an enumeration's classes are EnumType's.
        return not _opaque(mro_of(cls)) and not _opaque(mro_of(type(cls))[:-2])

    def _work_out(self, cls: type) -> Shape | None:
        order = mro_of(cls)
        user = any(self._is_user_module(module_of(base)) for base in order[:-1])
        builtin = next((base for base in order if is_one_of(base, _BUILTINS)), None)
        if _opaque(order):
            return None
        holder = _holds(order)
        return Shape(
            user=user,
            holder=holder,
            closed=not (user or holder),
            dictionary=_dictionary(order),
            slots=_slots(order),
            cached=_cached_names(order),
            builtin=builtin,
            step=any(module_of(base).startswith(_STEPS) for base in order),
        )


def _opaque(order: tuple[type, ...]) -> bool:
    return any((module_of(base), _name(base)) in _OPAQUE for base in order)


def _holds(order: tuple[type, ...]) -> bool:
    for base in order:
        module = module_of(base)
        if module.partition(".")[0] in _HOLDER_PACKAGES:
            return True
        if _name(base) in _HOLDERS.get(module, ()):
            return True
    return False


def _dictionary(
    order: tuple[type, ...],
) -> Callable[[object], dict[str, object]] | None:
    for base in order:
        found = class_dict(base).get("__dict__")
        if found is not None:
            # A property called __dict__ is how a proxy hides what it stands for.
            kind = type(found)
            made = kind is GetSetDescriptorType or kind is MemberDescriptorType
            return found.__get__ if made else None
    return None


def _slots(order: tuple[type, ...]) -> tuple[tuple[str, Any], ...]:
    found: dict[str, Any] = {}
    for base in order:
        for name, value in class_dict(base).items():
            if type(value) is MemberDescriptorType and not name.startswith("__"):
                found.setdefault(name, value)
    return tuple(found.items())


def _cached_names(order: tuple[type, ...]) -> frozenset[str]:
    return frozenset(
        name
        for base in order
        for name, value in class_dict(base).items()
        if _name(type(value)) == "cached_property"
    )
