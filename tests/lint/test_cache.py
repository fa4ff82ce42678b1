"""What a run keeps is used by the next one when nothing has changed, and only then."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from linting import write

from lint_rules.cache.place import FOLDER
from lint_rules.cache.values import from_bytes, to_bytes
from lint_rules.cli import run_command
from lint_rules.listing import codes

BAD = """
    from durable_core import step

    FOUND = {}

    @step
    def search(state, context):
        FOUND["best"] = state.rows[0]

    @step
    def report(state, context):
        return {"best": FOUND["best"]}
"""
GOOD = """
    from durable_core import step

    FOUND = {}

    @step
    def report(state, context):
        return {"best": max(state.rows)}
"""
Lint = Callable[..., str]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that was written long ago, in the working directory."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"src/flow.py": BAD, "src/plain.py": "X = 1\n"})
    _make_old(tmp_path)
    return tmp_path


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Lint:
    def run(*arguments: str) -> str:
        assert run_command(["src", *arguments]) in {0, 1}
        return capsys.readouterr().out

    return run


def _make_old(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def _rewrite_unseen(path: Path, old: str, new: str) -> None:
    """Change a file in a way that neither its size nor its time shows."""
    assert len(old) == len(new)
    status = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_the_report_of_an_unchanged_program_is_told_again(
    program: Path, lint: Lint
) -> None:
    first = lint()
    _rewrite_unseen(program / "src/flow.py", "FOUND[", "fresh[")
    assert lint() == first
    assert lint("--no-cache") != first


def test_other_options_ask_for_another_report(program: Path, lint: Lint) -> None:
    assert "module-mutation" in lint()
    assert "module-mutation" not in lint("--ignore", "module-mutation,DUR101")
    assert lint("--output-format", "json").startswith("[")


def test_a_changed_file_is_seen(program: Path, lint: Lint) -> None:
    assert "module-mutation" in lint()
    write(program, {"src/flow.py": GOOD})
    assert lint() == "No findings.\n"


def test_a_new_file_is_seen(program: Path, lint: Lint) -> None:
    write(program, {"src/flow.py": GOOD})
    _make_old(program)
    assert lint() == "No findings.\n"
    write(program, {"src/inner/more.py": BAD})
    assert "src/inner/more.py" in lint()


def test_a_file_that_is_gone_is_seen(program: Path, lint: Lint) -> None:
    lint()
    (program / "src/flow.py").unlink()
    assert "flow.py" not in lint()


def test_a_file_that_was_written_a_moment_ago_is_read_again(
    program: Path, lint: Lint
) -> None:
    flow = program / "src/flow.py"
    flow.touch()
    lint()
    _rewrite_unseen(
        flow, 'FOUND["best"] = state.rows[0]', "X = max(state.rows[0:1])     "
    )
    assert lint() == "No findings.\n"


def test_a_module_that_an_import_finds_later_is_seen(program: Path, lint: Lint) -> None:
    user = "from durable_core import step\nimport shared\n\n@step\ndef one(state, context):\n    shared.keep(state.x)\n"
    write(program, {"src/flow.py": user})
    _make_old(program)
    assert lint() == "No findings.\n"
    keeper = "KEPT = []\n\ndef keep(x):\n    KEPT.append(x)\n"
    write(program, {"src/shared.py": keeper})
    _make_old(program)
    assert "module-mutation" in lint()


def test_only_the_changed_module_is_read_again(
    program: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lint_rules.reading

    write(program, {"src/flow.py": BAD, "src/other.py": BAD})
    lint()
    read: list[str] = []
    real = lint_rules.reading.read_module

    def noted(tree, name, *rest, **more):  # type: ignore[no-untyped-def]
        read.append(name)
        return real(tree, name, *rest, **more)

    monkeypatch.setattr(lint_rules.reading, "read_module", noted)
    write(program, {"src/other.py": GOOD})
    assert "other.py" not in lint()
    assert read == ["other"]


def test_facts_follow_the_meaning_of_imports(program: Path, lint: Lint) -> None:
    """The same file means something else when its import leads elsewhere."""
    user = "from durable_core import step\nfrom tools import keep\n\n@step\ndef one(state, context):\n    keep(state.x)\n"
    keeper = "KEPT = []\n\ndef keep(x):\n    KEPT.append(x)\n"
    write(program, {"src/flow.py": GOOD, "src/pack/steps.py": user})
    assert lint() == "No findings.\n"
    write(program, {"src/pack/tools.py": keeper})
    assert "tools.py" in lint()


class Boom:
    """What a hostile cache file would like to run."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("pwned",))


@pytest.mark.parametrize("content", [pickle.dumps(Boom()), b"", b"\x80\x05garbage"])
def test_a_cache_file_cannot_run_code_nor_stop_the_linter(
    program: Path, lint: Lint, content: bytes
) -> None:
    first = lint()
    for path in (program / FOLDER).iterdir():
        path.write_bytes(content)
    assert lint() == first
    assert not (program / "pwned").exists()


def test_values_of_other_classes_are_not_read() -> None:
    assert from_bytes(to_bytes({"a": (1, "b")})) == {"a": (1, "b")}
    assert from_bytes(to_bytes(Path())) is None
    assert from_bytes(pickle.dumps(Boom()), (Boom,)) is None


def test_the_cache_is_no_part_of_a_repository(program: Path, lint: Lint) -> None:
    lint()
    assert (program / FOLDER / ".gitignore").read_text() == "*\n"


def test_without_a_cache_nothing_is_written(program: Path, lint: Lint) -> None:
    lint("--no-cache")
    assert not (program / FOLDER).exists()


def test_a_cache_folder_that_cannot_be_written_is_no_error(
    program: Path, lint: Lint
) -> None:
    (program / "file").write_text("")
    assert "module-mutation" in lint("--cache-dir", "file/below")


def test_the_cache_can_be_elsewhere(program: Path, lint: Lint) -> None:
    first = lint("--cache-dir", "elsewhere/cache")
    _rewrite_unseen(program / "src/flow.py", "FOUND[", "fresh[")
    assert lint("--cache-dir", "elsewhere/cache") == first
    assert not (program / FOLDER).exists()


def test_old_reports_are_forgotten(program: Path, lint: Lint) -> None:
    chosen = sorted(set(codes().values()))[:20]
    for code in chosen:
        lint("--select", code)
    kept = [p for p in (program / FOLDER).iterdir() if p.name.startswith("report-")]
    assert 0 < len(kept) < len(chosen)
