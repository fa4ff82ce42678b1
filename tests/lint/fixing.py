"""Applies fixes to small programs that a test writes."""

from __future__ import annotations

import textwrap
from pathlib import Path

from linting import write

from lint_rules.config import Config
from lint_rules.listing import codes
from lint_rules.mending.rounds import Mending, mend


def config(*, strict: bool = True) -> Config:
    known = codes()
    every = frozenset(known.values())
    return Config(selected=every, strict=strict, names=known, fixes=True)


def mended(folder: Path, *, unsafe: bool = True) -> Mending:
    """Return what fixing the program in a folder comes to; nothing is written."""
    return mend([folder], config(), unsafe=unsafe)


def fixed(folder: Path, program: str, *, unsafe: bool = True) -> str:
    """Write a program, and return it with every fix applied, twice if need be."""
    write(folder, {"flow.py": program})
    path = folder / "flow.py"
    after = mended(folder, unsafe=unsafe).after
    for content in after.values():
        path.write_bytes(content)
        assert not mended(folder, unsafe=unsafe).after, "a second run changes more"
    return path.read_text(encoding="utf-8")


def stripped(text: str) -> str:
    """Return a program as `write` writes it."""
    return textwrap.dedent(text).lstrip("\n")
