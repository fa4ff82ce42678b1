"""The linter's benchmark measures what it says, on any tree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from linting import write

from benchmarks.lint.processes import Failed, measure
from benchmarks.lint.tools import CHANGED, COLD, FLOOR, WARM
from benchmarks.lint.trees import copied

REPOSITORY = Path(__file__).parents[2]
JOBS = """
    from celery import shared_task
    from shop.rates import RATES

    @shared_task
    def load():
        RATES["EUR"] = 1
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {
        "shop/__init__.py": "",
        "shop/jobs.py": JOBS,
        "shop/rates.py": "RATES = {}",
        "shop/unrelated.py": "A = 1",
    }
    write(tmp_path / "tree", files)
    return tmp_path / "tree"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.lint", *arguments]
    return subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def test_it_tells_every_figure_of_a_tree_and_leaves_the_tree_alone(shop: Path):
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}

    done = run(str(shop), "--repetitions", "1", "--json")

    assert done.returncode == 0, done.stderr
    [tree] = json.loads(done.stdout)["trees"]
    assert (tree["tree"], tree["files"]) == ("tree", 4)
    # The file that no step needs is not in the closure.
    assert tree["closure"]["files"] == 3
    assert tree["closure"]["facts"] > 0
    assert tree["costs"][FLOOR.name]["times_floor"] == {
        "wall": 1,
        "cpu": 1,
        "memory": 1,
    }
    assert {COLD.name, CHANGED, WARM} <= set(tree["costs"])
    assert {"unchanged, wall", "cold, memory"} <= {f["name"] for f in tree["figures"]}
    assert {"pylint", "fixit", "flake8, bugbear"} <= set(tree["left_out"])
    assert before == {p: p.read_bytes() for p in shop.rglob("*") if p.is_file()}


def test_a_changed_file_has_another_content_and_time_and_looks_old(shop: Path):
    with copied(shop) as tree:
        file = tree.folder / "shop/rates.py"
        seen = [(file.read_bytes(), file.stat().st_mtime_ns)]
        for _ in range(2):
            tree.change(file)
            seen.append((file.read_bytes(), file.stat().st_mtime_ns))

        contents, times = map(set, zip(*seen, strict=True))
        assert (len(contents), len(times)) == (3, 3)
        # The folder of the copy was made just now.
        assert max(times) < tree.folder.stat().st_mtime_ns - 2e9


def test_a_tree_without_python_is_refused_with_a_message(tmp_path: Path):
    done = run(str(tmp_path))

    assert done.returncode == 2
    assert "no Python files there" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_that_fails_or_takes_too_long_says_so():
    with pytest.raises(Failed, match=r"ended with 3: so it is"):
        measure(python("import sys; print('so it is', file=sys.stderr); sys.exit(3)"))
    with pytest.raises(Failed, match=r"not done after 0\.1 s"):
        measure(python("import signal; signal.pause()"), limit=0.1)
    with pytest.raises(Failed, match="No such file"):
        measure(["/no/such/tool"])


def test_memory_is_that_of_the_process_that_is_measured():
    cost = measure(python("b'x' * int('300_000_000')"))

    assert 300 < cost.memory < 600
