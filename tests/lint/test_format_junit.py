"""JUnit XML, read back by a parser of test reports."""

from __future__ import annotations

from pathlib import Path

import junitparser
import pytest
from linting import write
from nasty import write_nasty
from told import printed, rows

from lint_rules.formatters.printable import visible


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> junitparser.JUnitXml:
    text = printed(capsys, "--output-format", "junit", *arguments)
    return junitparser.JUnitXml.fromstring(text.encode())


def cases(found: junitparser.JUnitXml) -> list[junitparser.TestCase]:
    return [case for suite in found for case in suite]


def test_every_finding_is_a_failed_test_of_its_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_nasty()
    found = report(capsys)
    failed = [case for case in cases(found) if case.is_failure or case.is_error]
    wanted = rows(capsys)
    assert [suite.name for suite in found] == sorted(
        {visible(r["path"]) for r in wanted}
    )
    for case, row in zip(failed, wanted, strict=True):
        place = f"{row['line']}:{row['column']}"
        assert case.name == f"{row['code']} {row['name']} at {place}"
        (result,) = case.result
        assert result.type == row["severity"]
        assert f":{place}\n" in result.text


def test_counts_are_those_of_the_tests(capsys: pytest.CaptureFixture[str]) -> None:
    write_nasty()
    found = report(capsys)
    before = [(s.tests, s.failures, s.errors, s.skipped) for s in found]
    total = (found.tests, found.failures, found.errors)
    found.update_statistics()
    assert before == [(s.tests, s.failures, s.errors, s.skipped) for s in found]
    assert total == (found.tests, found.failures, found.errors) == (4, 2, 1)


def test_an_unreadable_file_is_an_error_and_a_suppressed_finding_is_skipped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_nasty()
    found = cases(report(capsys))
    (error,) = [case for case in found if case.is_error]
    assert error.name.startswith("DUR905 ")
    (skipped,) = [case for case in found if case.is_skipped]
    assert skipped.result[0].message.startswith("Grund: ]]> <b>")


def test_a_clean_program_is_one_passed_test(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": "def note(state, context): return {}"})
    found = report(capsys)
    (only,) = cases(found)
    assert only.is_passed
    assert (found.tests, found.failures, found.errors) == (1, 0, 0)


def test_what_does_not_fail_the_run_passes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(
        Path(),
        {
            "flow.py": """
                import functools

                @functools.lru_cache
                def double(number):
                    return number * 2

                def note(state, context):
                    return {"double": double(state.number)}
            """
        },
    )
    (only,) = cases(report(capsys, "--strict"))
    assert only.is_passed
    assert "cached" in only.system_out


def test_only_what_counts_for_the_exit_code_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = "seen = []\n\ndef note(state, context):\n    seen.append(1)\n"
    write(Path(), {"flow.py": program})
    (warning,) = cases(report(capsys))
    assert warning.is_failure
    (passed,) = cases(report(capsys, "--fail-on", "error"))
    assert passed.is_passed
    assert "changed by `append`" in passed.system_out
