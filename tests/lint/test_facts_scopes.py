"""Our scopes agree with the compiler's."""

from __future__ import annotations

import ast
import sys
import textwrap

import pytest
from agreement import scopes_differ

from lint_rules.facts.binding import Scopes

PROGRAMS = {
    "a name that is only read": "def f():\n    return x\n",
    "an assigned name": "def f():\n    x = 1\n    return x\n",
    "a declared name": "def f():\n    global x\n    x = 1\n    def g(): return x\n",
    "targets": "def f():\n    for x in y: pass\n    with y as z: pass\n    del w\n",
    "an except target": "def f():\n    try: pass\n    except E as x: pass\n",
    "imports": "def f():\n    import x.y, z.w as v\n    from a import b, c as d\n",
    "captures": """
        def f(subject):
            match subject:
                case {"k": a, **rest} if rest: pass
                case [b, *others] | (b, others): pass
                case C(key=c) as whole: pass
            return a, rest, b, others, c, whole
        """,
    "parameters": "def f(a, /, b, *c, d=1, **e): return a, b, c, d, e, g\n",
    "an annotation without a value": "def f():\n    x: int\n    return x\n",
    "an annotation of a part": "def f():\n    x.y: int = 1\n    return x\n",
    "a walrus in a default": "def f(a=(b := 1)):\n    def g(c=(d := 2)): return b, d\n",
    "a walrus in a decorator": "def f():\n    @(d := g)\n    class A: pass\n    d\n",
    "a walrus in a class's bases": "def f():\n    class A((b := g)): pass\n    b\n",
    "a walrus in a comprehension": """
        def f(a):
            [y := 1 for z in a if (w := z)]
            return [lambda: (v := y) for v in a], w, v
        """,
    "comprehensions in comprehensions": """
        def f(a):
            x = 1
            return {k: [x for k in v if k] for k, v in a for x in k}, (x for b in x)
        """,
    "a comprehension in a class": """
        class A:
            x = 1
            y = [x for z in x if x]
            w = {z for z in x}
            v = [lambda: z for z in x]
        """,
    "a class in a function": """
        def f(a):
            x = 1
            class A:
                x = 2
                nonlocal a
                a = 3
                def g(self): return x, a, y
                y = x
        """,
    "a class with a declared global": """
        def f():
            x = 1
            class A:
                global x
                x = 2
                def g(self): return x
        """,
    "private names": """
        __g = __p = 0
        def f(__a):
            class A:
                __p = 1
                def g(self, __q):
                    global __g
                    __g = __q
                    def h():
                        nonlocal __q
                        __q = __a, __p, __g, __name__
                class __B:
                    def g(self): return __p
        """,
    "nonlocal through a function": """
        def f():
            x = 1
            def g():
                nonlocal x
                def h(): return x
                x = 2
        """,
    "lambdas": "def f(x): return lambda y=lambda z=x: (x, z), *w: (x, y, w, v)\n",
}
TYPES = {
    "a generic function": """
        def f[T: (int, str), *Ts, **P](a: T, b: y = T) -> T:
            def g(): return T, Ts, P, a
        """,
    "a generic class": """
        class A[T](list[T]):
            x = 1
            def g[V: x](self, a: V, b: T, c: x = x) -> x:
                return T, V, x
            y = [T for _ in x]
        """,
    "a private type": """
        class _A[__T]:
            def f(self, a: __T): return __T
        """,
    "aliases": """
        type X = list[X]
        class A:
            y = 1
            type Z[U] = dict[U, y]
            type W = y
            def f(self):
                type V = y
                return V, Z
        """,
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_every_name_has_the_owner_that_the_compiler_says(program: str) -> None:
    text = textwrap.dedent(program)
    assert list(scopes_differ(ast.parse(text), text)) == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
@pytest.mark.parametrize("program", TYPES.values(), ids=TYPES.keys())
def test_every_name_in_types_has_the_owner_that_the_compiler_says(program: str) -> None:
    text = textwrap.dedent(program)
    assert list(scopes_differ(ast.parse(text), text)) == []


def test_a_wrong_owner_would_be_seen() -> None:
    text = "def f():\n    x = 1\n    return x\n"
    other = "def f():\n    y = 1\n    return x\n"
    assert list(scopes_differ(ast.parse(other), text)) != []


def test_a_private_name_is_spelled_in_full_only_outside_its_class() -> None:
    text = "class _A:\n    __x = 1\n    def f(self): return __y\n"
    tree = ast.parse(text)
    klass = tree.body[0]
    assert isinstance(klass, ast.ClassDef)
    scopes = Scopes(tree)
    assert scopes.of(klass).resolve("__x").id == "__x"
    function = klass.body[1]
    assert isinstance(function, ast.FunctionDef)
    assert scopes.of(function).resolve("__y").id == "_A__y"
