"""What the documents promise is run, and what they list is compared with the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
# The fragment of a line that carries a suppression; it is no program.
FRAGMENTS = ("# durable: ignore",)


def blocks() -> list[object]:
    found = []
    for path in (ROOT / "README.md", ROOT / "docs/engine.md", ROOT / "docs/linter.md"):
        for number, code in enumerate(BLOCK.findall(path.read_text())):
            if not any(mark in code for mark in FRAGMENTS):
                found.append(pytest.param(code, id=f"{path.stem}-{number}"))
    return found


@pytest.mark.parametrize("code", blocks())
def test_a_python_example_runs_and_its_tests_pass(code: str, tmp_path: Path) -> None:
    module = tmp_path / "test_example.py"
    module.write_text(code)
    if "def test_" in code:
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
        command += ["--executors=all", f"--rootdir={tmp_path}", str(module)]
    else:
        command = ["-c", "import test_example"]
    result = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_linter_page_lists_every_rule_as_the_command_does() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "lint_rules", "--list-rules"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rules = [line.split(None, 3) for line in listed.splitlines()]
    page = (ROOT / "docs/linter.md").read_text()
    rows = re.findall(
        r"^\| (DUR\d+) \| `(.+?)` \| (\w+) \| (.+) \|$", page, re.MULTILINE
    )
    assert [list(row) for row in rows] == rules


def test_the_readme_names_the_executors_there_are() -> None:
    from durable_core import executor_names

    readme = (ROOT / "README.md").read_text()
    assert (
        tuple(re.findall(r"^\| `([\w-]+)` \|", readme, re.MULTILINE))
        == executor_names()
    )


@pytest.mark.parametrize("page", ["README.md", "docs/engine.md", "docs/linter.md"])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    path = ROOT / page
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text())
    missing = [one for one in targets if not (path.parent / one).exists()]
    assert not missing
