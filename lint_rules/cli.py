"""The command line of durable-lint."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lint_rules import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lint_rules.config import Config
    from lint_rules.finding import Finding

CLEAN, FOUND, FAILED = 0, 1, 2
DEEPEST_RECURSION = 6000
_EPILOG = "exit codes: 0 clean, 1 findings at warn or above, 2 usage or internal error"


class UsageError(Exception):
    """The command line cannot be carried out; the message says why."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parser() -> argparse.ArgumentParser:
    """Build the parser of the command line."""
    made = _Parser(
        prog="durable-lint",
        description="Find step code that does not survive another process.",
        epilog=_EPILOG,
    )
    made.add_argument("paths", nargs="*", metavar="PATH", help="files or folders")
    rules = made.add_argument_group("rules (codes or names, comma separated)")
    rules.add_argument("--select", action="append", help="run only these rules")
    rules.add_argument("--ignore", action="append", help="do not run these rules")
    rules.add_argument("--extend-select", action="append", help="run these as well")
    rules.add_argument("--strict", action="store_true", help="show info findings")
    output = made.add_argument_group("output")
    output.add_argument("--output-format", choices=("text", "json"), default="text")
    output.add_argument("--statistics", action="store_true", help="count per rule")
    output.add_argument("--show-steps", action="store_true", help="list the steps")
    output.add_argument("--exit-zero", action="store_true", help="exit 0 on findings")
    about = made.add_argument_group("about")
    about.add_argument("--list-rules", action="store_true")
    about.add_argument("--explain", metavar="CODE", help="show a rule's page")
    about.add_argument("--version", action="store_true")
    return made


def run_command(arguments: Sequence[str]) -> int:
    """Run durable-lint and return its exit code."""
    # Our walks recurse a few frames per level of nesting in the program.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST_RECURSION))
    try:
        return _dispatch(parser().parse_args(arguments))
    except UsageError as error:
        print(f"durable-lint: error: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        print("durable-lint: interrupted", file=sys.stderr)
        return FAILED
    except Exception as error:  # noqa: BLE001 - the outermost loop
        kind = type(error).__name__
        print(f"durable-lint: internal error: {kind}: {error}", file=sys.stderr)
        return FAILED


def _dispatch(options: argparse.Namespace) -> int:
    if options.version:
        print(f"durable-lint {__version__}")
        return CLEAN
    if options.list_rules:
        return _list_rules()
    if options.explain:
        return _explain(options.explain)
    if not options.paths:
        message = "no paths given; try `durable-lint src`"
        raise UsageError(message)
    return _lint(options)


def _list_rules() -> int:
    from lint_rules.listing import entries

    for entry in entries():
        first = entry.page.splitlines()[0]
        print(f"{entry.code}  {entry.name:<26} {entry.severity:<5}  {first}")
    return CLEAN


def _explain(wanted: str) -> int:
    from lint_rules.listing import codes, entries

    code = codes().get(_spelled(wanted))
    if code is None:
        message = f"no rule {wanted!r}; see `durable-lint --list-rules`"
        raise UsageError(message)
    for entry in entries():
        if entry.code == code:
            print(f"{entry.code} {entry.name} ({entry.severity})\n\n{entry.page}")
    return CLEAN


def _spelled(rule: str) -> str:
    rule = rule.strip()
    return rule.upper() if rule.lower().startswith("dur") else rule.lower()


def _codes(given: list[str] | None, known: dict[str, str]) -> frozenset[str]:
    found: set[str] = set()
    for part in ",".join(given or []).split(","):
        word = _spelled(part)
        if not word:
            continue
        matches = {known[word]} if word in known else set()
        if word.startswith("DUR"):
            matches |= {code for code in known.values() if code.startswith(word)}
        if not matches:
            message = f"no rule {part.strip()!r}; see `durable-lint --list-rules`"
            raise UsageError(message)
        found |= matches
    return frozenset(found)


def configure(options: argparse.Namespace) -> Config:
    """Turn the options into a configuration."""
    from lint_rules.config import Config
    from lint_rules.listing import codes

    known = codes()
    selected = _codes(options.select, known) or frozenset(known.values())
    selected |= _codes(options.extend_select, known)
    selected -= _codes(options.ignore, known)
    return Config(selected=selected, strict=options.strict, names=known)


def _lint(options: argparse.Namespace) -> int:
    from lint_rules.runner import run

    config = configure(options)
    paths = [Path(path) for path in options.paths]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        message = f"no such file or folder: {', '.join(missing)}"
        raise UsageError(message)
    report = run(paths, config)
    if options.show_steps:
        _show_steps(report.steps)
        return CLEAN
    findings = [f for f in report.findings if config.strict or f.severity != "info"]
    _tell(findings, options)
    counted = any(finding.counts() for finding in findings)
    return FOUND if counted and not options.exit_zero else CLEAN


def _show_steps(steps: list[tuple[str, str, int, str]]) -> None:
    for name, path, line, found_by in steps:
        print(f"{path}:{line}: {name} ({found_by})")
    if not steps:
        print("No steps found.")


def _tell(findings: list[Finding], options: argparse.Namespace) -> None:
    from lint_rules import formatters

    if options.output_format == "json":
        print(formatters.as_json(findings))
    elif options.statistics:
        print(formatters.statistics(findings))
    else:
        print(formatters.as_text(findings))
