"""What carried a value: the slot of an object, or what the object held."""

from __future__ import annotations

from types import ModuleType

from test_evidence_project import Project, project

from pytest_durable.carriers import Carrier, carriers, cause_of
from pytest_durable.compare import Difference
from pytest_durable.evidence.module_state import ModuleState
from pytest_durable.evidence.values import Kind
from pytest_durable.journal import Attempt, RunJournal

__all__ = ["project"]

SETTINGS = """
class Settings:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.currency = "EUR"
            cls._instance.percent = 19
        return cls._instance

def make():
    Settings()

def change():
    Settings().percent = 20  # set

def use():
    return Settings().currency, Settings().percent  # read
"""


def run(project: Project, shop: ModuleType, *steps: str, alone: bool) -> RunJournal:
    """Run steps in one process, or as if each had one of its own."""
    before = ModuleState.capture(project.user_files)
    attempts = []
    for position, step in enumerate(steps):
        evidence = project.record(getattr(shop, step))
        attempts.append(Attempt(step=step, position=position, evidence=evidence))
        if alone:
            before.restore()
    before.restore()
    before.release()
    return RunJournal(
        workflow="w",
        run_id="1",
        inputs={},
        attempts=tuple(attempts),
        status="completed",
        state={},
    )


def cause(project: Project, shop: ModuleType, *steps: str) -> Carrier | None:
    reference = run(project, shop, *steps, alone=False)
    difference = Difference(
        reference=reference,
        variant=run(project, shop, *steps, alone=True),
        exact=reference,
        position=len(steps) - 1,
        keys=("total",),
    )
    return cause_of(difference, frozenset(Kind))


def test_a_singleton_that_each_step_makes_is_not_to_blame_for_what_it_held(
    project: Project,
) -> None:
    project.write(shop=SETTINGS)
    found = cause(project, project.load(), "change", "use")
    assert found is not None
    assert (found.name, found.writer.step) == ("shop.Settings.percent", "change")
    assert found.write.place is not None
    assert (found.write.place.file, found.write.place.line) in project.marked("set")
    assert found.read is not None
    assert found.read.place is not None
    assert (found.read.place.file, found.read.place.line) in project.marked("read")


def test_the_step_that_changed_the_object_is_to_blame_not_the_one_that_made_it(
    project: Project,
) -> None:
    project.write(shop=SETTINGS)
    found = cause(project, project.load(), "make", "change", "use")
    assert found is not None
    assert (found.name, found.writer.step) == ("shop.Settings.percent", "change")


def test_the_slot_is_to_blame_where_the_reader_only_expects_the_object(
    project: Project,
) -> None:
    project.write(
        shop="""
        class Session:
            def __init__(self):
                self.token = "T7"

        session = None

        def connect():
            global session
            session = Session()

        def charge():
            return session.token if session else None
        """
    )
    found = cause(project, project.load(), "connect", "charge")
    assert found is not None
    assert (found.kind, found.name) == (Kind.GLOBAL, "shop.session")


def test_an_object_that_is_only_made_again_is_carried_by_its_slot_alone(
    project: Project,
) -> None:
    project.write(shop=SETTINGS)
    journal = run(project, project.load(), "use", "use", alone=False)
    assert [one.name for one in carriers(journal)] == ["shop.Settings._instance"]
