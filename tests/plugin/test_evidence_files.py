"""Files that one step leaves and another one opens."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest
from test_evidence_project import Project, find, project

from pytest_durable.evidence.recorder import StepRecorder
from pytest_durable.evidence.user_files import UserFiles
from pytest_durable.evidence.values import Kind, StepEvidence

__all__ = ["project"]

# id: the body of `first`, which writes `path`, and of `second`, which reads it.
HANDOFFS = {
    "open": ("open(path, 'w').close()  # set", "open(path).close()  # read"),
    "append": ("open(path, 'a').close()  # set", "open(path, 'rb').close()  # read"),
    "pathlib": ("Path(path).write_text('x')  # set", "Path(path).read_text()  # read"),
    "bytes path": (
        "open(os.fsencode(path), 'wb').close()  # set",
        "open(path).close()  # read",
    ),
    "os.open": (
        "os.close(os.open(path, os.O_CREAT | os.O_WRONLY))  # set",
        "os.close(os.open(path, os.O_RDONLY))  # read",
    ),
    "rename": (
        "open(path + '~', 'w').close(); os.replace(path + '~', path)  # set",
        "open(path).close()  # read",
    ),
    "copy": (
        "shutil.copyfile(__file__, path)  # set",
        "shutil.copyfile(path, path + '2')  # read",
    ),
    "temporary": (
        "f = tempfile.NamedTemporaryFile(delete=False); f.close()"
        "; os.rename(f.name, path)  # set",
        "open(path).close()  # read",
    ),
    "gzip": (
        "gzip.open(path, 'wt').close()  # set",
        "gzip.open(path).close()  # read",
    ),
    "sqlite": (
        "sqlite3.connect(path).close()  # set",
        "sqlite3.connect(f'file:{path}?mode=ro', uri=True).close()  # read",
    ),
    "directory": ("os.mkdir(path)  # set", "os.listdir(path)  # read"),
    "listing": (
        "open(path, 'w').close()  # set",
        "list(Path(path).parent.glob('*'))  # read",
    ),
    "a helper": ("save(path)", "open(path).close()  # read"),
    "a thread of its own": (
        "run(lambda: open(path, 'w').close())  # set",
        "open(path).close()  # read",
    ),
}
MODULE = """
import gzip, os, shutil, sqlite3, tempfile, threading
from pathlib import Path

def save(path):
    with open(path, "w") as stream:  # set
        stream.write("x")

