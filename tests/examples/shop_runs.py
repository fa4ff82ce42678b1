"""Runs of pytest and the linter on the shop, each in an interpreter of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from shop_cases import ROOT, SHOP


class Session:
    """What one pytest of the shop printed."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.exit_code = done.returncode
        self.output = done.stdout + done.stderr
        # Lines of ``-rA``: the verdict, the test id, and after a dash the diagnosis.
        found = re.findall(
            r"(?m)^([A-Z]+) (?:\S+/)?(tests/\S+?::\S+)(?: - (.*))?$", done.stdout
        )
        self.verdicts: set[tuple[str, str]] = {(test, word) for word, test, _ in found}
        self.diagnoses: dict[str, str] = {test: text for _, test, text in found}

    def verdict(self, test: str) -> str:
        words = [word for one, word in self.verdicts if one == test]
        assert len(words) == 1, f"{test}: {words}\n{self.output}"
        return words[0]

    def report(self, name: str) -> str:
        """Return what is printed below a failed test's own heading."""
        _, *parts = re.split(rf"(?m)^_+ {re.escape(name)} _+$", self.output)
        assert len(parts) == 1, f"{len(parts)} reports of {name}\n{self.output}"
        return re.split(r"(?m)^(?:_{3,} .* _{3,}|={3,}.*={3,})$", parts[0])[0]

    def told(self) -> str:
        """Return all that is printed after the dots, less the lists of what passed."""
        heading = r"(?m)^=+ (?:FAILURES|PASSES|executor parity) =+$"
        body = re.split(heading, self.output, maxsplit=1)[-1]
        return "\n".join(
            line
            for line in body.splitlines()
            if not line.startswith(("PASSED ", "SKIPPED "))
        )


def run_python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a module as a user would, untouched by the pytest that runs this."""
    environment = {
        name: value for name, value in os.environ.items() if "PYTEST" not in name
    }
    environment |= {"COLUMNS": "1000", "PYTHONPATH": str(ROOT)}
    return subprocess.run(  # noqa: S603 - our own code, in our own interpreter
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


class Shop:
    """Runs pytest on the shop."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory

    def run(
        self, *options: str, target: str | None = None, cwd: Path = ROOT
    ) -> Session:
        """Run the whole shop or a target, a path or a test id, from ``cwd``."""
        target = target or os.path.relpath(SHOP, cwd)
        basetemp = self._factory.mktemp("shop") / "base"
        return Session(
            run_python(
                *("pytest", target, "-rA", "-p", "no:cacheprovider"),
                *(f"--basetemp={basetemp}", *options),
                cwd=cwd,
            )
        )
