"""What the tests of all packages share."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Only the topmost conftest may name plugins: pytest reads it before its options.
pytest_plugins = ["pytester"]

# Machines are shared: how long an example takes says nothing about the code. In CI the
# examples are the same each time, so that a change is judged by itself.
settings.register_profile(
    "project",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")
