"""Answers nine questions about each step: whether it runs anywhere, any time, alike.

The questions are those that one asks before a step is given to workers; each stands
for a family of rules, so an answer is as good as the rules are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.finding import Finding


class Question(NamedTuple):
    """A question to which yes is the good answer, and the rules that say no."""

    text: str
    codes: tuple[str, ...]


QUESTIONS = (
    Question(
        "Does it read only what the state, its arguments or an outside store give it?",
        ("DUR101", "DUR604"),
    ),
    Question(
        "Does it leave module globals, classes and functions as they were?",
        tuple(f"DUR{number}" for number in (*range(102, 108), 110, 112)),
    ),
    Question(
        "Does it keep nothing on objects that outlive it: on `self`, on singletons?",
        ("DUR111", "DUR301"),
    ),
    Question(
        "Does it do without a cache in the memory of its process?",
        ("DUR201",),
    ),
    Question(
        "Does it open what it uses, and need no lock or queue of its process?",
        ("DUR113", "DUR311", "DUR312"),
    ),
    Question(
        "Are its files on storage that all workers share, or gone when it ends?",
        ("DUR401", "DUR402", "DUR403", "DUR404", "DUR405"),
    ),
    Question(
        "Does it leave the settings of its process and its thread as they were?",
        ("DUR108", "DUR109", "DUR501"),
    ),
    Question(
        "Can another process import it, and carry what it returns?",
        ("DUR601", "DUR602", "DUR603"),
    ),
    Question(
        "Does it come to the same when it is replayed, and wait for all it starts?",
        ("DUR701", "DUR702", "DUR703", "DUR704", "DUR705"),
    ),
)


def checklist(steps: list[tuple[str, str, int, str]], findings: list[Finding]) -> str:
    """Return the nine answers for every step."""
    parts = ["\n".join(_answers(step, findings)) for step in steps]
    rest = [finding for finding in findings if not finding.steps]
    if rest:
        lines = ["Not about one step:", *(f"  {_told(finding)}" for finding in rest)]
        parts.append("\n".join(lines))
    parts.append(_summary(steps, findings))
    return "\n\n".join(parts)


def _answers(step: tuple[str, str, int, str], findings: list[Finding]) -> Iterator[str]:
    name, path, line, _ = step
    mine = [finding for finding in findings if name in finding.steps]
    relied_upon = [finding for finding in findings if finding.reader == name]
    yield f"{name} ({path}:{line})"
    for number, question in enumerate(QUESTIONS, 1):
        against = [finding for finding in mine if finding.code in question.codes]
        if number == 1:
            against += [finding for finding in relied_upon if finding not in against]
        yield f"  {number} {'no ' if against else 'yes'} {question.text}"
        yield from (f"        {_told(finding)}" for finding in against)
    asked = {code for question in QUESTIONS for code in question.codes}
    for finding in mine:
        if finding.code not in asked:
            yield f"    also: {_told(finding)}"


def _told(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}"
    return f"{place}: {finding.severity} {finding.code} {finding.name}"


def _summary(steps: list[tuple[str, str, int, str]], findings: list[Finding]) -> str:
    if not steps:
        return "No steps found."
    bad = {name for finding in findings for name in (*finding.steps, finding.reader)}
    good = sum(name not in bad for name, *_ in steps)
    return f"{good} of {len(steps)} steps: nine times yes, as far as can be seen."
