"""The tools that are compared, and how they are run."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

_PYTHON = (sys.executable,)
_PARSE_EACH = """
import sys, warnings
from pathlib import Path
{imported}
warnings.simplefilter("ignore")
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    try:
        {parse}(path.read_bytes())
    except Exception:
        pass
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A row: it is left out if one of the modules that it `needs` is not installed.

    A tool that is `slow` is run once, and only when asked for. Before one that is run
    on `changed` files, one file of the tree is given another content.
    """

    name: str
    needs: tuple[str, ...]
    command: tuple[str, ...]
    slow: bool = False
    changed: bool = False
    codes: Collection[int] = (0,)

    @property
    def is_installed(self) -> bool:
        """Whether this interpreter has what the tool needs."""
        return all(importlib.util.find_spec(name) for name in self.needs)


FLOOR = Tool(
    name="libcst parse",
    needs=("libcst",),
    command=(
        *_PYTHON,
        "-c",
        _PARSE_EACH.format(imported="import libcst", parse="libcst.parse_module"),
    ),
)
AST = Tool(
    name="ast parse",
    needs=("ast",),
    command=(
        *_PYTHON,
        "-c",
        _PARSE_EACH.format(imported="import ast", parse="ast.parse"),
    ),
)
COLD = Tool(
    name="durable-lint, cold",
    needs=("lint_rules",),
    command=(*_PYTHON, "-m", "lint_rules", "--exit-zero", "--no-cache"),
)
# The rules that come nearest; no configuration of a tree takes part.
RUFF = Tool(
    name="ruff",
    needs=("ruff",),
    command=(
        # Not by its module: starting an interpreter would be most of what it costs.
        str(Path(sysconfig.get_path("scripts"), "ruff")),
        *("check", "--isolated", "--no-cache", "--exit-zero", "--quiet"),
        *("--select", "PLW0602,PLW0603,B006,B019,S108,RUF012"),
    ),
)
FLAKE8 = Tool(
    name="flake8, bugbear",
    needs=("flake8", "bugbear"),
    command=(*_PYTHON, "-m", "flake8", "--isolated", "--exit-zero", "--select=B"),
    slow=True,
)
PYLINT = Tool(
    name="pylint",
    needs=("pylint",),
    command=(
        *(*_PYTHON, "-m", "pylint", f"--rcfile={os.devnull}"),
        *("--exit-zero", "--persistent=n"),
        *("--recursive=y", "--disable=all"),
        "--enable=global-statement,global-variable-not-assigned",
    ),
    slow=True,
)
FIXIT = Tool(
    name="fixit",
    needs=("fixit",),
    command=(*_PYTHON, "-m", "fixit", "--quiet", "lint"),
    slow=True,
    codes=range(4),  # findings, unreadable files, both
)
CHANGED, WARM = "durable-lint, one file changed", "durable-lint, unchanged"
PEERS = (RUFF, FLAKE8, PYLINT, FIXIT)


def cached(folder: str) -> tuple[Tool, Tool]:
    """Return durable-lint with its cache in a folder: one file changed, and none."""
    command = (*_PYTHON, "-m", "lint_rules", "--exit-zero", "--cache-dir", folder)
    needs = COLD.needs
    return (
        Tool(name=CHANGED, needs=needs, command=command, changed=True),
        Tool(name=WARM, needs=needs, command=command),
    )
