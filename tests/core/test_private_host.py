"""Private hosts, with real forks and real mounts, as this user and as nobody."""

from __future__ import annotations

import ctypes
import mmap
import os
import pickle
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from durable_core.executors import _mounts
from durable_core.executors._private_host import (
    PrivateHost,
    host_local_directories,
    private_host_refusal,
    written_paths,
)

T = TypeVar("T")
In = Callable[..., Any]

REFUSAL = private_host_refusal()
works_here = pytest.mark.skipif(REFUSAL is not None, reason=REFUSAL or "it works")
NOBODY = 65534
PR_SET_DUMPABLE = 4


def fork(body: Callable[[], T], *, uid: int | None = None) -> T:
    """Return what ``body`` returns in a forked child, or raise what it raises."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            if uid is not None:
                _become(uid)
            answer: tuple[bool, object] = (True, body())
        except BaseException as error:
            answer = (False, error)
        with open(writer, "wb") as pipe:
            pickle.dump(answer, pipe)
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    succeeded, value = pickle.loads(data)
    if not succeeded:
        raise value
    return cast("T", value)


def _become(uid: int) -> None:
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    # What exec would do; without it /proc/self belongs to root.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def _refused_to_nobody() -> str | None:
    return fork(private_host_refusal.__wrapped__, uid=NOBODY)


def _users() -> list[object]:
    me = pytest.param(None, id="me", marks=works_here)
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return [me]
    refusal = _refused_to_nobody()
    skip = pytest.mark.skipif(refusal is not None, reason=refusal or "it works")
    return [me, pytest.param(NOBODY, id="nobody", marks=skip)]


@pytest.fixture(params=_users())
def uid(request: pytest.FixtureRequest) -> int | None:
    return cast("int | None", request.param)


def _open_to_all(path: Path) -> Path:
    # Nobody's own: a user namespace knows no other user, and root may write anyway.
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    path.chmod(0o777)
    return path


def _file(path: Path, text: str) -> Path:
    path.write_text(text)
    return _open_to_all(path)


def _directory(path: Path) -> Path:
    path.mkdir()
    return _open_to_all(path)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Make a directory right below /tmp that every user of this file may write to."""
    path = Path(tempfile.mkdtemp(dir="/tmp"))
    yield _open_to_all(path)
    shutil.rmtree(path)


@pytest.fixture
def inside(uid: int | None) -> In:
    """Run a function in a private host as the user of this test."""

    def run(body: Callable[[], object], *shared: Path) -> object:
        host = PrivateHost(
            directories=host_local_directories(), shared=tuple(map(str, shared))
        )

        def entered() -> object:
            host.enter()
            return body()

        return fork(entered, uid=uid)

    return run


def test_the_probe_answers_none_or_a_reason_of_one_line() -> None:
    answer = private_host_refusal()
    assert answer is None or (answer.strip() and "\n" not in answer)


