"""SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lint_rules import __version__
from lint_rules.finding import dotted
from lint_rules.formatters.addresses import ROOT, address, folder_address
from lint_rules.formatters.json_text import json_text
from lint_rules.listing import entries

if TYPE_CHECKING:
    from lint_rules.finding import Finding, Spot
    from lint_rules.fix import Edit, Fix
    from lint_rules.formatters.outcome import Outcome
    from lint_rules.listing import Entry
    from lint_rules.report import Notice

_LEVELS = {"error": "error", "warn": "warning", "info": "note"}
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)


def render(outcome: Outcome) -> str:
    """Return a log of one run."""
    found = [*outcome.findings, *outcome.suppressed]
    known = {finding.code for finding in found}
    rules = [entry for entry in entries() if entry.code in known]
    numbers = {entry.code: number for number, entry in enumerate(rules)}
    driver = {
        "name": "durable-lint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(entry) for entry in rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(outcome)],
        "originalUriBaseIds": {ROOT: {"uri": folder_address(Path.cwd())}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, numbers) for finding in found],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.code,
        "name": entry.name.title().replace("-", ""),
        "shortDescription": {"text": entry.summary},
        "fullDescription": {"text": entry.prose},
        "help": {"text": entry.page, "markdown": _markdown(entry.page)},
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        "properties": {"tags": ["portability", "correctness"]},
    }


def _markdown(page: str) -> str:
    """Return a rule's page with its examples fenced."""
    prose, *examples = re.split(r"(?m)^(Bad|Good):$", page)
    parts = [prose.strip()]
    for title, body in zip(examples[::2], examples[1::2], strict=True):
        code = re.sub(r"(?m)^ {4}", "", body).strip("\n")
        parts.append(f"**{title}**\n\n```python\n{code}\n```")
    return "\n\n".join(parts)


def _invocation(outcome: Outcome) -> dict[str, Any]:
    return {
        "executionSuccessful": True,
        "exitCode": outcome.exit_code,
        "toolExecutionNotifications": [_notification(n) for n in outcome.notices],
    }


def _notification(notice: Notice) -> dict[str, Any]:
    region = {"startLine": notice.line}
    return {
        "level": "error",
        "message": {"text": notice.text},
        "locations": [_location(notice.path, region)],
    }


def _result(finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_place(finding)],
        "partialFingerprints": {"durableLint/v1": finding.fingerprint.digest},
    }
    if finding.related:
        result["relatedLocations"] = [_spot(spot) for spot in finding.related]
    if finding.calls:
        result["codeFlows"] = [_flow(finding)]
    if finding.fix:
        result["fixes"] = [_fix(finding.fix)]
    if finding.excuse is not None:
        kind = "external" if finding.accepted else "inSource"
        result["suppressions"] = [_suppression(kind, finding.excuse)]
    return result


def _place(finding: Finding) -> dict[str, Any]:
    begin, end = (finding.line, finding.column), (finding.end_line, finding.end_column)
    location = _location(finding.path, _region(begin, end))
    # The step or caller that a finding is reported for may be in another module.
    inside = finding.function.partition(":")[0] == finding.module
    name = dotted(finding.function) if inside else finding.module
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    return location


def _region(begin: tuple[int, int], end: tuple[int, int]) -> dict[str, int]:
    return {
        "startLine": begin[0],
        "startColumn": begin[1],
        "endLine": end[0],
        "endColumn": end[1],
    }


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": address(path), "region": region}}


def _spot(spot: Spot) -> dict[str, Any]:
    location = _location(spot.path, {"startLine": spot.line})
    return {**location, "message": {"text": spot.text}}


def _flow(finding: Finding) -> dict[str, Any]:
    """Return the way from the step to the finding."""
    here = {**_place(finding), "message": {"text": finding.what}}
    steps = [*map(_spot, finding.calls), here]
    return {"threadFlows": [{"locations": [{"location": step} for step in steps]}]}


def _suppression(kind: str, excuse: str) -> dict[str, Any]:
    reason = {"justification": excuse} if excuse else {}
    return {"kind": kind, **reason}


def _fix(fix: Fix) -> dict[str, Any]:
    changes = [_changes(path, fix.edits) for path in sorted(fix.paths)]
    return {
        "description": {"text": fix.title},
        "artifactChanges": changes,
        "properties": {"applicability": fix.applicability},
    }


def _changes(path: str, edits: tuple[Edit, ...]) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(edit.start, edit.end),
            "insertedContent": {"text": edit.text},
        }
        for edit in edits
        if edit.path == path
    ]
    return {"artifactLocation": address(path), "replacements": replacements}
