"""A program whose names and texts try to break out of every output format."""

from __future__ import annotations

from pathlib import Path

from linting import write

NAME = "a,b:c%25]]>\n::error::ü \x1b[31m'\"&<𝔘>.py"
CONTROL = "/tmp/\\x00\\x07\\x1b[31m]]>\\r\\n%0A::warning::\\u2028ü\\ud800<&\\\"'"
NASTY = f"""
    from durable_core import step

    gesehen = []

    @step
    def größe(state, context):
        "äöü"; gesehen.append("]]>")

    @step
    def merke(state, context):
        gesehen.append(2)  # durable: ignore[DUR103] Grund: ]]> <b> \x07 100 %

    @step
    def write(state, context):
        with open("{CONTROL}", "w") as file:
            file.write("x")

    @step
    def read(state, context):
        return {{"seen": gesehen[0]}}

    STEPS = [größe, merke, write, read]
"""


def write_nasty(folder: Path = Path()) -> None:
    """Write the program, and beside it a file that cannot be read."""
    write(
        folder, {NAME: NASTY, "broken.py": "from durable_core import step\nx = = 1\n"}
    )
