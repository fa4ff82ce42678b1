"""Sets up this project on a machine with nothing but Python, and runs a part of it.

    python3 dev.py demo     the demonstration of README.md
    python3 dev.py test     style, types, architecture, and the tests

Everything is installed below this folder, in .venv-dev and .tox.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv-dev"
TOOLS = ("tox>=4.24,<5", "tox-uv>=1.20,<2")
TASKS = {
    "demo": ("run", "-q", "-e", "demo"),
    "test": ("run", "-e", "lint,types,arch,py310,py313,docs"),
}


def main() -> int:
    """Run the task that the command line names; extra arguments go to tox."""
    if sys.version_info < (3, 10):
        print(f"dev.py needs Python 3.10 or newer, this is {sys.version.split()[0]}")
        return 2
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        print(__doc__)
        return 2
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = HOME / "ready"
    wanted = "\n".join((sys.version, *TOOLS))
    if not ready.exists() or ready.read_text() != wanted:
        print("Setting up .venv-dev (once) ...", flush=True)
        venv.create(HOME, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *TOOLS]
        if subprocess.run(install, check=False).returncode:
            print("pip could not install tox; its message above says why")
            return 2
        ready.write_text(wanted)
    task = [str(python), "-m", "tox", *TASKS[sys.argv[1]], *sys.argv[2:]]
    return subprocess.run(task, cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
