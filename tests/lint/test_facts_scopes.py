"""Our scopes agree with the compiler's."""

from __future__ import annotations

import ast
import symtable

import pytest

from lint_rules.facts.scopes import Scope, function_scope

PROGRAMS = {
    "a name that is only read is global": "def f():\n    return x\n",
    "an assigned name is local": "def f():\n    x = 1\n    return x\n",
    "a declared name is global": "def f():\n    global x\n    x = 1\n",
    "a loop target is local": "def f():\n    for x in y: pass\n",
    "a with target is local": "def f():\n    with y as x: pass\n",
    "an except target is local": "def f():\n    try: pass\n    except E as x: pass\n",
    "an import binds its first part": "def f():\n    import x.y\n",
    "a match capture is local": "def f(y):\n    match y:\n        case [x]: pass\n",
    "a nested def is local": "def f():\n    def x(): pass\n",
    "an argument is local": "def f(x, *y, z=1, **w): return x\n",
}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_locals_are_those_of_the_compiler(source: str) -> None:
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    scope = function_scope(function, "f", Scope("module", "", None))
    table = symtable.symtable(source, "f.py", "exec").get_children()[0]
    for symbol in table.get_symbols():
        ours = scope.resolve(symbol.get_name())
        assert (ours.kind == "local") == symbol.is_local(), symbol.get_name()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f():\n    return [x for x in y]\n", "global"),
        ("def f():\n    [x := 1 for z in y]\n", "local"),
    ],
    ids=["a comprehension's target stays in it", "a walrus leaves a comprehension"],
)
def test_comprehensions_have_their_own_scope(source: str, kind: str) -> None:
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    scope = function_scope(function, "f", Scope("module", "", None))
    assert scope.resolve("x").kind == kind