def test_the_probe_answers_where_there_is_no_linux(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert private_host_refusal.__wrapped__() == "needs Linux"


@works_here
def test_a_probe_whose_child_is_killed_answers_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(_host: PrivateHost) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(PrivateHost, "enter", killed)
    assert private_host_refusal.__wrapped__() == "the probe was killed"


@works_here
def test_the_probe_is_quiet_and_right_in_a_process_with_threads() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert private_host_refusal.__wrapped__() is None
    finally:
        done.set()
        thread.join()


@works_here
def test_the_probe_works_where_children_are_reaped_by_the_kernel() -> None:
    def ignoring() -> str | None:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        return private_host_refusal.__wrapped__()

    assert fork(ignoring) is None


@works_here
def test_a_refused_overlay_is_the_answer_of_the_probe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(_host: PrivateHost) -> None:
        raise OSError(22, "overlayfs is refused: Invalid argument")

    monkeypatch.setattr(PrivateHost, "enter", refused)
    answer = private_host_refusal.__wrapped__()
    assert answer == "overlayfs is refused: Invalid argument"


def test_the_import_does_nothing_and_needs_no_libc() -> None:
    code = (
        "import ctypes; ctypes.CDLL = None\n"
        "from durable_core.executors import _private_host as host, _mounts\n"
        "assert _mounts.libc.cache_info().currsize == 0\n"
        "assert host.private_host_refusal.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)


def test_a_file_of_one_child_is_seen_by_no_other_process(
    inside: In, scratch: Path
) -> None:
    for directory in map(Path, host_local_directories()):
        left = directory / f"{scratch.name}.left"
        assert inside(lambda p=left: p.write_text("A") and p.exists())
        assert not inside(left.exists)
        assert not left.exists()


def test_a_file_of_the_parent_is_readable_and_its_change_stays_inside(
    inside: In, scratch: Path
) -> None:
    file = _file(scratch / "input", "parent")

    def change() -> tuple[str, str]:
        before = file.read_text()
        file.write_text("child")
        return before, file.read_text()

    assert inside(change) == ("parent", "child")
    assert file.read_text() == "parent"


def test_a_deletion_stays_inside(inside: In, scratch: Path) -> None:
    file = _file(scratch / "input", "parent")

    def delete() -> bool:
        file.unlink()
        return file.exists()

    assert inside(delete) is False
    assert file.exists()


def test_a_directory_can_be_replaced_inside(inside: In, scratch: Path) -> None:
    directory = _directory(scratch / "build")
    _file(directory / "old", "")

    def replace() -> list[str]:
        shutil.rmtree(directory)
        directory.mkdir()
        (directory / "new").touch()
        return os.listdir(directory)

    assert inside(replace) == ["new"]
    assert os.listdir(directory) == ["old"]


def test_a_shared_path_is_shared_both_ways(inside: In, scratch: Path) -> None:
    shared = _directory(scratch / "shared, with: odd\\ name")
    _file(shared / "from_parent", "1")

    def write() -> str:
        (shared / "from_child").write_text("2")
        (scratch / "private").write_text("3")
        return (shared / "from_parent").read_text()

    assert inside(write, shared) == "1"
    assert (shared / "from_child").read_text() == "2"
    assert not (scratch / "private").exists()


@works_here
def test_tmp_path_can_be_shared(tmp_path: Path) -> None:
    host = PrivateHost(directories=host_local_directories(), shared=(str(tmp_path),))

    def write() -> None:
        host.enter()
        (tmp_path / "kept").write_text("")
        tmp_path.with_name("lost").write_text("")

    fork(write)
    assert (tmp_path / "kept").exists()
    assert not tmp_path.with_name("lost").exists()


def test_a_shared_file_keeps_its_siblings_private(inside: In, scratch: Path) -> None:
    shared = _file(scratch / "shared", "")

    def write() -> None:
        shared.write_text("child")
        (scratch / "sibling").write_text("child")

    inside(write, shared)
    assert shared.read_text() == "child"
    assert not (scratch / "sibling").exists()


def test_a_shared_path_that_does_not_exist_is_skipped(
    inside: In, scratch: Path
) -> None:
    missing = scratch / "missing"
    inside(missing.mkdir, missing)
    assert not missing.exists()


@pytest.mark.parametrize("shared", ["/tmp", "/"])
def test_a_directory_that_is_shared_itself_is_not_private(
    inside: In, scratch: Path, shared: str
) -> None:
    inside((scratch / "seen").touch, Path(shared))
    assert (scratch / "seen").exists()


def test_a_directory_that_does_not_exist_is_skipped(
    uid: int | None, scratch: Path
) -> None:
    host = PrivateHost(directories=("/tmp/missing", "/tmp"), shared=())

    def write() -> None:
        host.enter()
        (scratch / "left").touch()

    fork(write, uid=uid)
    assert not (scratch / "left").exists()


def test_the_cwd_stays_and_relative_paths_are_private(
    inside: In, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scratch)

    def write() -> tuple[str, bool]:
        Path("relative").touch()
        return os.getcwd(), (scratch / "relative").exists()

    assert inside(write) == (str(scratch), True)
    assert not (scratch / "relative").exists()


def test_a_cwd_that_was_deleted_is_no_obstacle(
    inside: In, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = scratch / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert inside(lambda: 1) == 1


def test_nothing_remains_on_the_host(uid: int | None, scratch: Path) -> None:
    host = PrivateHost(directories=(str(scratch),), shared=())

    def state() -> tuple[str, list[str]]:
        return Path("/proc/self/mountinfo").read_text(), os.listdir(scratch)

    def write() -> None:
        host.enter()
        (scratch / "left").touch()

    before = state()
    fork(write, uid=uid)
    assert state() == before


def test_sqlite_works_on_a_new_and_on_an_existing_file(
    inside: In, scratch: Path
) -> None:
    def insert(path: Path) -> int:
        connection = sqlite3.connect(path)
        try:
            connection.execute("pragma journal_mode=wal")
            connection.execute("create table if not exists t (x)")
            with connection:
                connection.execute("insert into t values (1)")
            return int(connection.execute("select count(*) from t").fetchone()[0])
        finally:
            connection.close()

    existing = scratch / "existing"
    assert insert(existing) == 1
    _open_to_all(existing)
    assert inside(lambda: (insert(existing), insert(scratch / "new"))) == (2, 1)
    assert insert(existing) == 2
    assert not (scratch / "new").exists()


def test_sockets_and_maps_work_inside(inside: In, scratch: Path) -> None:
    def use() -> tuple[bytes, bytes]:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(scratch / "socket"))
            server.listen()
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(scratch / "socket"))
                accepted, _ = server.accept()
                with accepted:
                    accepted.sendall(b"hello")
                received = client.recv(5)
        with open(scratch / "map", "w+b") as file:
            file.truncate(4096)
            with mmap.mmap(file.fileno(), 4096) as mapped:
                mapped[:3] = b"map"
            return received, file.read(3)

    assert inside(use) == (b"hello", b"map")


def test_a_server_of_the_parent_is_reached_by_its_socket(
    inside: In, scratch: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(scratch / "socket"))
        (scratch / "socket").chmod(0o777)
        server.listen()

        def connect() -> str:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(scratch / "socket"))
                return str(client.getpeername())

        assert inside(connect) == str(scratch / "socket")


