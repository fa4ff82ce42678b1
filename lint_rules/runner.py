"""Lints: reads a program, has it judged, and says what was found.

Most files of most trees have no steps. What judges a program is imported only once
there is something to judge.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lint_rules.broken import unread
from lint_rules.project import load
from lint_rules.report import Report, Texts, complete, notices_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lint_rules.cache.reports import KeptReport
    from lint_rules.config import Config
    from lint_rules.finding import Finding


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
    broken = unread(project)
    report = Report(
        notices=notices_of(broken),
        searched=project.searched,
        left_out=project.left_out,
    )
    report.findings += broken if config.enabled("DUR905") else []
    if project.modules:
        from lint_rules.judging import judge

        judge(project, config, report)
    report.findings = [f for f in report.findings if not _is_ignored(f, config)]
    complete(report, Texts(project.sources.values()))
    if kept and not report.failures:
        kept.keep(report, project)
    return report


def _is_ignored(finding: Finding, config: Config) -> bool:
    """Tell whether the configuration leaves a finding out because of its file.

    A file that is excluded is still read where others import it, so that the analysis
    is of the whole program.
    """
    path = Path(finding.path)
    return config.exclude.match(path) or finding.code in config.ignored_in(path)
