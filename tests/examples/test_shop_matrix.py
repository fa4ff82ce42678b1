"""The shop of ``examples/`` under the plugin, as a newcomer sees it in the terminal.

Each run is a pytest of its own, on the files as they are in the repository.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shop_cases import PITFALLS, ROOT, SHOP, WASTEFUL, Pitfall
from shop_runs import Session, Shop, run_python

# One run of the whole shop under all executors may have to start a worker.
pytestmark = pytest.mark.timeout(300)

PITFALL_TESTS = "tests/test_pitfalls.py"
WASTEFUL_TESTS = "tests/test_wasteful.py"
PORTABLE_TESTS = "tests/test_portable.py"
# These share this process, or its files, with the step before: nothing can differ.
BLIND = ("sync", "thread", "celery-eager")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory)


@pytest.fixture(scope="module")
def everywhere(shop: Shop) -> Session:
    """The shop under all executors, in the order of the files."""
    return shop.run("--executors=all", "-p", "no:randomly")


@pytest.mark.parametrize("cwd", [ROOT, SHOP], ids=["from-root", "from-shop"])
def test_everything_passes_without_an_option(shop: Shop, cwd: Path) -> None:
    session = shop.run("-p", "no:randomly", cwd=cwd)
    assert session.exit_code == 0, session.output
    assert {word for _, word in session.verdicts} == {"PASSED"}
    names = {test.partition("::")[2] for test, _ in session.verdicts}
    assert {*PITFALLS, *WASTEFUL} <= names  # and no suffix: there is one executor


def test_the_configuration_of_the_project_does_not_reach_the_shop(shop: Shop) -> None:
    session = shop.run("-p", "no:randomly")
    assert re.search(r"(?m)^rootdir: \S*examples/shop$", session.output)
    assert "configfile: pyproject.toml" in session.output


def test_the_shop_fails_as_a_whole_under_all_executors(everywhere: Session) -> None:
    assert everywhere.exit_code == 1, everywhere.output


@pytest.mark.parametrize("name", PITFALLS)
def test_a_pitfall_diverges_in_another_process_and_only_there(
    everywhere: Session, name: str
) -> None:
    assert everywhere.verdict(f"{PITFALL_TESTS}::{name}[subprocess]") == "DIVERGED"
    for executor in BLIND:
        assert everywhere.verdict(f"{PITFALL_TESTS}::{name}[{executor}]") == "PASSED"


@pytest.mark.parametrize(("name", "pitfall"), PITFALLS.items(), ids=PITFALLS)
def test_the_first_line_names_the_culprit_and_both_steps(
    everywhere: Session, name: str, pitfall: Pitfall
) -> None:
    diagnosis = everywhere.diagnoses[f"{PITFALL_TESTS}::{name}[subprocess]"]
    assert pitfall.name in diagnosis
    assert f"'{pitfall.writer}'" in diagnosis
    assert f"'{pitfall.reader}'" in diagnosis


@pytest.mark.parametrize(("name", "pitfall"), PITFALLS.items(), ids=PITFALLS)
def test_the_report_shows_both_source_lines(
    everywhere: Session, name: str, pitfall: Pitfall
) -> None:
    report = everywhere.report(f"{name}[subprocess]")
    for equals in (pitfall.sets, pitfall.reads):
        assert any(
            re.search(
                rf"{pitfall.source.name}:{pitfall.line(text)}\s+{re.escape(text)}",
                report,
            )
            for text in equals
        ), f"none of {equals} in:\n{report}"


@pytest.mark.parametrize("name", PITFALLS)
def test_the_report_hides_the_frames_of_the_engine(
    everywhere: Session, name: str
) -> None:
    report = everywhere.report(f"{name}[subprocess]")
    assert f"{ROOT / 'durable_core'}" not in report
    assert f"{ROOT / 'pytest_durable'}" not in report


@pytest.mark.parametrize(("name", "pitfall"), PITFALLS.items(), ids=PITFALLS)
def test_the_report_names_a_rule_that_the_linter_reports_there(
    everywhere: Session, name: str, pitfall: Pitfall
) -> None:
    report = everywhere.report(f"{name}[subprocess]")
    named = re.search(r"\(durable-lint: ([a-z-]+) (DUR\d+)\)", report)
    assert named, report
    found = run_python("lint_rules", str(pitfall.source)).stdout
    assert f"{named[2]} {named[1]}" in found, f"{named[0]}, but:\n{found}"


@pytest.mark.parametrize("cwd", [ROOT, SHOP], ids=["from-root", "from-shop"])
def test_the_command_at_the_end_repeats_the_divergence(shop: Shop, cwd: Path) -> None:
    options = ("--executors=all", "-p", "no:randomly")
    report = shop.run(*options, "-k", "voucher", cwd=cwd).report(
        "test_voucher[subprocess]"
    )
    command = re.search(r'Run only this: pytest "(.+)" (--executors=\S+)', report)
    assert command, report
    session = shop.run(command[2], target=command[1], cwd=cwd)
    assert session.exit_code == 1, session.output
    assert session.verdicts == {
        (f"{PITFALL_TESTS}::test_voucher[subprocess]", "DIVERGED")
    }


@pytest.mark.parametrize(("name", "culprit"), WASTEFUL.items(), ids=WASTEFUL)
def test_what_only_wastes_passes_everywhere_with_advice(
    everywhere: Session, name: str, culprit: str
) -> None:
    for executor in (*BLIND, "subprocess"):
        assert everywhere.verdict(f"{WASTEFUL_TESTS}::{name}[{executor}]") == "PASSED"
    advice = rf"(?m)^advice: .*\b{name}\b.*\b{culprit}\b"
    assert re.search(advice, everywhere.told()), everywhere.output


def test_nothing_is_said_about_the_portable_versions(everywhere: Session) -> None:
    portable = {
        word for test, word in everywhere.verdicts if test.startswith(PORTABLE_TESTS)
    }
    assert portable == {"PASSED"}
    told = everywhere.told()
    assert "portable" not in told
    assert "portably" not in told


@pytest.mark.parametrize(
    "options",
    [
        ("-p", "no:randomly", "-n2"),
        ("-p", "randomly", "-p", "no:xdist", "--randomly-seed=1"),
        ("-p", "randomly", "-p", "no:xdist", "--randomly-seed=20260302"),
        ("-p", "randomly", "-n2", "--randomly-seed=7"),
    ],
    ids=["parallel", "random-1", "random-2", "parallel-random"],
)
def test_verdicts_and_diagnoses_do_not_depend_on_order_or_workers(
    shop: Shop, everywhere: Session, options: tuple[str, ...]
) -> None:
    session = shop.run("--executors=all", *options)
    assert session.verdicts == everywhere.verdicts, session.output
    assert session.diagnoses == everywhere.diagnoses, session.output
