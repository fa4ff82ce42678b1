"""Puts small distributions into a folder, as installers leave them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]


def install(
    site: Path, name: str, files: dict[str, str], points: dict[str, str]
) -> None:
    """Install modules, and the rules that they offer."""
    site.mkdir(exist_ok=True)
    for path, text in files.items():
        (site / path).write_text(textwrap.dedent(text), encoding="utf-8")
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    )
    rows = "\n".join(f"{point} = {value}" for point, value in points.items())
    (info / "entry_points.txt").write_text(f"[durable_lint.rules]\n{rows}\n")


def durable_lint(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the linter where a folder of packages is installed."""
    return subprocess.run(
        [sys.executable, "-m", "lint_rules", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{site}"},
    )
