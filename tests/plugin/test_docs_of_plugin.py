"""The reference page of the plugin says what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from durable_core import executor_names
from pytest_durable import hookspecs, options, plugin

if TYPE_CHECKING:
    from suites import Suite

PAGE = Path(__file__).parents[2] / "docs" / "plugin.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = {
    match[1]: match[2]
    for match in re.finditer(r"```python\n# (\S+)\n(.*?)```", TEXT, re.DOTALL)
}


def section(title: str) -> str:
    (found,) = re.findall(rf"(?ms)^## {title}\n(.*?)(?=^## |\Z)", TEXT)
    return str(found)


@pytest.fixture
def page(suite: Suite) -> Suite:
    """The files of the page."""
    for name, text in FILES.items():
        suite.write(name, text)
    suite.write("shop.py", f"# shop.py\n{FILES['shop.py']}")
    return suite


def test_the_first_example_prints_what_the_page_shows(page: Suite) -> None:
    result = page.run("--executors=sync,subprocess", "test_shop.py")
    (shown,) = re.findall(r"(?s)```console\n\$ pytest [^\n]*\n(.*?)```", TEXT)
    printed = result.output.splitlines()
    for line in shown.splitlines():
        assert any(one.startswith(line) for one in printed), line


def test_the_marks_do_what_the_page_says(page: Suite) -> None:
    result = page.run("--executors=sync,subprocess", "test_marks.py")
    assert result.verdicts == {
        "test_marks.py::test_with_an_engine_of_its_own[subprocess]": "DIVERGED",
        "test_marks.py::test_with_an_engine_of_its_own[sync]": "PASSED",
        "test_marks.py::test_elsewhere[sync]": "PASSED",
    }


def test_the_configuration_of_the_page_is_accepted(page: Suite) -> None:
    (text,) = re.findall(r"(?s)```ini\n(.*?)```", TEXT)
    page.write("pytest.ini", text)
    result = page.run("--strict-config", "test_marks.py", "--co", "-q")
    assert result.code == 0, result.output
    assert "[thread]" in result.output


def test_every_option_and_key_is_on_the_page() -> None:
    source = Path(options.__file__).read_text(encoding="utf-8")
    given = set(re.findall(r'"(--[a-z-]+)"', source))
    keys = set(re.findall(r'getini\("(\w+)"\)', source))
    assert given == set(re.findall(r"(?m)^\| `(--[a-z-]+)=", section("Options")))
    assert keys == set(re.findall(r"(?m)^\| `(\w+)`", section("Configuration")))


def test_every_mark_hook_and_executor_is_on_the_page() -> None:
    marks = {line.partition("(")[0].partition(":")[0] for line in plugin._MARKERS}
    assert marks == set(re.findall(r"pytest\.mark\.(\w+)", section("Marks")))
    hooks = {name for name in vars(hookspecs) if name.startswith("pytest_")}
    assert hooks == set(re.findall(r"`(pytest_durable_\w+)", section("Hook")))
    for name in executor_names():
        assert f"`{name}`" in section("Options")