def test_what_was_written_is_listed(inside: In, scratch: Path) -> None:
    for name in ("changed", "opened", "deleted"):
        _file(scratch / name, "parent")
    shared = _directory(scratch / "shared")

    def write() -> tuple[str, ...]:
        (scratch / "changed").write_text("child")
        (scratch / "opened").open("r+").close()
        (scratch / "deleted").unlink()
        (scratch / "empty").mkdir()
        (scratch / "deep/er").mkdir(parents=True)
        (scratch / "deep/er/new").touch()
        (shared / "unlisted").touch()
        return written_paths()

    expected = ("changed", "deep/er/new", "empty")
    assert inside(write, shared) == tuple(str(scratch / name) for name in expected)


def test_nothing_is_listed_where_nothing_was_written(inside: In) -> None:
    assert inside(written_paths) == ()
    assert written_paths() == ()


def test_permissions_still_bind_an_unprivileged_step(
    inside: In, uid: int | None, scratch: Path
) -> None:
    if uid is None and os.geteuid() == 0:
        pytest.skip("root is bound by no permissions")

    def write() -> int:
        (scratch / "read_only").touch(mode=0o400)
        try:
            (scratch / "read_only").write_text("")
        except PermissionError:
            return os.geteuid()
        return -1

    assert inside(write) == (os.geteuid() if uid is None else uid)


def test_a_private_host_in_a_private_host_works_or_says_why_not(
    inside: In, scratch: Path
) -> None:
    def nested() -> tuple[str | None, bool, bool]:
        (scratch / "outer").touch()
        refusal = private_host_refusal.__wrapped__()
        host = PrivateHost(directories=host_local_directories(), shared=())

        def inner() -> bool:
            host.enter()
            (scratch / "inner").touch()
            return (scratch / "outer").exists()

        outer_seen = refusal is not None or fork(inner)
        return refusal, outer_seen, (scratch / "inner").exists()

    refusal, outer_seen, inner_seen = inside(nested)
    assert refusal is None or refusal.startswith("overlayfs is refused: ")
    assert (outer_seen, inner_seen) == (True, False)


as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount"
)


def _with_submount(scratch: Path, body: Callable[[Path], T]) -> T:
    """Return ``body(mount point)`` from a child with a file system below /tmp."""
    mounted = _directory(scratch / "mount point")

    def mount() -> T:
        with _mounts.private_mounts():
            _mounts.mount_tmpfs(str(mounted))
        return body(_open_to_all(mounted))

    return fork(mount)


@works_here
@as_root
def test_a_file_system_mounted_below_stays_visible_and_shared(scratch: Path) -> None:
    def outer(mounted: Path) -> tuple[str, bool, bool]:
        (mounted / "from_parent").write_text("parent")
        host = PrivateHost(directories=host_local_directories(), shared=())

        def write() -> str:
            host.enter()
            (mounted / "from_child").touch()
            (scratch / "private").touch()
            return (mounted / "from_parent").read_text()

        text = fork(write)
        return text, (mounted / "from_child").exists(), (scratch / "private").exists()

    assert _with_submount(scratch, outer) == ("parent", True, False)


@works_here
@as_root
def test_a_file_system_mounted_below_is_named_if_it_is_why_nobody_is_refused(
    scratch: Path,
) -> None:
    def probe(_mounted: Path) -> str | None:
        return fork(private_host_refusal.__wrapped__, uid=NOBODY)

    refusal = _with_submount(scratch, probe)
    if refusal is not None and refusal.startswith("overlayfs"):
        assert refusal.endswith(f"mounted below it: {scratch / 'mount point'}")


def test_a_temporary_directory_elsewhere_with_an_odd_name_is_private(
    uid: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        odd = Path(tempfile.mkdtemp(prefix="odd, a:b\\c\n", dir="/var"))
    except OSError:
        pytest.skip("there is no other directory to write to")
    _open_to_all(odd)
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    host = PrivateHost(directories=host_local_directories(), shared=())
    assert str(odd) in host.directories

    def write() -> tuple[str, ...]:
        host.enter()
        (odd / "left").touch()
        return written_paths()

    try:
        assert fork(write, uid=uid) == (str(odd / "left"),)
        assert os.listdir(odd) == []
    finally:
        shutil.rmtree(odd)
