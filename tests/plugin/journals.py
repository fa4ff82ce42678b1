"""Hand-made journals, for tests of the pure modules."""

from __future__ import annotations

from pytest_durable.compare import Difference, Pair
from pytest_durable.evidence.values import Kind, Place, Read, StepEvidence, Write
from pytest_durable.journal import Attempt, Ending, Failure, RunJournal, TestJournal

FILE = "/project/shop.py"


def place(line: int, text: str = "code") -> Place:
    return Place(file=FILE, line=line, text=text)


def write(name: str, line: int = 1, kind: Kind = Kind.GLOBAL) -> Write:
    return Write(kind=kind, name=name, detail=f"{name} = 1", place=place(line))


def read(name: str, line: int = 2, kind: Kind = Kind.GLOBAL) -> Read:
    return Read(kind=kind, name=name, place=place(line))


def failure(kind: str, text: str, line: int | None = None) -> Failure:
    return Failure(
        type=kind,
        text=text,
        traceback=f"Traceback\n{kind}: {text}\n",
        place=None if line is None else place(line),
    )


def attempt(
    step: str,
    position: int,
    *seen: Write | Read,
    failed: Failure | None = None,
    removed: tuple[str, ...] = (),
    **update: object,
) -> Attempt:
    return Attempt(
        step=step,
        position=position,
        update=update,
        removed=removed,
        failure=failed,
        evidence=StepEvidence(
            writes=tuple(one for one in seen if isinstance(one, Write)),
            reads=tuple(one for one in seen if isinstance(one, Read)),
        ),
    )


def run(
    *attempts: Attempt,
    workflow: str = "checkout",
    replaced: tuple[str, ...] = (),
    state: dict[str, object] | None = None,
    **inputs: str,
) -> RunJournal:
    return RunJournal(
        workflow=workflow,
        run_id=f"{workflow}-1",
        inputs=inputs,
        attempts=attempts,
        status="completed",
        state=state or {},
        replaced=replaced,
    )


def journal(
    *runs: RunJournal,
    executor: str = "sync",
    ending: Ending = Ending.PASSED,
    failed_with: str = "",
    looks_at: tuple[str, ...] = (),
    drawn: bool = False,
    watched: bool = False,
) -> TestJournal:
    return TestJournal(
        executor=executor,
        runs=runs,
        ending=ending,
        failure=failed_with,
        looks_at=looks_at,
        drawn=drawn,
        watched=watched,
    )


def difference(
    ours: RunJournal, theirs: RunJournal, position: int, *keys: str
) -> Difference:
    return Difference(
        reference=ours,
        variant=theirs,
        exact=theirs,
        position=position,
        row=position,
        keys=keys,
    )


def pair(ours: RunJournal, theirs: RunJournal) -> Pair:
    return Pair(reference=ours, variant=theirs)
