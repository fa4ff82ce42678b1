"""Runs the rules over a program: link, nominate, examine, suppress."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.errors import named
from lint_rules.finding import Finding, dotted, shown
from lint_rules.link.copies import original
from lint_rules.link.linked import Linked
from lint_rules.link.program import Program
from lint_rules.project import Project, load
from lint_rules.report import Notice, Report, Texts, complete
from lint_rules.rule import Candidate, StateRule
from lint_rules.rules import all_rules
from lint_rules.settle import settle
from lint_rules.spots import call_sites, mentioned
from lint_rules.suppressions import Suppression, read_suppressions
from lint_rules.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from lint_rules.cache.reports import KeptReport
    from lint_rules.config import Config
    from lint_rules.fix import Fix
    from lint_rules.link.reach import Reach
    from lint_rules.rule import Rule

    Offer: TypeAlias = Callable[[Rule, Candidate], Fix | None]


def run(
    paths: list[Path],
    config: Config,
    edited: Mapping[Path, bytes] | None = None,
    kept: KeptReport | None = None,
) -> Report:
    """Lint the program below some paths, some files as if they were edited.

    With `kept`, the report and the facts behind it are kept for the next run.
    """
    project = load(paths, config, edited, kept.place if kept else None)
    report = Report(
        notices=_notices(project),
        searched=project.searched,
        left_out=project.left_out,
    )
    report.findings += _broken(project, config)
    if project.modules:
        _lint(project, config, report)
    report.findings = [f for f in report.findings if not _is_ignored(f, config)]
    complete(report, Texts(project.sources.values()))
    if kept:
        kept.keep(report, project)
    return report


def _is_ignored(finding: Finding, config: Config) -> bool:
    """Tell whether the configuration leaves a finding out because of its file.

    A file that is excluded is still read where others import it, so that the analysis
    is of the whole program.
    """
    path = Path(finding.path)
    return config.exclude.match(path) or finding.code in config.ignored_in(path)


def _notices(project: Project) -> list[Notice]:
    return [
        Notice(
            shown(str(error.path)), error.line, f"The file was skipped: {error.reason}."
        )
        for error in project.broken
    ]


def _broken(project: Project, config: Config) -> list[Finding]:
    if not config.enabled("DUR905"):
        return []
    return [
        Finding(
            path=shown(str(error.path)),
            module=project.name(error.path),
            line=error.line,
            column=error.column,
            code="DUR905",
            name="parse-error",
            severity="error",
            what=f"The file was skipped: {error.reason}.",
            why="Steps in it, and what they call, were not looked at.",
            advice="Repair the file or leave it out of the paths.",
        )
        for error in project.broken
    ]


def _lint(project: Project, config: Config, report: Report) -> None:
    linked = Linked(Program.of(project.modules.values(), project.declared), config)
    for step in linked.steps:
        facts = linked.program.functions[step.function]
        path = linked.program.module_of(step.function).path
        report.steps.append(
            (dotted(step.function), shown(path), facts.where.line, step.found_by)
        )
    comments = Comments(project, linked)
    found: list[tuple[Rule, Candidate]] = []
    rules = {rule.code: rule for rule in all_rules()}
    for rule in rules.values():
        if config.enabled(rule.code) or _serves(rule, config):
            found += [(rule, candidate) for candidate in _nominated(rule, linked)]
    candidates = _examined(found, project, linked) if found else []
    candidates = settle(candidates, rules, linked, config)
    offer = _offers(project, linked) if config.fixes else None
    told = [_finding(*pair, linked, comments, offer) for pair in candidates]
    _sort_out(told, report)
    report.findings += comments.findings(config)


def _nominated(rule: Rule, linked: Linked) -> list[Candidate]:
    with named(rule):
        found = list(rule.nominate(linked))
        for candidate in found:
            _check(candidate, linked)
    return found


def _check(candidate: object, linked: Linked) -> None:
    """Refuse what a user's rule may nominate by mistake."""
    if not isinstance(candidate, Candidate):
        message = f"`nominate` returned {candidate!r}, which is no Candidate"
        raise TypeError(message)
    if not candidate.file and candidate.module not in linked.program.modules:
        message = f"the program has no module {candidate.module!r}"
        raise ValueError(message)


def _offers(project: Project, linked: Linked) -> Offer:
    """Return what asks a rule for the fix of one of its findings."""
    from lint_rules.fixes.workbench import Unfixable, Workbench

    bench = Workbench.of(project, linked)

    def offer(rule: Rule, candidate: Candidate) -> Fix | None:
        with named(rule):
            try:
                return rule.fix(candidate, bench)
            except Unfixable:
                return None

    return offer


def _sort_out(found: list[Finding | None], report: Report) -> None:
    """Tell what has no excuse, and one of several findings at the same place."""
    told: dict[object, Finding] = {}
    hidden: dict[object, Finding] = {}
    for finding in found:
        if finding is not None:
            chosen = told if finding.excuse is None else hidden
            chosen.setdefault(finding.order, finding)
    report.findings += told.values()
    report.suppressed += [f for order, f in hidden.items() if order not in told]


def _serves(rule: Rule, config: Config) -> bool:
    """Tell whether a rule's candidates are needed for DUR101 or DUR110."""
    wanted = config.enabled("DUR101") or config.enabled("DUR110")
    return wanted and isinstance(rule, StateRule)


def _examined(
    found: list[tuple[Rule, Candidate]], project: Project, linked: Linked
) -> list[tuple[Rule, Candidate]]:
    from lint_rules.examine import examine_file

    by_module: defaultdict[str, list[tuple[Rule, Candidate]]] = defaultdict(list)
    kept: list[tuple[Rule, Candidate]] = []
    for rule, candidate in found:
        if candidate.file:
            kept.append((rule, candidate))
        else:
            by_module[candidate.module].append((rule, candidate))
    for module, nominated in by_module.items():
        kept += examine_file(project.sources[module].text, nominated, linked)
    return kept


