"""Small programs in `programs/`: each marked line is reported, and nothing else.

A program begins at `=== title`; `#! rule` marks a line that must be reported.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from linting import judged

FOLDER = Path(__file__).parent / "programs"
PROGRAMS = {
    f"{path.stem}: {title}": body
    for path in sorted(FOLDER.glob("*.txt"))
    for title, body in re.findall(
        r"(?ms)^=== ([^\n]+)\n(.*?)(?=^=== |\Z)", path.read_text(encoding="utf-8")
    )
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_marked_lines_and_no_others_are_reported(program: str, tmp_path: Path) -> None:
    found, wanted = judged(tmp_path, program)
    assert found == wanted


def test_every_program_of_the_folder_is_run() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.txt")]
    assert len(PROGRAMS) == sum(text.count("\n=== ") + 1 for text in texts)
