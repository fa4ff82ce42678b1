"""Which files make up the program, and about which of them findings are told."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.commands.usage import UsageError

if TYPE_CHECKING:
    from lint_rules.finding import Finding
    from lint_rules.settings import Settings

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Targets:
    """The paths of the program, contents that stand in for files, files to tell of.

    The analysis is always of the whole program: what a file does wrong may show in no
    other way. With `reaching`, a finding is also told when the call path to it leads
    through one of the files.
    """

    paths: list[Path]
    edited: dict[Path, bytes] = field(default_factory=dict)
    told: frozenset[Path] | None = None
    reaching: bool = False

    def tells(self, finding: Finding) -> bool:
        """Tell whether a finding is about one of the files that are asked about."""
        if self.told is None:
            return True
        from lint_rules.folders import Folders

        files = [finding.path]
        if self.reaching:
            files += [spot.path for spot in (*finding.calls, *finding.related)]
        identity = Folders().identity
        return any(identity(Path(file)) in self.told for file in files)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the paths, and the options that say what of them is told."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files or folders; - reads one file from stdin; by default the `roots`"
        " of the configuration",
    )
    group = parser.add_argument_group("files")
    group.add_argument(
        "--changed-files",
        nargs="*",
        metavar="FILE",
        help="analyse the whole program, tell only what these files have a part in",
    )
    group.add_argument(
        "--stdin-filename", metavar="FILE", help="the file that stdin stands in for"
    )


def named(options: argparse.Namespace) -> list[Path]:
    """Return the paths that were named, for the search for the configuration."""
    paths = [Path(path) for path in options.paths if path != STDIN]
    if options.stdin_filename is not None:
        paths.append(Path(options.stdin_filename))
    return paths or [Path()]


def targets_for(options: argparse.Namespace, settings: Settings) -> Targets:
    """Return what is linted, and what of it is told."""
    paths = [Path(path) for path in options.paths if path != STDIN]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        message = f"no such file or folder: {', '.join(missing)}"
        raise UsageError(message)
    if STDIN in options.paths:
        return _from_stdin(paths, options.stdin_filename, settings)
    roots = [settings.path(root) for root in settings.strings("roots")]
    if options.changed_files is not None:
        from lint_rules.folders import Folders

        identity = Folders().identity
        told = frozenset(identity(Path(file)) for file in options.changed_files)
        return Targets(paths or roots or [Path()], told=told, reaching=True)
    if not paths and not roots:
        message = (
            "no paths given, and no `roots` in the configuration; try"
            " `durable-lint src`"
        )
        raise UsageError(message)
    return Targets(paths or roots)


def _from_stdin(paths: list[Path], name: str | None, settings: Settings) -> Targets:
    from lint_rules.folders import Folders

    if name is None:
        raise UsageError("reading from stdin needs --stdin-filename FILE")
    file = Path(name)
    if file.is_dir() or not file.parent.is_dir():
        message = f"--stdin-filename {name}: not the path of a file in a folder"
        raise UsageError(message)
    program = paths or _program_of(file, settings)
    edited = {Folders().identity(file): sys.stdin.buffer.read()}
    return Targets([*program, file], edited, told=frozenset(edited))


def _program_of(file: Path, settings: Settings) -> list[Path]:
    """Return the roots that a file is below, or the topmost package it is in.

    A file that is in neither is a program of its own, with what it imports: the
    folder may be anyone's home.
    """
    place = file.absolute().parent.resolve() / file.name
    roots = [settings.path(root).resolve() for root in settings.strings("roots")]
    if any(root in place.parents for root in roots):
        return roots
    top = [folder for folder in place.parents if (folder / "__init__.py").is_file()]
    inner = list(place.parents[: len(top)])
    return top[-1:] if top == inner else []
