"""Sets up this project on a machine with nothing but Python, and runs a part of it.

    python3 dev.py demo     the demonstration of README.md
    python3 dev.py test     style, types, architecture, and the tests, on CPython 3.10
                            and 3.13 where they are installed, else on this one

Further arguments go to tox, such as -e py310. Everything is installed below this
folder, in .venv-dev and .tox.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv-dev"
TOOLS = ("tox>=4.24,<5", "tox-uv>=1.20,<2")
ENDS = ("3.10", "3.13")  # the oldest and the newest CPython that are supported
DEMO_SHOWN = """
This is what the shop is made to show: its five pitfalls are right on sync and DIVERGED
on subprocess, and the linter finds them without running anything. See
examples/shop/README.md for how each is mended in examples/shop/src/shop/portable."""


def main() -> int:
    """Run the task that the command line names; return its exit status."""
    if sys.version_info < (3, 10):  # noqa: UP036 - an older one is told so
        print(f"dev.py needs Python 3.10 or newer, this is {sys.version.split()[0]}")
        return 2
    name, *further = sys.argv[1:] or [""]
    if name not in ("demo", "test"):
        print(__doc__)
        return 2
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not _is_ready(python):
        print("pip could not install tox; its message above says why")
        return 2
    chosen = ["-e", _checks()] if "-e" not in further else []
    options = ["-qq", "-e", "demo"] if name == "demo" else chosen
    task = [str(python), "-m", "tox", "run", *options, *further]
    status = subprocess.run(task, cwd=HERE, env=_environment(), check=False).returncode
    if name == "demo" and not status:
        print(DEMO_SHOWN)
    return status


def _checks() -> str:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    path = os.pathsep.join(_interpreters())
    ends = [
        one for one in ENDS if one == here or shutil.which(f"python{one}", path=path)
    ]
    pythons = [f"py{one.replace('.', '')}" for one in ends or [here]]
    return ",".join(("lint", "types", "arch", "docs", *pythons))


def _is_ready(python: Path) -> bool:
    """Make the environment that tox runs from, once for each Python and choice."""
    mark = HOME / "ready"
    wanted = "\n".join((sys.version, *TOOLS))
    if mark.exists() and mark.read_text() == wanted:
        return True
    print("Setting up .venv-dev (once) ...", flush=True)
    venv.create(HOME, with_pip=True, clear=True)
    install = [str(python), "-m", "pip", "install", "--quiet", *TOOLS]
    if subprocess.run(install, check=False).returncode:
        return False
    mark.write_text(wanted)
    return True


def _interpreters() -> list[str]:
    """Return where to look for interpreters: the path, without pyenv's stand-ins,
    which answer for versions that are not switched on; then what pyenv keeps."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    path = os.environ.get("PATH", "").split(os.pathsep)
    kept = sorted(str(folder) for folder in pyenv.glob("versions/3.*/bin"))
    return [one for one in path if Path(one) != pyenv / "shims"] + kept


def _environment() -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": os.pathsep.join((*_interpreters(), here))}


if __name__ == "__main__":
    sys.exit(main())
