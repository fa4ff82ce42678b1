"""Judges a program: link, nominate, examine, settle, tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from lint_rules.broken import failures, unfollowed
from lint_rules.comments import Comments
from lint_rules.errors import RuleFailed, named
from lint_rules.errors import told as described
from lint_rules.finding import Finding, dotted, shown
from lint_rules.link.copies import original
from lint_rules.link.linked import Linked
from lint_rules.link.program import Program
from lint_rules.report import notices_of
from lint_rules.rule import Candidate, StateRule
from lint_rules.rules import all_rules
from lint_rules.settle import settle
from lint_rules.spots import call_sites, mentioned
from lint_rules.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from lint_rules.config import Config
    from lint_rules.fix import Fix
    from lint_rules.project import Project
    from lint_rules.report import Report
    from lint_rules.rule import Rule

    Offer: TypeAlias = Callable[[Rule, Candidate], Fix | None]


def judge(project: Project, config: Config, report: Report) -> None:
    """Add to a report what is found in a program."""
    linked = Linked(Program.of(project.modules.values(), project.declared), config)
    for step in linked.steps:
        facts = linked.program.functions[step.function]
        path = linked.program.module_of(step.function).path
        report.steps.append(
            (dotted(step.function), shown(path), facts.where.line, step.found_by)
        )
    broken = unfollowed(linked)
    report.notices += notices_of(broken)
    report.findings += broken if config.enabled("DUR905") else []
    report.failures += failures(linked)
    comments = Comments(project, linked)
    found: list[tuple[Rule, Candidate]] = []
    rules = {rule.code: rule for rule in all_rules()}
    for rule in rules.values():
        if config.enabled(rule.code) or _serves(rule, config):
            try:
                found += [(rule, made) for made in _nominated(rule, linked)]
            except RuleFailed:
                raise
            except Exception as error:  # noqa: BLE001 - the other rules go on
                report.failures.append(f"rule {rule.code}: {described(error)}")
    candidates = _examined(found, project, linked, report) if found else []
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
    found: list[tuple[Rule, Candidate]],
    project: Project,
    linked: Linked,
    report: Report,
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
        source = project.sources[module]
        try:
            kept += examine_file(source.text, nominated, linked)
        except RuleFailed:
            raise
        except Exception as error:  # noqa: BLE001 - the other files go on
            path = shown(str(source.path))
            report.failures.append(f"{path}: {described(error)}")
    return kept


def _finding(
    rule: Rule,
    candidate: Candidate,
    linked: Linked,
    comments: Comments,
    offer: Offer | None,
) -> Finding | None:
    reach = comments.reach_for(rule)
    known = linked.knowing(candidate.function, candidate.place)
    steps = [step for step in reach.steps_to(candidate.function) if step in known]
    excuse = None
    if candidate.function and not steps:
        excuse = comments.note_cut(rule, candidate.function)
        reach = linked.reach
        steps = known
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
        steps=tuple(dotted(entry) for entry in steps if linked.is_step(entry)),
        reader=dotted(candidate.reader),
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
