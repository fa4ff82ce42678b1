"""Files that one step writes and another opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import pytest_durable.session
from durable_core.executors.subprocess import private_host_refusal

if TYPE_CHECKING:
    from suites import Suite

BOTH = "--executors=sync,subprocess"
needs_private_host = pytest.mark.skipif(
    private_host_refusal() is not None, reason=f"{private_host_refusal()}"
)
FILES = """
    from pathlib import Path
    from durable_core import Workflow, step

    @step
    def write(state):
        Path(state.path).write_text("3")

    @step
    def read(state):
        return {"total": int(Path(state.path).read_text())}

    workflow = Workflow("files", [write, read])
"""
DIAGNOSIS = (
    "step 'read' opens {path}, which step 'write' wrote to another worker's disk"
)


@pytest.fixture
def files(suite: Suite) -> Suite:
    suite.write("files.py", FILES)
    return suite


def test_in(path: str) -> str:
    return f"""
        from files import workflow

        def test_it(workflow_executor, tmp_path):
            run = workflow_executor.run(workflow, {{"path": {path}}})
            assert run.state.total == 3
    """


test_in.__test__ = False  # type: ignore[attr-defined]


def test_the_directory_of_the_test_is_handed_over_on_purpose(files: Suite) -> None:
    files.write("test_it.py", test_in('str(tmp_path / "out.txt")'))
    result = files.run("--executors=sync,thread,subprocess")
    assert result.code == 0, result.output
    assert result.parity.strip() == "1 workflow test, 1 agrees (-v shows every row)"


def test_the_directory_is_shared_even_if_a_fixture_runs_a_workflow_first(
    files: Suite,
) -> None:
    files.write(
        "test_it.py",
        """
        import pytest
        from durable_core import Engine
        from files import workflow

        @pytest.fixture(scope="session", autouse=True)
        def early(tmp_path_factory):
            path = tmp_path_factory.mktemp("early") / "out.txt"
            assert Engine().run(workflow, {"path": str(path)}).status == "completed"

        def test_it(workflow_executor, tmp_path):
            run = workflow_executor.run(workflow, {"path": str(tmp_path / "a.txt")})
            assert run.state.total == 3
        """,
    )
    result = files.run("--executors=sync,thread,subprocess")
    assert set(result.verdicts.values()) == {"PASSED"}, result.output


@needs_private_host
def test_a_file_in_tmp_diverges_since_each_worker_has_its_own(files: Suite) -> None:
    files.write("test_it.py", test_in('"SCRATCH"'))
    result = files.run(BOTH)
    assert result.verdicts["test_it.py::test_it[subprocess]"] == "DIVERGED"
    assert result.diagnosis == f"Diverged: {DIAGNOSIS.format(path=files.scratch)}"
    report = result.report("test_it[subprocess]")
    assert 'files.py:7   Path(state.path).write_text("3")' in report
    assert "files.py:11  return" in report
    assert "FileNotFoundError" in report
    assert "notice" not in result.parity


def test_without_private_directories_the_audit_trail_finds_it(
    files: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pytest_durable.session, "private_host_refusal", lambda: "mounts are refused"
    )
    files.write("test_it.py", test_in('"SCRATCH"'))
    result = files.run(BOTH)
    assert result.verdicts["test_it.py::test_it[subprocess]"] == "DIVERGED"
    assert result.diagnosis == f"Diverged: {DIAGNOSIS.format(path=files.scratch)}"
    assert "The results agree here" in result.report("test_it[subprocess]")
    assert (
        "notice: no private /tmp for steps here (mounts are refused)" in result.parity
    )


def test_the_notice_reaches_the_controller_of_parallel_runs(files: Suite) -> None:
    pytest.importorskip("xdist")
    files.write(
        "conftest.py",
        """
        import pytest_durable.session

        pytest_durable.session.private_host_refusal = lambda: "mounts are refused"
        """,
    )
    files.write("test_it.py", test_in('str(tmp_path / "out.txt")'))
    result = files.run_apart(BOTH, "-n1")
    assert result.code == 0, result.output
    assert result.parity.count("(mounts are refused)") == 1


def test_a_file_in_the_project_diverges_and_has_a_short_name(files: Suite) -> None:
    files.write("test_it.py", test_in('"report.txt"'))
    result = files.run(BOTH)
    assert result.verdicts["test_it.py::test_it[subprocess]"] == "DIVERGED"
    assert result.diagnosis == f"Diverged: {DIAGNOSIS.format(path='report.txt')}"


@pytest.mark.parametrize("kind", ["absolute", "relative"])
def test_a_path_that_all_workers_share_is_no_finding(files: Suite, kind: str) -> None:
    shared = files.path / "mount"
    shared.mkdir()
    files.ini(f"durable_shared_paths = {shared if kind == 'absolute' else 'mount'}")
    files.write("test_it.py", test_in(f'"{shared}/out.txt"'))
    result = files.run(BOTH)
    assert result.code == 0, result.output


def test_a_shared_path_below_tmp_is_visible_to_every_step(files: Suite) -> None:
    files.scratch.write_text("")
    files.ini(f"durable_shared_paths = {files.scratch}")
    files.write("test_it.py", test_in('"SCRATCH"'))
    result = files.run(BOTH)
    assert result.code == 0, result.output


def test_a_file_that_the_test_wrote_is_an_input(files: Suite) -> None:
    files.write(
        "reading.py",
        """
        from pathlib import Path
        from durable_core import Workflow, step

        @step
        def read(state):
            return {"total": int(Path(state.path).read_text())}

        @step
        def again(state):
            return {"twice": 2 * int(Path(state.path).read_text())}

        workflow = Workflow("reading", [read, again])
        """,
    )
    files.write(
        "test_it.py",
        """
        from pathlib import Path
        from reading import workflow

        def test_it(workflow_executor):
            Path("SCRATCH").write_text("3")
            run = workflow_executor.run(workflow, {"path": "SCRATCH"})
            assert run.state.twice == 6
        """,
    )
    result = files.run(BOTH)
    assert result.code == 0, result.output
    assert "advice" not in result.parity
