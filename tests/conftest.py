"""What the tests of all packages share."""

from __future__ import annotations

# Only the topmost conftest may name plugins: pytest reads it before its options.
pytest_plugins = ["pytester"]
