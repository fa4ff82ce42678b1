"""Two front ends read a file: `ast`, and libcst where `ast` cannot; they agree."""

from __future__ import annotations

import ast
import random
import sys
import sysconfig
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from agreement import disagreements, fronts_differ
from linting import lint, names

from lint_rules.facts.concrete.tree import parse, parse_newer
from lint_rules.facts.reader import read_module
from lint_rules.source import Source, Unreadable
from lint_rules.source import parse as parse_source

if TYPE_CHECKING:
    from lint_rules.facts.ir import ModuleFacts

FEW = 150
LARGE = 10_000

HARD = {
    "decorators": "@a.b(1)\n@(c)\nasync def f(): pass\n\n@d\nclass A: pass\n",
    "elif": "if a():\n    pass\nelif b.c:\n    d()\nelif e[1]: f()\nelse:\n    g()\n",
    "statements in one line": "a.b(); c[1] = d(); del e.f\nif a: b(); c()\n",
    "strings side by side": "x = f('a' \"b\"\n  r'\\c' '''d''').e\ny = b'a' b'b'\n",
    "an f-string": "f(f'{a.b!r:>{c()}} {d[1]=} {{}} {e() = }' 'tail' f'', rf'\\d{f.g}')\n",
    "escapes": "f('\\x41\\N{DIGIT ONE}\\'', f'\\x41\\t{a.b}\\N{DIGIT ONE}\\'')\n",
    "parentheses": "((a).b)((c + d).e, (f for g in h()), ((i.j, k)), (l,)).m\n(n.o)\n",
    "a generator alone": "f (a.b for c in d)\ng(\n  h.i for j in k)\n",
    "subscripts": "a[b.c, 1:d.e:2, ...], a[(b, c)], a[b,], a[:, None].f\n",
    "and, or, not": "a and b.c and (d and e.f) or not g.h or (i or j)\n",
    "comparisons": "a.b < c.d == e.f in (g.h, i) is not None\n",
    "operators": "a + b.c * -d.e ** f % g // h @ i << j >> k & l | m ^ ~n\n",
    "lambdas": "f(lambda: a.b, lambda x, /, y=c.d, *z, w=e.f, **v: x.g)\n",
    "parameters": "def f(a: b.c, /, d=e(), *g: 'h.i', j: k = l(), **m) -> n: pass\n",
    "bare star": "def f(a, *, b=c()): pass\n",
    "calls": "a(b, *c.d, e=f(), *g, **h.i)(j)[k](**l)\n",
    "displays": "[a, *b.c], {d.e, *f}, {g.h: i, **j}, (), [], {}, (k.l, *m)\n",
    "comprehensions": "[a.b for c, *d in e() if f if g.h for i in j], {k: l.m for k, l in n}\n",
    "async": "async def f():\n    async with a.b() as c, d: pass\n    async for e in g():"
    " yield await h.i\n    return [j async for j in k()]\n",
    "with": "with (a.b() as c, d() as (e, f)): pass\nwith (g): pass\nwith (h, i): pass\n",
    "try": "try:\n    a.b()\nexcept (C, D.e) as f: g()\nexcept: pass\nelse: h()\n"
    "finally: i()\n",
    "loops": "for a, (b, *c) in d(): e()\nelse: f()\nwhile g.h: break\nelse: i()\n",
    "assignments": "a = b.c, d = e()\nf: g.h = i()\nj.k: l\nm += n.o\np, *q = r\n[s] = t\n",
    "imports": "import a.b, c.d as e\nfrom . import f\nfrom ..g.h import (i as j, k,)\n"
    "from l import *\n",
    "global names": "def f():\n    global a, b\n    def g():\n        nonlocal c\n    c = 1\n",
    "raise": "raise\nraise a.b()\nraise c from d.e\nassert f.g, h.i\n",
    "match": """
        match a.b, c():
            case -1 | 1+2j | 'x' "y" | None | D.e: f()
            case [g, *_, 1] | (g, [2]) if h.i: pass
            case {'a': 1, **rest}: pass
            case J(1, k, l=m) as n: pass
            case (o), : pass
            case _: pass
        """,
    "yields": "def f():\n    x = yield\n    yield a.b, c\n    yield from d.e()\n",
    "a walrus": "if (a := b.c(d)) and [e := 1, f.g(h := 2)]: pass\n",
    "numbers": "f(1_000, 0x_ff, 1e5, 2j, 0o17, 1.5, True, None, ..., -1)\n",
    "letters of the world": "é.ñ('日本').ｆ = ẞ(a.b)\ndef ﬁ(ª): return f'é{ª.b}'\n",
    "tabs and form feeds": "if a:\n\tb.c()\n\x0c\nd.e()\n",
    "line continuations": "a = \\\n  b.c(\\\n d)\nassert e, \\\n  f.g\n",
    "an empty module": "",
    "comments alone": "# a\n\n    # b\n",
    "no line end": "a.b()",
    "annotations in strings": "def f(a: 'b.C[d.e]', g: 'h(', i: \"[j for j in k()]\"): pass\n",
    "classes": "class A(b.C, *d, metaclass=e.f, **g):\n    'text'\n    h: i.j\n    k = 1\n",
}
NEWER = {
    "except*": ("try:\n    a()\nexcept* (B, C) as e:\n    d.e(e)\n", 11),
    "a starred subscript": ("x = a.b[*c.d, e]\n", 11),
    "a starred annotation": ("def f(*a: *b.c): pass\n", 11),
    "an alias": ("type X[T] = dict[str, T]\ndef f(): return X\n", 12),
    "generics": (
        "class A[T: a.b](B[T]):\n    def f[*U, **V](self, c: T): return U\n",
        12,
    ),
    "the same quotes": ("f(f'{a['b'].c}', f'{d.e('x')!r:{'y'}}')\n", 12),
    "a backslash in an f-string": ("f(f'{a.join('\\n')}')\n", 12),
    "lines in an f-string": ("f(f'{a.b(\n  1)}')\n", 12),
    "a comment in an f-string": ("f(f'{a.b(1) = # c\n}')\n", 12),
    "a default of a type": ("class A[T = int]: pass\n", 13),
    "a template string": ("f(t'{a.b} {c!r:>{d.e()}}')\n", 14),
    "except without parentheses": ("try: pass\nexcept A.b, C: d()\n", 14),
}


