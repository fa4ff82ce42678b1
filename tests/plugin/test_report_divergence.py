"""What a divergence says: first line, table, source lines, fix, command."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from suites import PORTABLE, RATES, TEST_PORTABLE, TEST_RATES, Suite

BOTH = "--executors=sync,subprocess"
VARIANT = "test_rates.py::test_checkout[subprocess]"
DIAGNOSIS = (
    "step 'price' reads rates.RATES, which step 'load_rates' set in another process"
)


@pytest.fixture
def rates(suite: Suite) -> Suite:
    suite.write("rates.py", RATES)
    suite.write("test_rates.py", TEST_RATES)
    return suite


def test_the_whole_report_of_a_global(rates: Suite) -> None:
    result = rates.run(BOTH)
    assert result.code == 1
    assert result.report("test_checkout[subprocess]").strip().splitlines() == [
        DIAGNOSIS,
        "",
        "  step        sync          subprocess",
        "  load_rates  no change     same",
        "  price       total = 12.5  KeyError: 'EUR'",
        "",
        '  set   rates.py:8   RATES["EUR"] = 1.25',
        '  read  rates.py:12  return {"total": state.amount * RATES[state.currency]}',
        "",
        "A module global does not cross a process boundary. Return the value in the",
        "step's state, or build it in 'price'. (durable-lint: module-mutation DUR103)",
        "",
        f'Run only this: pytest "{VARIANT}" --executors=sync,subprocess',
    ]


def test_a_divergence_has_a_letter_a_word_and_counts_as_failed(rates: Suite) -> None:
    result = rates.run(BOTH)
    assert re.search(r"(?m)^test_rates\.py D\.", result.output), result.output
    assert f"DIVERGED {VARIANT} - Diverged: {DIAGNOSIS}" in result.output
    assert "1 failed, 1 passed" in result.output
    result = rates.run(BOTH, "-v")
    assert re.search(rf"(?m)^{re.escape(VARIANT)} DIVERGED", result.output)


def test_the_command_repeats_the_verdict_when_run_as_printed(rates: Suite) -> None:
    first = rates.run(BOTH)
    again = rates.run_apart(*first.command)
    assert again.code == 1
    assert again.verdicts == {VARIANT: "DIVERGED"}
    assert again.diagnoses == first.diagnoses


def test_the_command_names_the_file_as_seen_from_where_pytest_was_started(
    rates: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates.ini()
    inner = rates.write("inner/test_more.py", TEST_RATES)
    monkeypatch.chdir(inner.parent)
    result = rates.run(BOTH, ".")
    assert result.command[0] == "test_more.py::test_checkout[subprocess]"
    assert "../rates.py:8" in result.output


def test_the_command_survives_a_shell(rates: Suite) -> None:
    rates.write(
        "test_rates.py",
        """
        import pytest
        from rates import workflow

        @pytest.mark.parametrize("sign", ['a"$b'])
        def test_checkout(workflow_executor, sign):
            run = workflow_executor.run(workflow, {"amount": 10, "currency": "EUR"})
            assert run.status == "completed"
        """,
    )
    first = rates.run(BOTH)
    again = rates.run_apart(*first.command)
    assert list(again.verdicts.values()) == ["DIVERGED"], again.output


def test_junit_has_the_diagnosis_as_its_message(rates: Suite) -> None:
    rates.run(BOTH, "--junitxml=out.xml")
    (failure,) = ET.parse(rates.path / "out.xml").iter("failure")  # noqa: S314 - ours
    assert failure.attrib["message"].splitlines()[0] == f"Diverged: {DIAGNOSIS}"


def test_the_report_is_not_repeated_by_a_section_on_the_run(rates: Suite) -> None:
    assert "workflow run that failed" not in rates.run(BOTH).output


def test_exitfirst_stops_at_a_divergence(rates: Suite) -> None:
    rates.write("test_z.py", "def test_z(): pass")
    result = rates.run(BOTH, "-x")
    assert result.verdicts == {VARIANT: "DIVERGED"}
    assert result.code != 0


def test_last_failed_reruns_only_the_variant_until_it_is_mended(rates: Suite) -> None:
    quiet = ("-pno:randomly", "-pno:asyncio")
    assert rates.run_apart(BOTH, quiet=quiet).code == 1
    again = rates.run_apart(BOTH, "--lf", quiet=quiet)
    assert again.verdicts == {VARIANT: "DIVERGED"}
    mended = RATES.replace("RATES[state.currency]", "1.25")
    rates.write("rates.py", mended)
    assert rates.run_apart(BOTH, "--lf", quiet=quiet).verdicts == {VARIANT: "PASSED"}


def test_a_long_error_is_shown_in_full_below_the_table(rates: Suite) -> None:
    rates.write(
        "rates.py",
        RATES.replace("RATES = {}", "RATES = None").replace(
            'RATES["EUR"] = 1.25', 'global RATES; RATES = {"EUR": 1.25}'
        ),
    )
    report = rates.run(BOTH).report("test_checkout[subprocess]")
    assert "subprocess: TypeError: 'NoneType' object is not subscriptable" in report


def test_values_are_shown_as_a_person_would_write_them(suite: Suite) -> None:
    suite.write(
        "shapes.py",
        """
        from datetime import date
        from decimal import Decimal
        from durable_core import Workflow, step

        SEEN = []

        @step
        def look(state):
            SEEN.append(1)

        @step
        def tell(state):
            if SEEN:
                return {"price": Decimal("1.5"), "pair": (1, 2)}
            return {"price": Decimal("2.5"), "pair": (1,)}

        workflow = Workflow("shapes", [look, tell])
        """,
    )
    suite.write(
        "test_shapes.py",
        """
        from shapes import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    report = suite.run(BOTH).report("test_it[subprocess]")
    assert "price = decimal(1.5), pair = (1..." in report
    assert "$" not in report


