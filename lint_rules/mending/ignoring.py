"""Writes suppression comments on the logical lines of findings."""

from __future__ import annotations

import io
import tokenize
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.fix import Edit, Position
from lint_rules.mending.texts import Inapplicable, apply
from lint_rules.mending.writing import NotWritten, write
from lint_rules.source import Unreadable
from lint_rules.suppressions import Suppression, read_suppressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lint_rules.finding import Finding
    from lint_rules.report import Texts

# Findings about comments, about the baseline and about files that are not Python.
_NOT_IGNORED = frozenset({"DUR901", "DUR902", "DUR903", "DUR904", "DUR905"})


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """The lines that one statement, or the head of one, takes; and where it ends."""

    first: int
    last: int
    end: Position


@dataclass(frozen=True, slots=True)
class Ignored:
    """How many findings were suppressed in how many files, and what was left alone."""

    findings: int
    files: int
    messages: list[str]


def reads_back(reason: str) -> bool:
    """Tell whether a comment with this reason is understood as it was meant."""
    found = read_suppressions(_comment(["DUR103"], reason), "")
    return bool(reason) and [(s.reason, s.line) for s in found] == [(reason, 1)]


def add_ignores(findings: Iterable[Finding], reason: str, texts: Texts) -> Ignored:
    """Suppress findings in their files, one file whole or not at all."""
    by_path: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_path[finding.path].append(finding)
    messages: list[str] = []
    done: list[int] = []
    for path, found in sorted(by_path.items()):
        able = [f for f in found if f.code not in _NOT_IGNORED and f.at >= 0]
        messages += [_unable(finding) for finding in found if finding not in able]
        if not able:
            continue
        try:
            before = texts.content(path)
            after = apply(before, edits_of(texts(path), path, able, reason))
            write({path: before}, {path: after})
        except NotWritten as error:
            messages.append(str(error))
        except Inapplicable as error:
            messages.append(f"{path}: {error}")
        except Unreadable as error:
            messages.append(f"{path}: {error.reason}")
        else:
            done.append(len(able))
    return Ignored(sum(done), len(done), messages)


def _unable(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}"
    return f"{place}: {finding.code} cannot be suppressed by a comment"


def edits_of(
    text: str, path: str, findings: Iterable[Finding], reason: str
) -> Iterator[Edit]:
    """Return the edits that suppress findings in one file."""
    lines = list(logical_lines(text))
    comments = [c for c in read_suppressions(text, path) if not c.blanket]
    codes: defaultdict[LogicalLine, set[str]] = defaultdict(set)
    for finding in findings:
        for line in lines:
            if line.first <= finding.line <= line.last:
                codes[line].add(finding.code)
    for line, wanted in codes.items():
        there = [c for c in comments if (c.first, c.last) == (line.first, line.last)]
        if there:
            yield _extended(text, there[0], sorted(wanted))
        else:
            comment = _comment(sorted(wanted), reason)
            yield Edit(path, line.end, line.end, f"  {comment}")


def _comment(codes: list[str], reason: str) -> str:
    return f"# durable: ignore[{', '.join(codes)}] {reason}"


def _extended(text: str, comment: Suppression, codes: list[str]) -> Edit:
    """Return the edit that adds rules to a comment, which keeps its reason."""
    line = text.split("\n")[comment.line - 1]
    end = Position(comment.line, line.index("]", comment.column - 1) + 1)
    return Edit(comment.path, end, end, "".join(f", {code}" for code in codes))


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """Return the logical lines of a file that can be read as Python."""
    first, lines = 0, text.split("\n")
    skipped = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NEWLINE:
            last = token.start[0]
            end = Position(last, len(lines[last - 1].rstrip()) + 1)
            yield LogicalLine(first or last, last, end)
            first = 0
        elif token.type not in skipped and not first:
            first = token.start[0]
