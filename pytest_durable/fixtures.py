"""The one fixture: ``workflow_executor``."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from durable_core import Run, Workflow
    from pytest_durable.variants import Variants


class WorkflowExecutor:
    """Runs workflows under the executor of the current variant of a test."""

    def __init__(self, name: str, engine: Any) -> None:
        self.name = name
        self._engine = engine

    def __repr__(self) -> str:
        return f"<workflow_executor {self.name}>"

    def run(
        self, workflow: Workflow, state: object = None, *, run_id: str | None = None
    ) -> Run:
        """Run a workflow to its end and return the Run, whatever its outcome.

        Arguments, result and errors are those of ``durable_core.Engine.run``.
        """
        run: Run = self._engine(self.name).run(workflow, state, run_id=run_id)
        return run


@pytest.fixture(scope="session")
def workflow_executor(request: pytest.FixtureRequest) -> WorkflowExecutor:
    """The executor that this variant of the test runs its workflows under."""
    variants: Any = request.config.pluginmanager.get_plugin("durable_variants")
    name = getattr(request, "param", None) or variants.only_name
    return WorkflowExecutor(name, variants.engine)


def directories_plugin(variants: Variants) -> ModuleType:
    """Return a plugin that tells the variants of pytest's own directories.

    It does so before any other fixture may run a step. To be registered only where
    steps may have private directories. A module, since pytest deprecates fixtures of a
    session that are methods.
    """

    @pytest.fixture(scope="session", autouse=True)
    def durable_directories(tmp_path_factory: pytest.TempPathFactory) -> None:
        variants.share_test_directories(str(tmp_path_factory.getbasetemp()))

    made = ModuleType("durable_directories")
    made.durable_directories = durable_directories  # type: ignore[attr-defined]
    return made
