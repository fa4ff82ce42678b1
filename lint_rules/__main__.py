"""`python -m lint_rules` and `durable-lint`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line."""
    from lint_rules.cli import run_command

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
