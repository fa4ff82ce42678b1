"""However a program is laid out, a fix changes what it must, and no other byte."""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path

from fixing import mended
from hypothesis import given, settings
from hypothesis import strategies as st

PROGRAM = """\
import functools
from durable_core import step
rates = {}
LIMIT = "é"
@functools.lru_cache(maxsize=4)
def read(path):
>return open(path).read()
@step
def choose(state, context):
>global LIMIT
>name = state.zone
>rates["eur"] = len(name)
>return {"text": read(name)}
@step
def price(state, context):
>total = rates["eur"] * 2
>if total:
>>total = total + len(LIMIT)
>return {"price": total}
"""
GONE = {
    "rates = {}",
    "@functools",
    "global LIMIT",
    "import functools",
    'rates["eur"] =',
}
CHANGED = {"total = rates", "return {"}
gaps = st.lists(st.sampled_from(["", "  ", "\f", "# note"]), max_size=2)
behind = st.sampled_from(["", " ", "  # why", " # é ☕", "  # noqa: E501"])


@st.composite
def programs(draw: st.DrawFn) -> bytes:
    indent = draw(st.sampled_from(["    ", "  ", "\t"]))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    lines: list[str] = []
    for line in PROGRAM.splitlines():
        code = line.lstrip(">")
        depth = len(line) - len(code)
        if not depth and not lines[-1:] == ["@step"]:
            lines += draw(gaps)
        lines.append(indent * depth + code + draw(behind))
    last = draw(st.sampled_from(["", newline]))
    return (mark + newline.join(lines) + last).encode()


def untouched(content: bytes) -> list[bytes]:
    """Return the lines that no fix has a reason to change."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    words = [word.encode() for word in GONE | CHANGED]
    return [ln for ln in lines if ln.strip() and not any(w in ln for w in words)]


@settings(max_examples=30, deadline=None)
@given(programs())
def test_no_other_byte_is_changed(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "flow.py")
        path.write_bytes(content)
        mending = mended(Path(folder))
        assert mending.failed == []
        assert sorted(f.code for f in mending.fixed) == ["DUR103", "DUR112", "DUR201"]
        (after,) = mending.after.values()
        path.write_bytes(after)
        assert mended(Path(folder)).after == {}
    ast.parse(after)
    assert after[:3] == content[:3] or not content.startswith(b"\xef\xbb\xbf")
    left = [line for line in untouched(content) if line in untouched(after)]
    assert left == untouched(content)
    for end in (b"\r\n", b"\r", b"\n"):
        rest = content.replace(b"\r\n", b"") if end != b"\r\n" else content
        changed = after.replace(b"\r\n", b"") if end != b"\r\n" else after
        assert (end in rest) == (end in changed)
    for comment in (b"# why", "# é ☕".encode(), b"# note"):
        assert after.count(comment) == content.count(comment)
