"""Command line options and ini values, as one frozen value. Options win."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL = "all"
ISOLATED = "subprocess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for.

    ``executors`` holds names, or ``("all",)``; ``timeout`` is a text such as ``"60s"``
    that limits steps without a timeout of their own, or empty for none.
    """

    executors: tuple[str, ...]
    reference: str
    ignore_state: frozenset[str]
    ignore_globals: tuple[str, ...]
    shared_paths: tuple[str, ...]
    timeout: str

    @property
    def everything(self) -> bool:
        """Whether ``all`` was asked for."""
        return ALL in self.executors


def add_options(parser: pytest.Parser) -> None:
    """Declare the options and ini values."""
    group = parser.getgroup("durable", "workflows under several executors")
    group.addoption(
        "--executors",
        metavar="NAMES",
        help="run workflow tests under each of these executors: a comma list, or "
        "'all' for every one that can run here (default: the ini value, else sync)",
    )
    group.addoption(
        "--durable-reference",
        metavar="NAME",
        help="the executor that the others are compared with (default: sync)",
    )
    parser.addini("durable_executors", "default of --executors", default="sync")
    parser.addini("durable_reference", "default of --durable-reference", default="sync")
    parser.addini(
        "durable_ignore_state", "state fields that are not compared", type="args"
    )
    parser.addini(
        "durable_ignore_globals",
        "patterns of module globals that are no finding, such as 'shop.cache.*'",
        type="args",
    )
    parser.addini(
        "durable_shared_paths",
        "directories that all workers share, such as a network mount",
        type="args",
    )
    parser.addini(
        "durable_timeout",
        "how long a step may take that has no timeout of its own; empty for ever",
        default="60s",
    )


def read_options(config: pytest.Config) -> Options:
    """Return the options of this session; raises UsageError for an empty list."""
    given = config.getoption("--executors")
    if given is None:
        given = config.getini("durable_executors")
    names = tuple(dict.fromkeys(_split(given)))
    if not names:
        msg = "--executors needs the name of an executor, or 'all'"
        raise pytest.UsageError(msg)
    reference = config.getoption("--durable-reference")
    return Options(
        executors=names,
        reference=reference or config.getini("durable_reference"),
        ignore_state=frozenset(config.getini("durable_ignore_state")),
        ignore_globals=tuple(config.getini("durable_ignore_globals")),
        shared_paths=tuple(
            str(config.rootpath / path)
            for path in config.getini("durable_shared_paths")
        ),
        timeout=config.getini("durable_timeout").strip(),
    )


def _split(given: str | Sequence[str]) -> list[str]:
    text = given if isinstance(given, str) else ",".join(given)
    return text.replace(",", " ").split()
