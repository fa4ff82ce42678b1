"""The ways to write and read a lasting place that can be told apart by their text."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from lint_rules.fixes.workbench import Unfixable, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.fixes.workbench import Sheet

_EMPTY_DICTS = ("{}", "dict()")


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that puts `value` into a place.

    `target` is the expression that a reader must use as well, `word` the name to look
    for in the program: that of the global, or of the attribute. `fields` are names for
    the value, the best first. `of_copy` says that a dict is filled from the value.
    """

    target: cst.BaseExpression
    value: cst.BaseExpression
    word: str
    fields: tuple[str, ...]
    form: str
    of_copy: bool = False

    def names(self, step: str) -> tuple[str, ...]:
        """Return names for the field; the last one is that of the writing step, too."""
        return (*self.fields, *(f"{step}_{name}" for name in self.fields[-1:]))

    @property
    def owns_global(self) -> bool:
        """Tell whether `word` is the name of a global."""
        return self.form != "attribute"


def write_of(statement: cst.CSTNode) -> Write:
    """Read a statement as the write of a place."""
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        return _assigned(statement.targets[0].target, statement.value)
    if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call):
        return _updated(statement.value)
    raise Unfixable("the place is changed, not assigned")


def _assigned(target: cst.BaseExpression, value: cst.BaseExpression) -> Write:
    if isinstance(target, cst.Name):
        name = target.value
        return Write(target, value, name, _fields(name), "name")
    if isinstance(target, cst.Subscript) and isinstance(target.value, cst.Name):
        name, key = target.value.value, constant_key(target)
        fields = (*_fields(key or ""), *_fields(f"{name}_{key}" if key else name))
        return Write(target, value, name, fields, "item")
    if isinstance(target, cst.Attribute) and _is_accessor(target.value):
        word = target.attr.value
        owner = (
            target.value.func if isinstance(target.value, cst.Call) else target.value
        )
        name = owner.value if isinstance(owner, cst.Name) else ""
        fields = (*_fields(word), *_fields(f"{name}_{word}"))
        return Write(target, value, word, fields, "attribute")
    raise Unfixable("the place has no plain name")


def _updated(call: cst.Call) -> Write:
    """Read `NAME.update(value)`; whether NAME was empty is seen at its definition."""
    func, args = call.func, call.args
    plain = len(args) == 1 and not args[0].keyword and not args[0].star
    if (
        not plain
        or not isinstance(func, cst.Attribute)
        or not isinstance(func.value, cst.Name)
        or func.attr.value != "update"
    ):
        raise Unfixable("the place is changed, not assigned")
    name = func.value.value
    return Write(func.value, args[0].value, name, _fields(name), "name", of_copy=True)


def _is_accessor(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is `NAME` or `NAME()`."""
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and not node.args
    return isinstance(node, cst.Name)


def constant_key(node: cst.Subscript) -> str | None:
    """Return the text that an item is looked up by, if it is written there."""
    if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
        return None
    index = node.slice[0].slice.value
    value = index.evaluated_value if isinstance(index, cst.SimpleString) else None
    return value if isinstance(value, str) else None


def _fields(name: str) -> tuple[str, ...]:
    """Return a name as a field of the state is called, if it can be."""
    found = name.strip("_")
    found = found.lower() if found.isupper() else _snake(found)
    usable = found.isidentifier() and not keyword.iskeyword(found)
    return (found,) if usable and found not in _METHODS else ()


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


# Attributes of dicts and of pydantic models: a field must not hide them.
_METHODS = frozenset(
    {
        "clear", "construct", "copy", "dict", "fields", "fromkeys", "get", "items",
        "json", "keys", "pop", "popitem", "schema", "setdefault", "update", "validate",
        "values",
    }
)  # fmt: skip


def is_empty_dict(node: cst.BaseExpression | None, sheet: Sheet) -> bool:
    """Tell whether a global begins as an empty dict."""
    return node is not None and sheet.source(node).strip() in _EMPTY_DICTS


def mentions(root: cst.CSTNode, write: Write) -> Iterator[cst.CSTNode]:
    """Return every node that may mean the place, or hide it.

    For a global these are its name, wherever it stands, and strings that are that name;
    for an attribute the attributes of that name, of whatever object.
    """
    for node in nodes(root):
        if isinstance(node, cst.SimpleString):
            if node.evaluated_value == write.word and write.form != "item":
                yield node
        elif write.owns_global:
            if isinstance(node, cst.Name) and node.value == write.word:
                yield node
        elif isinstance(node, cst.Attribute) and node.attr.value == write.word:
            yield node
