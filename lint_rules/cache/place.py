"""The cache folder: where it is, and how its files are read and written."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from lint_rules import __version__

FOLDER = ".durable_lint_cache"
# A file that is written twice within the resolution of its time looks unchanged.
SETTLED_NS = 2_000_000_000
_ABOUT = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Made by durable-lint; it may be deleted at any time.\n",
}


class Place:
    """A cache folder; without one, nothing is kept and nothing is found."""

    def __init__(self, folder: Path | None) -> None:
        """Use `folder`, or nothing when it cannot be written."""
        self.folder = folder
        if folder is not None and not _is_ready(folder):
            self.folder = None

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, if there is one."""
        if self.folder is None:
            return None
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Replace a file as a whole; a disk that is full or read-only is no error."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            handle, path = tempfile.mkstemp(dir=self.folder, prefix=f"{name}.")
            try:
                with open(handle, "wb") as file:
                    file.write(content)
                os.replace(path, self.folder / name)
            except OSError:
                os.unlink(path)
                raise

    def now(self) -> int:
        """Return the time in nanoseconds by the clock that stamps files.

        The clock of this host may differ from that of a network file system.
        """
        if self.folder is None:
            return 0
        with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=self.folder) as f:
            return os.fstat(f.fileno()).st_mtime_ns
        return 0


def _is_ready(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in _ABOUT.items():
            path = folder / name
            if not path.exists():
                path.write_text(text, encoding="utf-8")
    except OSError:
        return False
    return os.access(folder, os.W_OK)


@lru_cache(maxsize=1)
def version() -> str:
    """Return a word that changes with this program, and with the interpreter."""
    package = Path(__file__).parent.parent
    digest = blake2b(f"{__version__} {sys.version}".encode(), digest_size=12)
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(files):
            status = os.stat(os.path.join(folder, name))
            digest.update(f"{name} {status.st_mtime_ns} {status.st_size}".encode())
    return digest.hexdigest()


def stamp(path: str | Path) -> tuple[int, int] | None:
    """Return the time of a file's last change in nanoseconds, and its size in bytes."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size
