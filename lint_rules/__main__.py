"""`python -m lint_rules` and `durable-lint`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line."""
    import gc

    from lint_rules.cli import run_command

    # What is made lives to the end of the run: looking for garbage finds next to none.
    gc.set_threshold(500_000)

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
