"""The findings as messages of pylint: `pylint --load-plugins=lint_rules.pylint_plugin`.

The whole program is linted when pylint comes to the first file that it checks, once in
each of its processes; the messages of a file are told when pylint comes to that file.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    from astroid import modutils
    from pylint.checkers import BaseRawFileChecker
except ImportError as error:
    reason = (
        "lint_rules.pylint_plugin needs pylint: pip install 'pytest-durable[pylint]'"
    )
    raise ImportError(reason) from error

from lint_rules.cli import DEEPEST_RECURSION
from lint_rules.commands.accepting import accept
from lint_rules.commands.parser import parser
from lint_rules.commands.selection import configure
from lint_rules.commands.usage import UsageError
from lint_rules.errors import RuleFailed
from lint_rules.formatters.printable import visible
from lint_rules.listing import Entry, entries

if TYPE_CHECKING:
    from astroid import nodes
    from pylint.lint import PyLinter

    from lint_rules.finding import Finding


_LETTERS = {"error": "E", "warn": "W", "info": "R"}
_FIRST_GROUP = 80
_OWN_GROUP = 88
_USAGE_ERROR = 32
_OPTIONS = (
    (
        "durable-paths",
        {
            "default": (),
            "type": "csv",
            "metavar": "<paths>",
            "help": "The program that steps belong to; by default what pylint checks.",
        },
    ),
    (
        "durable-strict",
        {
            "default": False,
            "type": "yn",
            "metavar": "<y or n>",
            "help": "Show findings that are only for information as well.",
        },
    ),
)


def register(linter: PyLinter) -> None:
    """Add the checkers; a checker's messages share two digits, so there are several."""
    program = Program(linter)
    groups: dict[str, dict[str, Entry]] = {}
    for msgid, entry in message_ids(entries()).items():
        groups.setdefault(msgid[1:3], {})[msgid] = entry
    for number, group in enumerate(groups.values()):
        linter.register_checker(DurableChecker(linter, program, group, number == 0))


def message_ids(known: list[Entry]) -> dict[str, Entry]:
    """Return the rules by the id that pylint knows them by: DUR103 is W8103."""
    found: dict[str, Entry] = {}
    theirs = 0
    for entry in sorted(known):
        letter = _LETTERS[entry.severity]
        if entry.code.startswith("DUR"):
            number = _FIRST_GROUP * 100 + int(entry.code[3:])
        else:
            number = _OWN_GROUP * 100 + theirs
            theirs += 1
        found[f"{letter}{number}"] = entry
    return found


class Program:
    """The findings of the whole program, by the real path of their file."""

    def __init__(self, linter: PyLinter) -> None:
        """Wait for pylint to know its options."""
        self._linter = linter
        self._findings: dict[Path, list[Finding]] | None = None

    def findings(self, module: nodes.Module) -> list[Finding]:
        """Return the findings in a file."""
        file = _real(module.file or "")
        if self._findings is None:
            # An editor hands pylint the text of one file, which may not be saved yet.
            typed = self._linter.config.from_stdin
            edited = {file: module.stream().read()} if typed else {}
            self._findings = {}
            for finding in self._found(edited):
                place = _real(finding.path)
                self._findings.setdefault(place, []).append(finding)
        return self._findings.get(file, [])

    def _found(self, edited: dict[Path, bytes]) -> list[Finding]:
        from lint_rules.runner import run

        options = self._linter.config
        paths = [*map(str, options.durable_paths)] or [*map(_path, options.files)]
        strict = ["--strict"] if options.durable_strict else []
        deepest = sys.getrecursionlimit()
        sys.setrecursionlimit(max(deepest, DEEPEST_RECURSION))
        try:
            config = configure(parser().parse_args([*strict, "--", *paths]))
            there = [path for path in map(Path, paths) if path.exists()]
            report = run([*there, *edited], config, edited)
            accept(report, there, config)
        except (UsageError, RuleFailed) as error:
            print(f"durable-lint: error: {error}", file=sys.stderr)  # noqa: T201
            sys.exit(_USAGE_ERROR)
        finally:
            sys.setrecursionlimit(deepest)
        return [finding for finding in report.findings if config.shows(finding)]


def _real(path: str) -> Path:
    return Path(os.path.realpath(path))


def _path(given: str) -> str:
    """Return the file or folder of what pylint was asked to check."""
    if os.path.exists(given):
        return given
    try:
        file = Path(modutils.file_from_modpath(given.split(".")) or given)
    except ImportError:
        return given
    return str(file.parent if file.name == "__init__.py" else file)


class DurableChecker(BaseRawFileChecker):
    """Tells the findings of some rules."""

    name = "durable-lint"

    def __init__(
        self,
        linter: PyLinter,
        program: Program,
        group: dict[str, Entry],
        has_options: bool,  # noqa: FBT001
    ) -> None:
        """Take the rules by their message ids; one checker has everyone's options."""
        self.msgs = {
            msgid: ("%s", f"durable-{entry.name}", entry.prose)
            for msgid, entry in group.items()
        }
        self.options: Any = _OPTIONS if has_options else ()
        self._program = program
        self._ids = {entry.code: msgid for msgid, entry in group.items()}
        super().__init__(linter)

    def process_module(self, node: nodes.Module) -> None:
        """Tell the findings in a file."""
        for finding in self._program.findings(node):
            if finding.code in self._ids:
                self.add_message(
                    self._ids[finding.code],
                    line=finding.line,
                    col_offset=finding.column - 1,
                    end_lineno=finding.end_line,
                    end_col_offset=finding.end_column - 1,
                    args=(visible(f"{finding.message} {finding.reached}").strip(),),
                )