def facts(tree: ast.Module) -> ModuleFacts:
    return read_module(tree, "module", "module.py", is_package=False)


@pytest.mark.parametrize("program", HARD.values(), ids=HARD.keys())
def test_the_front_ends_agree_on(program: str) -> None:
    text = textwrap.dedent(program)
    assert not fronts_differ(ast.parse(text), text)


@pytest.mark.parametrize(("text", "minor"), NEWER.values(), ids=NEWER.keys())
def test_newer_syntax_has_the_facts_of_a_python_that_knows_it(
    text: str, minor: int
) -> None:
    read = facts(parse(text))
    if sys.version_info >= (3, minor):
        assert read == facts(ast.parse(text))
        assert parse_newer(text) is None
    else:
        newer = parse_newer(text)
        assert newer is not None
        assert facts(newer) == read


def test_a_difference_would_be_seen() -> None:
    assert fronts_differ(ast.parse("a.b(c)\n"), "a.b( c )\nd.e\n")


def sample() -> list[Path]:
    """Return some files of the standard library and of the installed packages."""
    found: list[Path] = []
    for place in ("stdlib", "purelib"):
        below = sorted(Path(sysconfig.get_path(place)).rglob("*.py"))
        small = [
            path
            for path in below
            if path.is_file()
            and path.stat().st_size < LARGE
            and (place != "stdlib" or "site-packages" not in path.parts)
        ]
        found += random.Random(3).sample(small, min(len(small), FEW // 2))
    return found


def test_real_files_are_read_alike_and_names_are_owned_as_the_compiler_says() -> None:
    told = {path: disagreements(path) for path in sample()}
    assert {path: found for path, found in told.items() if found} == {}
    assert sum(found is not None for found in told.values()) > FEW * 0.8


STEPS = """
from durable_core import step

kept: dict[str, int] = {}

type Amount = int | float
type Pair[T] = tuple[T, T]

@step
def note[T](state, context: T):
    try:
        kept[f"{state["name"]}"] = 1
    except* ValueError as group:
        kept.pop("a")
"""


def test_a_step_module_in_newer_syntax_is_linted_on_every_python(
    tmp_path: Path,
) -> None:
    findings = lint(tmp_path, STEPS)
    assert names(findings) == ["module-mutation"] * 2
    assert [f.line for f in findings] == [11, 13]


@pytest.mark.parametrize(
    "text",
    [
        "x = '\\x'\n",
        "def f(:\n",
        "print 'a'\n",
        "type = \n",
        "x = " + "(" * 5000,
        "x = " + "-" * 30_000 + "1 2\n",
        "match x:\n    case " + "[" * 60 + "]" * 60 + " : = \n",
        "type X = a" + ".b" * 30_000 + "\nx = = 1\n",
    ],
    ids=lambda text: text[:16],
)
def test_what_no_python_accepts_is_rejected_by_both(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_source(Source(Path("a.py"), text.encode(), text))
    assert caught.value.line >= 1
