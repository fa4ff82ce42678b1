"""Whatever is done to a program, the linter ends with findings or without."""

from __future__ import annotations

import io
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linting import examples

from lint_rules.cli import DEEPEST_RECURSION, run_command
from lint_rules.rules import all_rules

PROGRAMS = [text for rule in all_rules() for text in examples(rule).values()]


@pytest.fixture(autouse=True, scope="module")
def _deep() -> Iterator[None]:
    # Hypothesis wants the limit to be the same before and after each example.
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST_RECURSION))
    yield
    sys.setrecursionlimit(before)


def _tokens(text: str) -> list[str]:
    """Split a program so that the pieces make it up again."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    cuts = {0, len(text)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        cuts |= {starts[min(p[0], len(lines) + 1) - 1] + p[1] for p in token[2:4]}
    ordered = sorted(cut for cut in cuts if cut <= len(text))
    return [text[a:b] for a, b in zip(ordered, ordered[1:], strict=False)]


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """Return a valid program with some tokens or lines dropped, moved or doubled."""
    text = draw(st.sampled_from(PROGRAMS))
    whole_lines = draw(st.booleans())
    parts = text.splitlines(keepends=True) if whole_lines else _tokens(text)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(parts) - 1))
        other = draw(st.integers(0, len(parts) - 1))
        match draw(st.sampled_from(["delete", "swap", "double", "insert"])):
            case "delete" if len(parts) > 1:
                del parts[place]
            case "swap":
                parts[place], parts[other] = parts[other], parts[place]
            case "double":
                parts.insert(place, parts[other])
            case _:
                given_text = draw(st.text(max_size=3))
                parts.insert(place, given_text)
    return "".join(parts)


def _linted(path: Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_command([str(path), "--strict", "--no-cache"])
    return code, out.getvalue(), err.getvalue()


@settings(max_examples=60, deadline=None)
@given(mutants())
def test_a_mutilated_program_is_linted_twice_alike(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "flow.py")
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
        first = _linted(path)
        assert first[0] in {0, 1}, first
        assert not first[2]
        assert _linted(path) == first
