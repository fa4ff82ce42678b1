"""Hooks and wiring only: what happens is decided in the modules these call."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_durable import hookspecs
from pytest_durable.axis import choose
from pytest_durable.collection import Collection
from pytest_durable.fixtures import directories_plugin, workflow_executor
from pytest_durable.options import add_options, read_options
from pytest_durable.variants import Variants

if TYPE_CHECKING:
    import pytest

__all__ = ["workflow_executor"]

_MARKERS = (
    "workflow: run the test's engines under each executor of --executors",
    "executors(*names, exclude=(), reason=''): the executors this test runs under",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options and ini values."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks of this plugin."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers and switch on the axis."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    options = read_options(config)
    choices, note = choose(options), ""
    if len(choices) > 1 and config.getoption("usepdb", default=False):
        # A debugger cannot follow a step into another process.
        choices = tuple(one for one in choices if one.name == options.reference)
        note = f"with --pdb, workflow tests run on {options.reference} only"
    elif len(choices) == 1 and choices[0].name != "sync":
        note = f"on {choices[0].name} only, nothing is compared (name sync as well)"
    collection = Collection(choices, options.reference)
    config.pluginmanager.register(collection, "durable_collection")
    variants = Variants(config, options, choices, collection.references)
    config.pluginmanager.register(variants, "durable_variants")
    if any(choice.name != "sync" for choice in choices):
        config.pluginmanager.register(directories_plugin(variants))
    if len(choices) > 1 and os.name == "posix":
        from pytest_durable.turns import Turns

        config.pluginmanager.register(Turns(config), "durable_turns")
    if len(choices) > 1 or note:
        from pytest_durable.reporting import Reporting

        reporting = Reporting(config, options, variants, note)
        config.pluginmanager.register(reporting, "durable_reporting")
