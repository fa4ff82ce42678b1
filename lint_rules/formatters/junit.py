"""JUnit XML: a suite per file, in which every finding is a failed test.

What makes the exit code 1 is a failure here, a file that cannot be read an error, a
suppressed finding a skipped test; a finding that does not count passes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from lint_rules.formatters.printable import visible

if TYPE_CHECKING:
    from lint_rules.finding import Finding
    from lint_rules.formatters.outcome import Outcome

_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
_UNREADABLE = "DUR905"


def render(outcome: Outcome) -> str:
    """Return a report with a suite per file; of a clean program, one passed test."""
    by_path: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in [*outcome.findings, *outcome.suppressed]:
        by_path[finding.path].append(finding)
    root = ET.Element("testsuites", name="durable-lint")
    for path, findings in sorted(by_path.items()):
        suite = ET.SubElement(root, "testsuite", name=visible(path))
        for finding in sorted(findings, key=lambda finding: finding.order):
            suite.append(_case(finding, outcome))
    if not by_path:
        suite = ET.SubElement(root, "testsuite", name="durable-lint")
        ET.SubElement(suite, "testcase", classname="durable-lint", name="clean")
    for element in [*root, root]:
        _count(element)
    ET.indent(root)
    return _HEADER + ET.tostring(root, encoding="unicode")


def _case(finding: Finding, outcome: Outcome) -> ET.Element:
    place = f"{finding.line}:{finding.column}"
    case = ET.Element(
        "testcase",
        classname=visible(finding.fingerprint.module),
        name=f"{finding.code} {finding.name} at {place}",
        file=visible(finding.path),
        line=str(finding.line),
        time="0",
    )
    text = f"{visible(finding.path)}:{place}\n{_details(finding)}"
    told = visible(finding.what)
    if finding.excuse is not None:
        ET.SubElement(case, "skipped", message=visible(finding.excuse) or told)
    elif finding.code == _UNREADABLE:
        _say(case, "error", finding, told, text)
    elif outcome.fails(finding):
        _say(case, "failure", finding, told, text)
    else:
        ET.SubElement(case, "system-out").text = f"{told}\n{text}"
    return case


def _say(case: ET.Element, tag: str, finding: Finding, told: str, text: str) -> None:
    ET.SubElement(case, tag, type=finding.severity, message=told).text = text


def _details(finding: Finding) -> str:
    path = " -> ".join(finding.call_path)
    lines = [f"step: {path}" if path else "", finding.why, finding.advice]
    return "\n".join(visible(line) for line in lines if line)


def _count(element: ET.Element) -> None:
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for total, tag in (("failures", "failure"), ("errors", "error")):
        element.set(total, str(sum(1 for _ in element.iter(tag))))
    if element.tag == "testsuite":
        element.set("skipped", str(sum(1 for _ in element.iter("skipped"))))
    element.set("time", "0")
