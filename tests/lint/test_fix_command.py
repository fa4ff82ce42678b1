"""`--fix`, `--unsafe-fixes` and `--diff`: what is written, told and returned."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fixing import mended, stripped
from linting import write

from lint_rules.cli import run_command
from lint_rules.mending.writing import write_all

CACHED = """
    import functools
    from durable_core import step

    @functools.cache
    def settings(path):
        with open(path) as file:
            return file.read()

    @step
    def read(state, context):
        label = "x"  # durable: ignore[DUR402] not any more
        return {"settings": settings(state.path), "label": label}
"""
SAFE = stripped(CACHED).replace("  # durable: ignore[DUR402] not any more", "")
ALL = SAFE.replace("import functools\n", "").replace("@functools.cache\n", "")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def flow() -> Path:
    write(Path(), {"flow.py": CACHED})
    return Path("flow.py")


def test_fix_applies_what_keeps_the_meaning(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["flow.py", "--fix"]) == 1
    assert flow.read_text() == SAFE
    told = capsys.readouterr().out
    assert "DUR201" in told
    assert "DUR901" not in told
    assert told.endswith("Fixed 1 finding (1 more with --unsafe-fixes).\n")


def test_unsafe_fixes_are_applied_on_request(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["flow.py", "--fix", "--unsafe-fixes"]) == 0
    assert flow.read_text() == ALL
    assert capsys.readouterr().out == "No findings.\nFixed 2 findings.\n"


def test_a_second_run_changes_nothing(flow: Path) -> None:
    run_command(["flow.py", "--fix", "--unsafe-fixes"])
    before = flow.stat().st_mtime_ns, flow.stat().st_ino
    assert run_command(["flow.py", "--fix", "--unsafe-fixes"]) == 0
    assert (flow.stat().st_mtime_ns, flow.stat().st_ino) == before


def test_unsafe_fixes_alone_are_a_wrong_usage(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["flow.py", "--unsafe-fixes"]) == 2
    assert "--unsafe-fixes needs --fix or --diff" in capsys.readouterr().err


@pytest.mark.parametrize("also", [[], ["--fix"]], ids=["alone", "with --fix"])
def test_diff_writes_nothing_and_its_output_is_a_patch(
    also: list[str], flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["flow.py", "--diff", "--unsafe-fixes", *also]) == 1
    assert flow.read_text() == stripped(CACHED)
    told = capsys.readouterr()
    assert told.err == "Would fix 2 findings.\n"
    subprocess.run(["patch", "-p0"], input=told.out, text=True, check=True)
    assert flow.read_text() == ALL


def test_a_diff_of_a_clean_program_is_empty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("flow.py").write_text(ALL)
    assert run_command(["flow.py", "--diff"]) == 0
    assert capsys.readouterr().out == ""


def test_rules_that_do_not_run_fix_nothing(flow: Path) -> None:
    arguments = ["flow.py", "--fix", "--unsafe-fixes", "--ignore", "DUR201"]
    assert run_command(arguments) == 0
    assert flow.read_text() == SAFE


def test_a_suppressed_finding_is_not_fixed(flow: Path) -> None:
    text = SAFE.replace("cache\n", "cache  # durable: ignore[DUR201] one worker\n")
    flow.write_text(text)
    assert run_command(["flow.py", "--fix", "--unsafe-fixes"]) == 0
    assert flow.read_text() == text


def test_other_formats_have_stdout_for_themselves(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command(["flow.py", "--fix", "--unsafe-fixes", "--output-format", "json"])
    told = capsys.readouterr()
    assert told.out == "[]\n"
    assert told.err == "Fixed 2 findings.\n"


ODD = {
    "carriage returns": lambda text: text.replace("\n", "\r\n").encode(),
    "old Macintosh line ends": lambda text: text.replace("\n", "\r").encode(),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "a coding cookie": lambda text: f"# coding: latin-1\n# é\n{text}".encode("latin-1"),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "no line end at the end": lambda text: text.rstrip("\n").encode(),
    "form feeds": lambda text: text.replace("\n\n", "\n\f\n").encode(),
    "characters of several bytes": lambda text: f"# ☕ é 𝄞\n{text}# ☕\n".encode(),
    "trailing white space": lambda text: text.replace("\n\n", "  \n\n\n").encode(),
}


@pytest.mark.parametrize("spelled", ODD.values(), ids=ODD)
def test_what_is_not_fixed_stays_byte_for_byte_with(spelled: object) -> None:
    flow = Path("flow.py")
    flow.write_bytes(spelled(stripped(CACHED)))
    assert run_command(["flow.py", "--fix", "--unsafe-fixes"]) == 0
    assert flow.read_bytes() == spelled(ALL)


def test_mode_and_symbolic_link_are_kept(flow: Path) -> None:
    Path("real").mkdir()
    flow.rename("real/flow.py")
    flow.symlink_to("real/flow.py")
    flow.chmod(0o751)
    run_command(["flow.py", "--fix", "--unsafe-fixes"])
    assert flow.is_symlink()
    assert flow.read_text() == ALL
    assert stat.S_IMODE(flow.stat().st_mode) == 0o751
    assert os.listdir("real") == ["flow.py"]


def test_a_read_only_file_is_left_alone(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow.chmod(0o444)
    assert run_command(["flow.py", "--fix", "--unsafe-fixes"]) == 1
    assert flow.read_text() == stripped(CACHED)
    told = capsys.readouterr()
    assert "flow.py is read-only; it was left alone" in told.err
    assert told.out.endswith("2 findings (2 warn).\nFixed 0 findings.\n")


def test_a_file_that_changed_meanwhile_is_left_alone(flow: Path) -> None:
    mending = mended(Path())
    flow.write_text("# mine\n")
    messages, lost = write_all(mending)
    assert messages == ["flow.py has changed since it was read; it was left alone"]
    assert lost == {"flow.py"}
    assert os.listdir() == ["flow.py"]
    assert flow.read_text() == "# mine\n"


def test_a_file_that_is_gone_meanwhile_is_told(flow: Path) -> None:
    mending = mended(Path())
    flow.unlink()
    messages, _ = write_all(mending)
    assert messages == ["flow.py cannot be written: No such file or directory"]


def test_the_command_line_fixes_a_program_from_start_to_end(flow: Path) -> None:
    command = [sys.executable, "-m", "lint_rules", ".", "--fix", "--unsafe-fixes"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert flow.read_text() == ALL
