"""Applies fixes to texts in memory, and lints again after each round.

A fix is kept only when its finding is gone, no other one has come, and the files are
still Python. Nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lint_rules.folders import Folders
from lint_rules.mending.texts import Inapplicable, apply, is_consistent, overlap
from lint_rules.report import Report
from lint_rules.runner import run

if TYPE_CHECKING:
    from lint_rules.config import Config
    from lint_rules.finding import Finding
    from lint_rules.fix import Edit, Fix

MOST_ROUNDS = 200
Key: TypeAlias = tuple[str, str, str]
# A change elsewhere may make a suppression or a baseline entry superfluous.
_ABOUT_COMMENTS = frozenset({"DUR901", "DUR904"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A finding whose fix was not kept, and why; `kept` counts those kept before."""

    finding: Finding
    reason: str
    kept: int


@dataclass(slots=True)
class Mending:
    """What fixing a program has come to.

    `before` and `after` hold the contents of the changed files; `together` the sets of
    files that one fix changed: such files are written together or not at all.
    """

    report: Report
    fixed: list[Finding] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    together: list[frozenset[str]] = field(default_factory=list)


def mend(paths: list[Path], config: Config, *, unsafe: bool) -> Mending:
    """Apply fixes, those that may change the program's meaning only if asked to."""
    mending = Mending(run(paths, config))
    for _ in range(MOST_ROUNDS):
        refused = {_exactly(failure.finding) for failure in mending.failed}
        ready = [
            finding
            for finding in mending.report.findings
            if applicable(finding, config, unsafe=unsafe)
            and _exactly(finding) not in refused
        ]
        chosen = _compatible(ready)
        if chosen:
            _attempt(chosen, mending, paths, config)
        elif not _forget_failures(mending):
            break
    return mending


def _forget_failures(mending: Mending) -> bool:
    """Give fixes another chance that failed before others were kept.

    One of two functions of a name, say, can be fixed once the other one is.
    """
    final = [f for f in mending.failed if f.kept == len(mending.fixed)]
    forgotten = len(final) < len(mending.failed)
    mending.failed = final
    return forgotten


def applicable(finding: Finding, config: Config, *, unsafe: bool) -> bool:
    """Tell whether a finding is shown and its fix may be applied."""
    if finding.fix is None or not config.shows(finding):
        return False
    return unsafe or finding.fix.applicability == "safe"


def _compatible(ready: list[Finding]) -> list[Finding]:
    """Choose fixes that know nothing of each other.

    An unsafe one was thought out for a whole file, down to the imports that it leaves
    unused, so it is the only one there in its round.
    """
    chosen: list[Finding] = []
    for finding in ready:
        if not any(_collide(_fix(finding), _fix(other)) for other in chosen):
            chosen.append(finding)
    return chosen


def _collide(one: Fix, other: Fix) -> bool:
    if one.applicability == other.applicability == "safe":
        return overlap(one.edits, other.edits)
    return bool(one.paths & other.paths)


def _attempt(
    chosen: list[Finding], mending: Mending, paths: list[Path], config: Config
) -> None:
    """Apply some fixes, or the longest half of them that does what it should."""
    while chosen:
        reason = _try(chosen, mending, paths, config)
        if not reason:
            return
        if len(chosen) == 1:
            mending.failed.append(Failure(chosen[0], reason, len(mending.fixed)))
        chosen = chosen[: len(chosen) // 2]


def _try(
    chosen: list[Finding], mending: Mending, paths: list[Path], config: Config
) -> str:
    """Apply fixes and lint; keep the result, or say why not."""
    edits: dict[str, list[Edit]] = {}
    for finding in chosen:
        if not is_consistent(_fix(finding)):
            return "its edits overlap"
        for edit in _fix(finding).edits:
            edits.setdefault(edit.path, []).append(edit)
    after = dict(mending.after)
    before = dict(mending.before)
    for path, changes in edits.items():
        content = mending.report.texts.content(path) if mending.report.texts else b""
        before.setdefault(path, content)
        try:
            after[path] = apply(content, changes)
        except Inapplicable as error:
            return f"in {path}: {error}"
    identity = Folders().identity
    overlay = {identity(Path(path)): content for path, content in after.items()}
    report = run(paths, config, overlay)
    reason = _worse(chosen, mending.report, report)
    if not reason:
        mending.report, mending.before, mending.after = report, before, after
        mending.fixed += chosen
        mending.together += [_fix(finding).paths for finding in chosen]
    return reason


def _worse(chosen: list[Finding], old: Report, new: Report) -> str:
    """Say what is wrong with the findings after some fixes."""
    before, after = _counted(old.findings), _counted(new.findings)
    for key, number in Counter(map(_key, chosen)).items():
        if after[key] > before[key] - number:
            return "the finding would still be there"
    shown = [
        f
        for f in new.findings
        if f.severity != "info" and f.code not in _ABOUT_COMMENTS
    ]
    before = _counted([f for f in old.findings if f.severity != "info"])
    for key, number in _counted(shown).items():
        if number > before[key]:
            found = next(f for f in shown if _key(f) == key)
            return f"{found.code} {found.name} would come up instead"
    return ""


def _counted(findings: list[Finding]) -> Counter[Key]:
    return Counter(map(_key, findings))


def _key(finding: Finding) -> Key:
    return finding.path, finding.code, finding.what


def _exactly(finding: Finding) -> tuple[Key, str, int]:
    return _key(finding), finding.function, finding.occurrence


def _fix(finding: Finding) -> Fix:
    if finding.fix is None:
        message = "a finding without a fix was chosen"
        raise ValueError(message)
    return finding.fix
