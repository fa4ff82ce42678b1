"""Dotted paths to steps: in calls, in YAML and JSON; those that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import lint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lint_rules.finding import Finding

SHOP = {
    "shop/__init__.py": "",
    "shop/steps.py": """
        kept = []

        def load(state):
            kept.append(1)

        class Orders:
            @staticmethod
            def price(state): ...

        LIMIT = 3
    """,
    "shop/jobs/__init__.py": "",
    "shop/lazily.py": "def __getattr__(name): ...\n",
}
CALLS = {
    "a list of steps": """
        from durable_core import Workflow
        flow = Workflow("x", ["shop.steps.load", "shop.steps.save"])  #!
    """,
    "a list of steps by keyword, with a colon": """
        from durable_core import Workflow
        flow = Workflow("x", steps=["shop.steps:nothing"])  #!
    """,
    "a module that is not there": """
        from durable_core import Workflow
        flow = Workflow("x", ["shop.stepz.load"])  #!
    """,
    "a list of steps in a function": """
        from durable_core import Workflow
        def build():
            return Workflow("x", ["shop.steps.save"])  #!
    """,
    "a job of a queue": """
        from rq import Queue
        def view(request):
            Queue().enqueue("shop.steps.save", 1)  #!
    """,
    "a task that is sent by name": """
        from celery import Celery
        app = Celery("x")
        def view(request):
            app.send_task("shop.steps.save")  #!
            app.signature("shop.steps.nothing")  #!
    """,
    "a signature by name": """
        from celery import chain, signature
        def view(request):
            chain(signature("shop.steps.save"), signature("shop.steps.load"))()  #!
    """,
    "a module of a package that is known": """
        from celery import current_app
        def view(request):
            current_app.send_task("shop.jobs.mail.send")  #!
    """,
    "paths that lead somewhere": """
        from durable_core import Workflow
        flow = Workflow("x", ["shop.steps.load", "shop.steps:Orders.price"])
    """,
    "a path into another package": """
        from durable_core import Workflow
        from celery import current_app
        flow = Workflow("x", ["store.steps.save", "celery.backend_cleanup"])
        def view(request):
            current_app.send_task("store.steps.save")
            current_app.send_task("save")
    """,
    "a package of that name may have its twin in another program": """
        from celery import current_app
        def view(request):
            current_app.send_task("shop.worker.tasks.resize")
    """,
    "a task that was given the name": """
        from celery import current_app, shared_task
        @shared_task(name="shop.jobs.mail.send")
        def send(): ...
        def view(request):
            current_app.send_task("shop.jobs.mail.send")
    """,
    "tasks whose names are put together": """
        from celery import current_app, shared_task
        PREFIX = "shop.jobs"
        @shared_task(name=PREFIX + ".mail.send")
        def send(): ...
        def view(request):
            current_app.send_task("shop.jobs.mail.send")
    """,
    "a name that only looks like a path": """
        from durable_core import Workflow
        flow = Workflow("shop.steps.all", [])
        print("shop.steps.nothing")
    """,
    "an object of the project that sends, too": """
        class Mailer:
            def send_task(self, name): ...
        mailer = Mailer()
        def view(request):
            mailer.send_task("shop.steps.save")
    """,
    "a module that makes its names when they are asked for": """
        from durable_core import Workflow
        flow = Workflow("x", ["shop.lazily.anything"])
    """,
    "a constant that may be called": """
        from durable_core import Workflow
        flow = Workflow("x", ["shop.steps.LIMIT"])
    """,
}


@pytest.mark.parametrize("program", CALLS.values(), ids=CALLS)
def test_paths_in_calls(program: str, tmp_path: Path) -> None:
    findings = lint(tmp_path, {**SHOP, "flow.py": program}, "DUR103")
    found = [(f.line, f.name) for f in findings]
    lines = program.strip("\n").splitlines()
    marked = [n for n, line in enumerate(lines, 1) if line.endswith("#!")]
    assert found == [(line, "unresolved-step") for line in marked]


def _lists(*names: str) -> str:
    return "steps:\n" + "".join(f"  - {name}\n" for name in names)


DEFINITIONS = {
    "a list": ("flow.yaml", _lists("shop.steps.load", "shop.steps.save"), [3]),
    "mappings": (
        "flow.yml",
        "name: x\nsteps:\n- name: a\n  function: shop.steps:save\n  retry: 3\n",
        [4],
    ),
    "a mapping by name": (
        "flow.yaml",
        "steps:\n  a: shop.steps.load\n  b: {step: 'shop.steps.save'}\n",
        [3],
    ),
    "steps side by side, in the second document": (
        "flow.yaml",
        "a: 1\n---\nflows:\n- steps:\n  - parallel: [shop.steps.load, shop.steps.save]\n",
        [5],
    ),
    "JSON": (
        "flow.json",
        '{\n "steps": [\n\t"shop.steps.load",\n\t{"function": "shop.steps.save"}\n]}\n',
        [4],
    ),
    "a module that is not there": ("flow.yaml", _lists("shop.stepz.load"), [2]),
    "another package": ("flow.yaml", _lists("store.steps.load", "Build.Site@3"), []),
    "names of files": ("flow.yaml", _lists("shop.py", "shop.steps.sh"), []),
    "another key": ("flow.yaml", "stages:\n- shop.steps.save\n", []),
    "an anchor that holds itself": ("flow.yaml", "steps: &a\n- *a\n", []),
    "broken YAML": ("flow.yaml", "steps: [shop.steps.save\n", []),
    "broken JSON": ("flow.json", '{"steps": ["shop.steps.save"', []),
    "deep JSON": ("flow.json", '{"steps": ' + "[" * 100_000, []),
    "a text of another encoding": ("flow.yaml", "steps: [\xff\xfe]\n", []),
}


@pytest.mark.parametrize(
    ("name", "text", "lines"), DEFINITIONS.values(), ids=DEFINITIONS
)
def test_paths_in_definition_files(
    name: str, text: str, lines: list[int], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="latin-1")
    findings = lint(tmp_path, SHOP, "DUR103")
    found = [(f.path.rpartition("/")[2], f.line, f.name) for f in findings]
    assert found == [(name, line, "unresolved-step") for line in lines]


def test_a_step_that_only_a_definition_file_lists_is_a_step(
    linted: Callable[..., list[Finding]],
) -> None:
    findings = linted({**SHOP, "flows/checkout.yaml": _lists("shop.steps.load")})
    assert [(f.name, f.step) for f in findings] == [
        ("module-mutation", "shop.steps.load")
    ]


@pytest.mark.parametrize("name", ["flow.yaml", "flow.json"])
def test_a_broken_definition_file_is_told_when_it_is_named(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text("{steps: [", encoding="utf-8")
    findings = lint(path, {})
    assert [f.name for f in findings] == ["parse-error"]
    assert "it is not valid" in findings[0].what