def _finding(
    rule: Rule,
    candidate: Candidate,
    linked: Linked,
    comments: Comments,
    offer: Offer | None,
) -> Finding | None:
    reach = comments.reach_for(rule)
    steps = reach.steps_to(candidate.function) if candidate.function else []
    excuse = None
    if candidate.function and not steps:
        excuse = comments.note_cut(rule, candidate.function)
        reach = linked.reach
        steps = reach.steps_to(candidate.function)
        if not steps:
            return None
    paths = [reach.path(step, candidate.function) for step in steps]
    path = min(paths, key=len, default=candidate.path)
    step = path[0] if path and path[0] not in linked.alone else ""
    finding = Finding(
        path=shown(candidate.file or linked.program.modules[candidate.module].path),
        line=candidate.where.line,
        column=candidate.where.column,
        code=rule.code,
        name=rule.name,
        severity=candidate.severity or rule.severity,
        what=sentence(candidate.what),
        why=candidate.why or rule.why,
        advice=candidate.advice or rule.advice,
        step=dotted(step),
        call_path=tuple(map(dotted, path)),
        at=candidate.where.at,
        function=original(candidate.function),
        module=candidate.module,
        symbol=candidate.symbol,
        calls=call_sites(path, linked),
        related=mentioned(candidate, linked),
        excuse=excuse,
    )
    if excuse is None:
        finding = comments.excused(finding)
    if offer is not None and finding.excuse is None:
        finding = replace(finding, fix=offer(rule, candidate))
    return finding


class Comments:
    """The suppression comments of a program and which of them were needed."""

    def __init__(self, project: Project, linked: Linked) -> None:
        """Read every comment; those on a `def` line belong to the function."""
        self.linked = linked
        self.all: list[Suppression] = []
        self.used: set[Suppression] = set()
        self.modules: dict[str, str] = {}
        self.of_function: dict[str, list[Suppression]] = {}
        self._reach: dict[frozenset[str], Reach] = {}
        self._texts: dict[str, str] = {}
        for module, source in project.sources.items():
            path = shown(linked.program.modules[module].path)
            self.modules[path] = module
            found = read_suppressions(source.text, path)
            self.all += found
            self._texts[path] = source.text
            for suppression in found:
                self._attach(module, suppression)

    def _attach(self, module: str, suppression: Suppression) -> None:
        for function in self.linked.program.modules[module].functions:
            line = function.where.line
            named = function.name != "<lambda>"
            if named and suppression.first <= line <= suppression.last:
                identity = f"{module}:{function.qualname}"
                self.of_function.setdefault(identity, []).append(suppression)

    def reach_for(self, rule: Rule) -> Reach:
        """Return reachability with the functions cut that suppress a rule."""
        cut = frozenset(
            identity
            for identity, comments in self.of_function.items()
            if any(c.names(rule.code, rule.name) for c in comments)
        )
        if not cut:
            return self.linked.reach
        if cut not in self._reach:
            self._reach[cut] = self.linked.reach_without(cut)
        return self._reach[cut]

    def note_cut(self, rule: Rule, function: str) -> str:
        """Return the reason of the comments that keep a finding in `function` away."""
        cutting = [
            comment
            for identity, comments in self.of_function.items()
            if any(function in self.linked.reach.below(i) for i in self._all(identity))
            for comment in comments
            if comment.names(rule.code, rule.name)
        ]
        self.used.update(cutting)
        return _reason(cutting)

    def _all(self, identity: str) -> list[str]:
        """Return a function and its copies for the functions that it wraps."""
        return [identity, *self.linked.program.copies.get(identity, ())]

    def excused(self, finding: Finding) -> Finding:
        """Return a finding with the excuse of the comments on its logical line."""
        covering = [
            comment
            for comment in self.all
            if comment.path == finding.path
            and comment.first <= finding.line <= comment.last
            and comment.names(finding.code, finding.name)
        ]
        self.used.update(covering)
        return replace(finding, excuse=_reason(covering)) if covering else finding

    def _removal(self, comment: Suppression) -> Fix:
        from lint_rules.fixes.comments import removal

        return removal(self._texts[comment.path], comment)

    def findings(self, config: Config) -> list[Finding]:
        """Report comments that were not needed, and those without a reason."""
        found: list[Finding] = []
        for comment in self.all:
            about: tuple[str, str, str, str] | None = None
            if not comment.reason and config.enabled("DUR902"):
                about = _WITHOUT_REASON
                found.append(_about(comment, about, self.modules[comment.path]))
            judged = config.enabled("DUR901") and config.judges(comment.rules)
            if judged and comment not in self.used:
                about_it = _about(comment, _UNUSED, self.modules[comment.path])
                fix = self._removal(comment) if config.fixes else None
                found.append(replace(about_it, fix=fix))
        return found


_UNUSED = (
    "DUR901",
    "unused-suppression",
    "This suppression hides nothing.",
    "Remove the comment.",
)
_WITHOUT_REASON = (
    "DUR902",
    "suppression-without-reason",
    "This suppression gives no reason.",
    "Say after the bracket why the code is fine as it is.",
)


def _reason(comments: list[Suppression]) -> str:
    return next((comment.reason for comment in comments if comment.reason), "")


def _about(
    comment: Suppression, about: tuple[str, str, str, str], module: str
) -> Finding:
    code, name, what, advice = about
    return Finding(
        path=comment.path,
        module=module,
        line=comment.line,
        column=comment.column,
        code=code,
        name=name,
        severity="warn",
        what=what,
        why="",
        advice=advice,
    )
