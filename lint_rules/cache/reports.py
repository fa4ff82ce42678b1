"""The report of an earlier run, if nothing that it looked at has changed since.

A report depends on the files it read, on the size and time of every other file below
the paths, and on what the folders contained where an import was looked for.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.cache.place import SETTLED_NS, Place, stamp, version
from lint_rules.cache.values import from_bytes, to_bytes
from lint_rules.discover import program_files
from lint_rules.finding import Finding, Spot
from lint_rules.fix import Edit, Fix, Position
from lint_rules.folders import Folders
from lint_rules.report import Notice, Report, Texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.config import Config
    from lint_rules.project import Project

_PREFIX = "report-"
_MOST = 16
_CLASSES = (Report, Finding, Spot, Notice, Fix, Edit, Position)


class KeptReport:
    """The place of the report on some paths with some configuration."""

    def __init__(self, place: Place, paths: list[Path], config: Config) -> None:
        """Name the report after all that it depends on besides files."""
        where = (str(Path.cwd()), list(map(str, paths)))
        asked = repr((version(), _installed(), where, config.fingerprint))
        digest = blake2b(asked.encode("utf-8", "replace"), digest_size=12)
        self.place, self.paths = place, paths
        self._name = f"{_PREFIX}{digest.hexdigest()}"
        self._began = place.now()

    def find(self) -> Report | None:
        """Return the report of an earlier run if it would be the same today."""
        content = self.place.read(self._name)
        found = None if content is None else from_bytes(content, _CLASSES)
        if not (isinstance(found, tuple) and len(found) == 4):
            return None
        below, files, listed, report = found
        folders = Folders()
        if _below(self.paths, folders)[1] != below or not isinstance(report, Report):
            return None
        report.texts = Texts(())
        return report if _are_same(files, listed, folders) else None

    def keep(self, report: Report, project: Project) -> None:
        """Keep a report, unless a file was changed a moment ago."""
        if self.place.folder is None:
            return
        newest, below = _below(self.paths, Folders())
        read = [*map(str, project.checked), *_others_rules()]
        files = {path: stamp(path) for path in read}
        times = [newest, *(known[0] for known in files.values() if known)]
        if max(times) >= self._began - SETTLED_NS:
            return
        plain = replace(report, texts=None)
        content = (below, files, project.folders.digests(), plain)
        self.place.write(self._name, to_bytes(content))
        self._forget_old()

    def _forget_old(self) -> None:
        with contextlib.suppress(OSError):
            folder = self.place.folder or Path()
            found = sorted(folder.glob(f"{_PREFIX}*"), key=os.path.getmtime)
            for path in found[:-_MOST]:
                path.unlink()


def _installed() -> list[tuple[str, object]]:
    """Return the folders of installed packages, which may bring rules of their own."""
    folders = (p for p in sys.path if p.endswith(("site-packages", "dist-packages")))
    return [(folder, stamp(folder)) for folder in folders]


def _others_rules() -> Iterator[str]:
    """Return the files of the rules that other packages bring."""
    from lint_rules.own_rules import own_rules

    for rule in own_rules():
        file = getattr(sys.modules.get(type(rule).__module__), "__file__", None)
        if file:
            yield file


def _below(paths: Iterable[Path], folders: Folders) -> tuple[int, bytes]:
    """Return the newest time, and a digest of the stamps, of the files below paths."""
    newest, digest = 0, blake2b(digest_size=16)
    for path, _ in program_files(paths, folders):
        known = stamp(path)
        newest = max(newest, known[0] if known else 0)
        digest.update(f"{path}\0{known}\n".encode("utf-8", "surrogateescape"))
    return newest, digest.digest()


def _are_same(
    files: dict[str, object], listed: dict[str, bytes], folders: Folders
) -> bool:
    return all(stamp(path) == known for path, known in files.items()) and all(
        folders.digest(folder) == known for folder, known in listed.items()
    )
