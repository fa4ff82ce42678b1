"""The command line of durable-lint."""

# ruff: noqa: T201 - printing is what a command line does

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lint_rules.commands.about import tell_about
from lint_rules.commands.lint import lint
from lint_rules.commands.parser import parser
from lint_rules.commands.usage import FAILED, UsageError
from lint_rules.errors import RuleFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST_RECURSION = 6000


def run_command(arguments: Sequence[str]) -> int:
    """Run durable-lint and return its exit code."""
    # Our walks recurse a few frames per level of nesting in the program.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST_RECURSION))
    try:
        options = parser().parse_args(arguments)
        told = tell_about(options)
        return lint(options) if told is None else told
    except (UsageError, RuleFailed) as error:
        print(f"durable-lint: error: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        print("durable-lint: interrupted", file=sys.stderr)
        return FAILED
    except Exception as error:  # noqa: BLE001 - the outermost loop
        kind = type(error).__name__
        print(f"durable-lint: internal error: {kind}: {error}", file=sys.stderr)
        return FAILED
