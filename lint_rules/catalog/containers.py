"""How the containers of the standard library behave."""

from __future__ import annotations

ACCESSORS = frozenset(
    {"get", "setdefault", "pop", "popleft", "popitem", "__getitem__", "getlist"}
)
VIEWS = frozenset({"values", "items", "elements"})
COPIES = frozenset(
    {"copy", "union", "intersection", "difference", "symmetric_difference", "__copy__"}
)
ADDERS = frozenset({"append", "add", "appendleft", "insert", "put", "put_nowait"})
EXTENDERS = frozenset({"extend", "update", "extendleft", "__ior__"})
MUTATORS = frozenset(
    {
        "append",
        "appendleft",
        "extend",
        "extendleft",
        "insert",
        "add",
        "update",
        "setdefault",
        "pop",
        "popleft",
        "popitem",
        "remove",
        "discard",
        "clear",
        "sort",
        "reverse",
        "rotate",
        "subtract",
        "move_to_end",
        "intersection_update",
        "difference_update",
        "symmetric_difference_update",
        "__setitem__",
        "__delitem__",
        "__setattr__",
        "__ior__",
        "appendrow",
    }
)
# On an object of unknown type only names that hardly anything else uses.
LIKELY_MUTATORS = MUTATORS - {
    "appendrow",
    "remove",
    "sort",
    "reverse",
    "rotate",
    "insert",
}
# How many arguments a container's method takes, where that is not one.
MOST_ARGUMENTS = {"setdefault": 2, "pop": 2, "clear": 0, "popleft": 0, "popitem": 0} | {
    "__setitem__": 2,
    "__setattr__": 2,
    "move_to_end": 2,
}

MUTABLE = {
    "builtins.list": "list",
    "builtins.dict": "dict",
    "builtins.set": "set",
    "builtins.bytearray": "bytearray",
    "collections.deque": "deque",
    "collections.defaultdict": "dict",
    "collections.OrderedDict": "dict",
    "collections.Counter": "dict",
    "collections.UserDict": "dict",
    "collections.UserList": "list",
    "array.array": "list",
    "weakref.WeakKeyDictionary": "dict",
    "weakref.WeakValueDictionary": "dict",
    "weakref.WeakSet": "set",
    "types.SimpleNamespace": "namespace",
}
CONTAINERS = frozenset(
    {"list", "dict", "set", "deque", "bytearray", "tuple", "generator"}
)
CHANGEABLE = frozenset({"list", "dict", "set", "deque", "bytearray"})

# Functions of the standard library that change their first argument.
CHANGES_ARGUMENT = {
    "heapq.heappush": 0,
    "heapq.heappop": 0,
    "heapq.heapify": 0,
    "heapq.heappushpop": 0,
    "heapq.heapreplace": 0,
    "bisect.insort": 0,
    "bisect.insort_left": 0,
    "bisect.insort_right": 0,
    "random.shuffle": 0,
    "operator.setitem": 0,
    "operator.delitem": 0,
    "operator.iadd": 0,
    "operator.ior": 0,
    "operator.iconcat": 0,
    "random.Random.shuffle": 0,
}
# Functions that return their argument's elements in a new container.
SHALLOW_COPIES = {
    "builtins.list": "list",
    "builtins.dict": "dict",
    "builtins.set": "set",
    "builtins.tuple": "tuple",
    "builtins.frozenset": "tuple",
    "builtins.sorted": "list",
    "builtins.reversed": "list",
    "builtins.enumerate": "list",
    "builtins.zip": "list",
    "builtins.filter": "list",
    "copy.copy": "",
    "collections.deque": "deque",
    "collections.OrderedDict": "dict",
    "collections.Counter": "dict",
    "collections.UserDict": "dict",
    "itertools.chain": "list",
    "itertools.islice": "list",
    "itertools.chain.from_iterable": "list",
    "types.MappingProxyType": "tuple",
}
FIRST_ELEMENT = frozenset(
    {"builtins.next", "builtins.min", "builtins.max", "random.choice"}
)