def test_what_differs_is_shown_even_at_the_end_of_a_long_value(suite: Suite) -> None:
    suite.write(
        "long.py",
        """
        from durable_core import Workflow, step

        SEEN = []

        @step
        def look(state):
            SEEN.append(1)

        @step
        def tell(state):
            return {"same": 1, "text": "x" * 100 + ("here" if SEEN else "there")}

        workflow = Workflow("long", [look, tell])
        """,
    )
    suite.write(
        "test_long.py",
        """
        from long import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    report = suite.run(BOTH).report("test_it[subprocess]")
    assert "xhere'" in report
    assert "xthere'" in report


def test_a_step_that_sets_and_reads_on_its_retry_is_said_so(suite: Suite) -> None:
    suite.write(
        "flaky.py",
        """
        from durable_core import Workflow, step

        TRIES = []

        @step(retries=2)
        def fetch(state):
            TRIES.append(1)
            if len(TRIES) < 3:
                raise ConnectionError("no answer")
            return {"fetched": True}

        workflow = Workflow("flaky", [fetch])
        """,
    )
    suite.write(
        "test_flaky.py",
        """
        from flaky import workflow

        def test_it(workflow_executor):
            assert workflow_executor.run(workflow).status == "completed"
        """,
    )
    result = suite.run(BOTH)
    assert result.diagnosis == (
        "Diverged: step 'fetch' reads flaky.TRIES, which it set earlier in another process"
    )
    table = result.report("test_it[subprocess]").split("\n\n")[1].splitlines()
    assert [line.split()[-3:] for line in table[1:3]] == [["no", "answer", "same"]] * 2
    assert table[3].split(maxsplit=1)[1].startswith("fetched = True")


def test_portable_workflows_are_reported_with_nothing_but_a_line(suite: Suite) -> None:
    suite.write("portable.py", PORTABLE)
    suite.write("test_portable.py", TEST_PORTABLE)
    result = suite.run("--executors=all")
    assert result.code == 0
    assert result.parity.strip() == "1 workflow test, 1 agrees (-v shows every row)"


def test_quiet_leaves_one_line_and_verbose_shows_every_row(suite: Suite) -> None:
    suite.write("portable.py", PORTABLE)
    suite.write("test_portable.py", TEST_PORTABLE)
    quiet = suite.run(BOTH, "-q").output
    assert "1 workflow test, 1 agrees\n" in quiet
    assert "executor parity" not in quiet
    verbose = suite.run(BOTH, "-v").parity
    assert re.search(r"(?m)^  test_sum +ok +ok$", verbose), verbose


def test_with_a_debugger_only_the_reference_runs_and_the_header_says_so(
    rates: Suite,
) -> None:
    result = rates.run(BOTH, "--pdb")
    assert result.verdicts == {"test_rates.py::test_checkout": "PASSED"}
    assert "durable: with --pdb, workflow tests run on sync only" in result.output
