"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit in a small repository.

Its own environment for a hook would be fetched from an index; so the hook is taken over
as one of the system, with this interpreter in the place of the installed command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from distributing import ROOT
from linting import write

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())
}
FILES = {
    "shop/__init__.py": "",
    "shop/flow.py": """
        from shop.rates import refresh

        def load(state, context):
            refresh(state.url)
    """,
    "shop/rates.py": """
        RATES = {}

        def refresh(url):
            RATES["a"] = url
    """,
    "shop/other.py": """
        SEEN = []

        def note(state, context):
            SEEN.append(state.name)
    """,
    "notes.txt": "",
}

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True)


def git(*arguments: str) -> None:
    done = run("git", *arguments)
    assert done.returncode == 0, done.stderr


def pre_commit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "pre_commit", *arguments)


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a repository whose program is committed."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "someone")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "someone@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    git("init", "-q")
    write(Path(), FILES)
    git("add", ".")
    git("commit", "-qm", "A program")


def configure(*hooks: str) -> None:
    """Take hooks of the manifest into the repository's configuration."""
    chosen = []
    for name in hooks:
        hook = {**HOOKS[name], "language": "system"}
        command, *options = hook["entry"].split()
        assert command == "durable-lint"
        hook["entry"] = " ".join([sys.executable, "-m", "lint_rules", *options])
        chosen.append(hook)
    config = {"repos": [{"repo": "local", "hooks": chosen}]}
    Path(".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git("add", ".")
    git("commit", "-qm", "Hooks")


def change(path: str) -> None:
    with Path(path).open("a") as file:
        file.write("\n")
    git("add", path)


def test_the_manifest_is_valid() -> None:
    done = pre_commit("validate-manifest", str(MANIFEST))
    assert (done.returncode, done.stderr) == (0, "")
    assert all(hook["entry"].startswith("durable-lint") for hook in HOOKS.values())


def test_the_hook_looks_at_the_whole_program_whatever_was_changed() -> None:
    configure("durable-lint")
    change("shop/flow.py")
    done = pre_commit("run")
    assert done.returncode == 1
    assert "shop/rates.py:4:5: warn DUR103" in done.stdout
    assert "shop/other.py:4:5: warn DUR103" in done.stdout
    assert "path: shop.flow.load -> shop.rates.refresh" in done.stdout


@pytest.mark.parametrize(
    ("changed", "told", "not_told"),
    [
        ("shop/flow.py", "shop/rates.py:4:5: warn DUR103", "shop/other.py"),
        ("shop/other.py", "shop/other.py:4:5: warn DUR103", "shop/rates.py"),
    ],
)
def test_the_hook_for_changed_files_tells_only_what_they_have_a_part_in(
    changed: str, told: str, not_told: str
) -> None:
    configure("durable-lint-changed")
    change(changed)
    done = pre_commit("run")
    assert done.returncode == 1
    assert told in done.stdout
    assert not_told not in done.stdout
    git("commit", "-qnm", "All of it")
    change("shop/__init__.py")
    assert pre_commit("run").returncode == 0


def test_a_clean_program_passes() -> None:
    write(Path(), dict.fromkeys(FILES, ""))
    git("commit", "-qam", "Nothing left")
    configure("durable-lint")
    change("shop/flow.py")
    done = pre_commit("run")
    assert (done.returncode, "Passed" in done.stdout) == (0, True)


def test_a_commit_without_code_is_not_held_up() -> None:
    configure("durable-lint")
    change("notes.txt")
    done = pre_commit("run")
    assert done.returncode == 0
    assert "(no files to check)Skipped" in done.stdout


def test_git_refuses_the_commit() -> None:
    configure("durable-lint")
    assert pre_commit("install").returncode == 0
    change("shop/rates.py")
    done = run("git", "commit", "-m", "More")
    assert done.returncode == 1
    assert "DUR103" in done.stderr + done.stdout
