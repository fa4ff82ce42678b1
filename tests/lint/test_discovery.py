"""Which files are read: those that may define steps, and what these import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import everything, lint, names, write

from lint_rules.discover import may_define_steps
from lint_rules.project import load

if TYPE_CHECKING:
    from pathlib import Path

FLOW = """
from durable_core import step
import helper

@step
def note(state):
    helper.keep(state.name)
"""
HELPER = """
kept = []
def keep(name):
    kept.append(name)
"""


@pytest.mark.parametrize(
    "content",
    [
        b"from durable_core import step",
        b"import os, celery",
        b"    from celery import shared_task",
        b"from project.celery import app",
        b"from rq.decorators import job",
        b"import rq",
        b"@app.task(bind=True)",
        b"@huey.periodic_task(every)",
        b"@db_periodic_task(every)",
        b"@shared_task",
        b"    @step\n    def a(self): ...",
        b"def f(state, context): ...",
        b"def f(state: dict[str, int], context: object): ...",
        b"def f(_state, _): ...",
        b"def f(self, state, ctx=None): ...",
        b"def f(\n    state,\n    context,\n): ...",
        b"lambda x: STEPS",
        b"def f(x: StepContext): ...",
        b"run(Workflow('a', [b]))",
    ],
)
def test_a_sign_of_steps_is_seen(content: bytes) -> None:
    assert may_define_steps(b"x = 1\n" + content + b"\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# made for celery",
        b"x = 'import celery is not needed'[:0] and 1",
        b"def f(state): ...",
        b"def f(state, name): ...",
        b"def f(estate, context): ...",
        b"@property\ndef task(self): ...",
        b"@functools.cache",
        b"@support.skip_if_no_task",
        b"import torque",
    ],
)
def test_other_files_show_none(content: bytes) -> None:
    assert not may_define_steps(b"x = 1\n" + content + b"\n")


def test_files_that_no_step_needs_are_not_read(tmp_path: Path) -> None:
    files = {"flow.py": FLOW, "helper.py": HELPER, "other.py": "x = 1"}
    write(tmp_path, files)
    assert set(load([tmp_path], everything()).modules) == {"flow", "helper"}


def test_a_package_is_linted_without_those_installed_beside_it(tmp_path: Path) -> None:
    root = tmp_path / "site-packages"
    files = {"app/__init__.py": "", "app/flow.py": FLOW, "helper.py": HELPER}
    write(root, files)
    assert lint(root / "app", {}) == []
    assert names(lint(root, {})) == ["module-mutation"]


def test_a_folder_of_installed_packages_may_have_any_name(tmp_path: Path) -> None:
    files = {"app/__init__.py": "", "app/flow.py": FLOW, "helper.py": HELPER}
    write(tmp_path, files | {"helper-1.0.dist-info/RECORD": ""})
    assert lint(tmp_path / "app", {}) == []


def test_a_module_beside_a_linted_package_belongs_to_its_program(
    tmp_path: Path,
) -> None:
    files = {"app/__init__.py": "", "app/flow.py": FLOW, "helper.py": HELPER}
    write(tmp_path, files)
    assert names(lint(tmp_path / "app", {})) == ["module-mutation"]


def test_parts_of_an_installed_package_belong_together(tmp_path: Path) -> None:
    flow = FLOW.replace("import helper", "from app import helper")
    files = {"app/__init__.py": "", "app/jobs/flow.py": flow}
    files |= {"app/jobs/__init__.py": "", "app/helper.py": HELPER}
    write(tmp_path / "site-packages", files)
    assert names(lint(tmp_path / "site-packages/app/jobs", {})) == ["module-mutation"]
