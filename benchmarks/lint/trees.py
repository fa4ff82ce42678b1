"""The trees that are read: where they come from, and the copies that are measured.

    python -m benchmarks.lint.trees

downloads their wheels from PyPI, once, and unpacks them below `$XDG_CACHE_HOME` (or
`~/.cache`). The versions are fixed, so that figures of different times can be compared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# A large tree without steps, and a larger one with Celery tasks.
PACKAGES = ("django==5.2.19", "nautobot==3.2.7")
FETCH = "python -m benchmarks.lint.trees"
# What some tool reads; of other files only the names count, and no configuration does.
_READ = {".py", ".pyi", ".yaml", ".yml", ".json"}
_LEFT_OUT = ("__pycache__", ".git", ".venv", "venv", ".tox", "node_modules")


def default_folders() -> list[Path]:
    """Return where the trees are that are read when no folder is given."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    top = cache / "durable-lint-benchmark"
    return [top / package.replace("==", "-") for package in PACKAGES]


def fetch() -> None:
    """Download and unpack the trees that are not there yet."""
    for package, folder in zip(PACKAGES, default_folders(), strict=True):
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                # Renamed when it is whole, so that a half of it is never measured.
                _unpacked(package, Path(scratch)).rename(folder)
        print(folder)


def _unpacked(package: str, scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--ignore-requires-python"]
    done = subprocess.run([*command, "--dest", str(scratch), package], check=False)
    if done.returncode:
        raise SystemExit(f"pip could not download {package}")
    [wheel] = scratch.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(scratch / "unpacked")
    return scratch / "unpacked"


@dataclass(slots=True)
class Tree:
    """A copy of a tree, and a folder for caches beside it."""

    folder: Path
    cache: Path
    changes: int = 0

    def size(self) -> tuple[int, int]:
        """Return how many Python files there are, and how many lines."""
        files = list(self.folder.rglob("*.py"))
        return len(files), sum(path.read_bytes().count(b"\n") for path in files)

    def change(self, path: Path) -> None:
        """Give a file a content, and a time, that it did not have before."""
        self.changes += 1
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n\ndef added_{self.changes}():\n    return 1\n")
        _age(path, self.changes)


@contextmanager
def copied(folder: Path) -> Iterator[Tree]:
    """Copy a tree, for the time of a block."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, folder.resolve().name)
        ignore = shutil.ignore_patterns(*_LEFT_OUT)
        shutil.copytree(folder, copy, symlinks=True, ignore=ignore, copy_function=_copy)
        yield Tree(copy, Path(scratch, "cache"))


def _copy(source: str, target: str) -> None:
    if Path(source).suffix in _READ:
        shutil.copyfile(source, target)
    else:
        Path(target).touch()
    _age(Path(target))


def _age(path: Path, later: int = 0) -> None:
    """Make a file look old: nothing is kept about files of the last two seconds."""
    then = time.time() - 3600 + later
    os.utime(path, (then, then))


if __name__ == "__main__":
    fetch()