def run(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

def first(path):
    {first}

def second(path):
    {second}
"""


def load(project: Project, first: str = "pass", second: str = "pass") -> object:
    project.write(shop=MODULE.format(first=first, second=second))
    return project.load()


@pytest.mark.parametrize("name", HANDOFFS)
def test_a_file_is_written_by_one_step_and_read_by_another(
    project: Project, tmp_path: Path, name: str
) -> None:
    shop = load(project, *HANDOFFS[name])
    path = str(tmp_path / "handoff")
    first = project.record(shop.first, path)  # type: ignore[attr-defined]
    second = project.record(shop.second, path)  # type: ignore[attr-defined]
    write = find(first.writes, Kind.FILE, path)
    read = find(second.reads, Kind.FILE, path)
    for item, mark in ((write, "set"), (read, "read")):
        place = item.place  # type: ignore[attr-defined]
        assert (place.file, place.line) in project.marked(mark)


def test_a_failing_open_is_a_read(project: Project, tmp_path: Path) -> None:
    shop = load(project, second="open(path)  # read")
    recorder = StepRecorder(user_files=project.user_files)
    recorder.begin(shop.second)  # type: ignore[attr-defined]
    with pytest.raises(FileNotFoundError):
        shop.second(str(tmp_path / "missing"))  # type: ignore[attr-defined]
    assert find(recorder.end().reads, Kind.FILE, str(tmp_path / "missing"))


@pytest.mark.parametrize(
    "question", ["os.path.exists(path)", "Path(path).exists()", "Path(path).is_file()"]
)
def test_asking_whether_a_watched_file_exists_is_a_read(
    project: Project, tmp_path: Path, question: str
) -> None:
    shop = load(project, second=f"{question}  # read")
    path = str(tmp_path / "handoff")
    second = shop.second  # type: ignore[attr-defined]
    found = find(project.record(second, path, watch=(path,)).reads, Kind.FILE, path)
    place = found.place  # type: ignore[attr-defined]
    assert (place.file, place.line) in project.marked("read")


@pytest.mark.parametrize(
    "body",
    [
        "tempfile.TemporaryFile().close()",
        "tempfile.NamedTemporaryFile().close()",
        "shutil.rmtree(tempfile.mkdtemp())",
        "open(path, 'w').close(); os.remove(path)",
        "open('/dev/null', 'w').close(); open('/proc/self/status').close()",
        "open(__file__).close()",
        "sqlite3.connect(':memory:').close(); sqlite3.connect('').close()",
        "import colorsys, this_is_new",
    ],
)
def test_what_does_not_outlive_the_step_is_not_evidence(
    project: Project, tmp_path: Path, body: str
) -> None:
    project.write(this_is_new="")
    shop = load(project, body)
    evidence = project.record(shop.first, str(tmp_path / "x"))  # type: ignore[attr-defined]
    assert evidence.writes == ()
    assert [read for read in evidence.reads if read.kind is not Kind.PROCESS] == []


def test_a_directory_with_files_that_is_removed_again_is_not_evidence(
    project: Project,
) -> None:
    shop = load(
        project,
        "d = tempfile.mkdtemp(); save(d + '/a'); save(d + '/b'); shutil.rmtree(d)",
    )
    assert project.record(shop.first, "").writes == ()  # type: ignore[attr-defined]


def test_a_file_that_the_step_wrote_itself_is_not_a_read(
    project: Project, tmp_path: Path
) -> None:
    shop = load(project, "save(path); open(path).close()")
    evidence = project.record(shop.first, str(tmp_path / "x"))  # type: ignore[attr-defined]
    assert [item.name for item in evidence.writes] == [str(tmp_path / "x")]
    assert evidence.reads == ()


def test_removing_an_older_file_is_a_write(project: Project, tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    shop = load(project, "os.remove(path)")
    evidence = project.record(shop.first, str(tmp_path / "x"))  # type: ignore[attr-defined]
    assert find(evidence.writes, Kind.FILE, str(tmp_path / "x"))


def test_a_relative_path_is_made_absolute_and_reads_the_working_directory(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shop = load(project, "open('export.csv', 'a').close()")
    evidence = project.record(shop.first, "")  # type: ignore[attr-defined]
    assert find(evidence.writes, Kind.FILE, str(tmp_path / "export.csv"))
    assert [read.kind for read in evidence.reads] == [Kind.CWD]


def test_a_named_memory_database_is_shared_between_steps(project: Project) -> None:
    uri = "file:prices?mode=memory&cache=shared"
    shop = load(project, f"sqlite3.connect({uri!r}, uri=True).close()")
    evidence = project.record(shop.first, "")  # type: ignore[attr-defined]
    assert [item.name for item in evidence.writes] == ["shared memory database prices"]


def test_files_that_no_user_code_opened_are_not_evidence(
    project: Project, tmp_path: Path
) -> None:
    shop = load(project)
    recorder = StepRecorder(user_files=UserFiles(project.root))
    recorder.begin(shop.first)  # type: ignore[attr-defined]
    compile_and_run(f"open({str(tmp_path / 'x')!r}, 'w').close()")
    assert recorder.end().writes == ()


def compile_and_run(source: str) -> None:
    worker = threading.Thread(target=eval, args=(source,))  # noqa: S307
    worker.start()
    worker.join()


def test_two_steps_at_once_keep_their_files_apart(
    project: Project, tmp_path: Path
) -> None:
    shop = load(project, "meet.wait(); save(path); meet.wait()")
    shop.meet = threading.Barrier(2, timeout=5)  # type: ignore[attr-defined]
    found: dict[str, StepEvidence] = {}

    def run(path: str) -> None:
        found[path] = project.record(shop.first, path)  # type: ignore[attr-defined]

    workers = [
        threading.Thread(target=run, args=(str(tmp_path / name),)) for name in "ab"
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for path, evidence in found.items():
        files = [item.name for item in evidence.writes if item.kind is Kind.FILE]
        assert files == [path]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("used_before", [False, True])
def test_a_forked_child_sees_its_own_files(
    project: Project, tmp_path: Path, used_before: bool
) -> None:
    shop = load(project, "save(path)")
    path = str(tmp_path / "x")
    if used_before:
        project.record(shop.second, path)  # type: ignore[attr-defined]
    child = os.fork()
    if child == 0:
        code = 1
        try:
            evidence = project.record(shop.first, path)  # type: ignore[attr-defined]
            code = 0 if [item.name for item in evidence.writes] == [path] else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_hook_is_silent_between_steps(project: Project, tmp_path: Path) -> None:
    shop = load(project, "save(path)")
    project.record(shop.second, "")  # type: ignore[attr-defined]
    shop.first(str(tmp_path / "x"))  # type: ignore[attr-defined]
    assert project.record(shop.second, "").writes == ()  # type: ignore[attr-defined]
    assert sys.gettrace() is None or sys.gettrace() is not project
