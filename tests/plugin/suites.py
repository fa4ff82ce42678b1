"""A suite of workflow tests in a directory of its own, and the outcome of running it."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

# Plugins that may be installed here and would change the order or the output.
QUIET = tuple(
    f"-pno:{name}"
    for name in ("asyncio", "randomly", "cacheprovider", "hypothesispytest", "cov")
)
# Names that steps may use in /tmp; each test removes what it left there.
SCRATCH = Path("/tmp")  # noqa: S108 - the very directory that steps must not share

# A global that one step fills and the next one reads: right in one process only.
RATES = """
    from durable_core import Workflow, step

    RATES = {}

    @step
    def load_rates(state):
        RATES["EUR"] = 1.25

    @step
    def price(state):
        return {"total": state.amount * RATES[state.currency]}

    workflow = Workflow("checkout", [load_rates, price])
"""
TEST_RATES = """
    from rates import workflow

    def test_checkout(workflow_executor):
        run = workflow_executor.run(workflow, {"amount": 10, "currency": "EUR"})
        assert run.status == "completed"
        assert run.state.total == 12.5
"""
# Right everywhere.
PORTABLE = """
    from durable_core import Workflow, step

    @step
    def double(state):
        return {"amount": state.amount * 2}

    @step
    def add(state):
        return {"total": state.amount + 1}

    workflow = Workflow("sum", [double, add])
"""
TEST_PORTABLE = """
    from portable import workflow

    def test_sum(workflow_executor):
        run = workflow_executor.run(workflow, {"amount": 3})
        assert run.state.total == 7
"""


@dataclass(frozen=True)
class Result:
    """What one pytest run printed and returned."""

    code: int
    output: str
    errors: str

    @property
    def verdicts(self) -> dict[str, str]:
        """The word for each test of ``-rA``, by node id."""
        found = re.findall(
            r"(?m)^(PASSED|FAILED|DIVERGED|ERROR|XFAIL|XPASS) (\S+?::.+?)(?: - .*)?$",
            self.output,
        )
        return {test: word for word, test in found}

    @property
    def diagnoses(self) -> dict[str, str]:
        """The first line of each failure, by node id, as the short summary has it."""
        found = re.findall(r"(?m)^(?:FAILED|DIVERGED) (\S+?::.+?) - (.*)$", self.output)
        return dict(found)

    @property
    def diagnosis(self) -> str:
        """The first line of the only failure."""
        (only,) = self.diagnoses.values()
        return only

    def report(self, title: str) -> str:
        """Return what is printed under the heading of a failed test."""
        _, *parts = re.split(rf"(?m)^_+ {re.escape(title)} _+$", self.output)
        assert len(parts) == 1, f"{len(parts)} reports of {title}\n{self.output}"
        return re.split(r"(?m)^(?:_{3,} .* _{3,}|={3,}.*={3,})$", parts[0])[0]

    @property
    def parity(self) -> str:
        """The table at the end, empty when there is none."""
        parts = re.split(r"(?m)^=+ executor parity =+$", self.output)
        return "" if len(parts) == 1 else re.split(r"(?m)^={3,}.*={3,}$", parts[1])[0]

    @property
    def command(self) -> list[str]:
        """The words of the only command at the end of a report, without ``pytest``."""
        # In CI pytest repeats whole messages in its short summary.
        (line,) = set(re.findall(r"(?m)^Run only this: pytest (.*)$", self.output))
        return shlex.split(line)


class Suite:
    """Files, and pytest runs on them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.scratch = SCRATCH / f"durable-test-{pytester.path.name}"

    def write(self, name: str, text: str) -> Path:
        """Write a file; ``SCRATCH`` in it becomes a path in /tmp of this suite's own."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).replace("SCRATCH", str(self.scratch)))
        return path

    def ini(self, *lines: str) -> None:
        """Write the configuration."""
        self.write("pytest.ini", "\n".join(["[pytest]", *lines]))

    def run(self, *options: str) -> Result:
        """Run pytest in this process."""
        self.pytester.syspathinsert()
        done = self.pytester.runpytest_inprocess(*QUIET, "-rA", *options)
        return _result(done)

    def run_apart(self, *options: str, quiet: tuple[str, ...] = QUIET) -> Result:
        """Run pytest in a process of its own."""
        return _result(self.pytester.runpytest_subprocess(*quiet, "-rA", *options))

    def remove_leftovers(self) -> None:
        """Remove what steps wrote in /tmp."""
        self.scratch.unlink(missing_ok=True)


def _result(done: pytest.RunResult) -> Result:
    return Result(int(done.ret), done.stdout.str(), done.stderr.str())
